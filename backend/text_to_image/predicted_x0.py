"""What a pipeline has at each step: the noisy picture, and its prediction of the picture, x0.

The scheduler is the one place through which every pipeline passes its noisy latents and its
network's output, so both are recorded there. What the scheduler does is not changed.
"""

from __future__ import annotations

import functools
from typing import Any

from torch import Tensor


class PredictedX0Recorder:
    """`with PredictedX0Recorder(scheduler) as x0:` run the pipeline; `x0.latents` is the last
    prediction, and `x0.noisy` what it was made from, with noise and picture together as strong as
    pictures are."""

    def __init__(self, scheduler: Any) -> None:
        self._scheduler = scheduler
        self.latents: Tensor | None = None
        self.noisy: Tensor | None = None

    def __enter__(self) -> PredictedX0Recorder:
        step = self._scheduler.step

        @functools.wraps(step)  # pipelines read its signature
        def recording(
            model_output: Tensor, timestep: Any, sample: Tensor, *args: Any, **options: Any
        ) -> Any:
            self.noisy = self._scaled(sample, timestep)
            wants_dict = options.pop("return_dict", True)
            output = step(model_output, timestep, sample, *args, **options, return_dict=True)
            self.latents = self._predicted(output, model_output, sample)
            return output if wants_dict else output.to_tuple()

        self._scheduler.step = recording
        return self

    def __exit__(self, *_: object) -> None:
        del self._scheduler.step  # the class's own method is found again

    def _scaled(self, sample: Tensor, timestep: Any) -> Tensor:
        """The noisy latents as the network sees them: some schedulers keep them much larger."""
        scale = getattr(self._scheduler, "scale_model_input", None)
        scaled: Tensor = scale(sample, timestep) if scale else sample
        return scaled

    def _predicted(self, output: Any, model_output: Tensor, sample: Tensor) -> Tensor:
        """The scheduler's own prediction; with flow matching x0 = x_t - sigma v (Lipman 2023)."""
        for name in ("pred_original_sample", "denoised"):
            if getattr(output, name, None) is not None:
                return getattr(output, name)
        sigmas, index = self._scheduler.sigmas, self._scheduler.step_index
        sigma = sigmas[index - 1].to(sample.device, sample.dtype)  # `step` has advanced the index
        return sample - sigma * model_output.to(sample.dtype)
