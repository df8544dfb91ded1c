"""What a pipeline expects, at each step, that the picture will be: its prediction of x0.

The scheduler is the one place where every pipeline passes its noisy latents and its network's
answer, so it is watched there; what it does is not changed.
"""

from __future__ import annotations

import functools
from typing import Any

from torch import Tensor


class CleanWatch:
    """`with CleanWatch(scheduler) as watch:` run the pipeline; `watch.latents` is the last x0."""

    def __init__(self, scheduler: Any) -> None:
        self._scheduler = scheduler
        self.latents: Tensor | None = None

    def __enter__(self) -> CleanWatch:
        step = self._scheduler.step

        @functools.wraps(step)  # pipelines read its signature
        def watched(
            model_output: Tensor, timestep: Any, sample: Tensor, *args: Any, **options: Any
        ) -> Any:
            wants_dict = options.pop("return_dict", True)
            answer = step(model_output, timestep, sample, *args, **options, return_dict=True)
            self.latents = self._clean(answer, model_output, sample)
            return answer if wants_dict else answer.to_tuple()

        self._scheduler.step = watched
        return self

    def __exit__(self, *_: object) -> None:
        del self._scheduler.step  # the class's own shows again

    def _clean(self, answer: Any, model_output: Tensor, sample: Tensor) -> Tensor:
        """The scheduler's own prediction; with flow matching x0 = x_t - sigma v (Lipman 2023)."""
        for name in ("pred_original_sample", "denoised"):
            if getattr(answer, name, None) is not None:
                return getattr(answer, name)
        sigmas, index = self._scheduler.sigmas, self._scheduler.step_index
        sigma = sigmas[index - 1].to(sample.device, sample.dtype)  # the step has counted up
        return sample - sigma * model_output.to(sample.dtype)
