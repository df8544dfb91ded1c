"""What can be asked of the models: each operation's name, what does it, and the kind of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.line import Kind
from backend.models.registry import named
from backend.run import Work


@dataclass(frozen=True)
class Procedure:
    """A function (model, run, *arguments) as "module:name", imported where it runs."""

    function: str
    kind: Kind

    def load(self) -> Work[Any]:
        found: Work[Any] = named(self.function)
        return found


LOAD_ONLY = "load_only"
GENERATION, ATTENTION = "backend.generation", "backend.attention.work"
EXPERTS, SEARCH = "backend.classification.steps", "backend.image_search.steps"
DRAWING, CAPTIONS = "backend.text_to_image", "backend.captioning"

OPERATIONS: Mapping[str, Procedure] = {
    LOAD_ONLY: Procedure("backend.run:nothing", "short"),
    # Text generation.
    "generation.generate": Procedure(f"{GENERATION}.generate:generate", "row"),
    "generation.score_text": Procedure(f"{GENERATION}.scoring:score_text", "long"),
    "generation.sample_many": Procedure(f"{GENERATION}.samples:sample_many", "long"),
    "generation.logits": Procedure(f"{GENERATION}.logits:next_logits", "short"),
    # Attention.
    "attention.attend": Procedure(f"{ATTENTION}:attend", "exclusive"),
    "attention.lens": Procedure(f"{ATTENTION}:read_lens", "short"),
    "attention.ablate": Procedure(f"{ATTENTION}:ablate", "exclusive"),
    # Classification.
    "classification.classify": Procedure(f"{EXPERTS}:classify", "short"),
    "classification.explain": Procedure(f"{EXPERTS}:explain", "long"),
    "classification.probe": Procedure(f"{EXPERTS}:probe", "long"),
    "classification.classify_rows": Procedure(f"{EXPERTS}:classify_rows", "long"),
    "classification.route": Procedure(f"{EXPERTS}:route", "short"),
    "classification.zero_shot": Procedure(f"{EXPERTS}:zero_shot", "long"),
    "classification.teach": Procedure(f"{EXPERTS}:teach", "long"),
    "classification.use_head": Procedure(f"{EXPERTS}:use_head", "short"),
    "classification.fill_mask": Procedure(f"{EXPERTS}:fill_mask", "long"),
    "classification.next_sentence": Procedure(f"{EXPERTS}:next_sentence", "long"),
    "classification.fuse": Procedure(f"{EXPERTS}:fuse", "long"),
    "classification.teach_pairs": Procedure(f"{EXPERTS}:teach_pairs", "long"),
    # Image search.
    "image_search.search": Procedure(f"{SEARCH}:search", "short"),
    "image_search.explain": Procedure(f"{SEARCH}:explain_hits", "long"),
    "image_search.index": Procedure(f"{SEARCH}:index", "long"),
    "image_search.map": Procedure(f"{SEARCH}:map_index", "short"),
    "image_search.compare": Procedure(f"{SEARCH}:compare", "long"),
    # Text to image.
    "text_to_image.draw": Procedure(f"{DRAWING}.draw_pictures:draw_pictures", "exclusive"),
    "text_to_image.draw_grid": Procedure(f"{DRAWING}.draw_what_ifs:draw_grid", "exclusive"),
    "text_to_image.interpolate": Procedure(
        f"{DRAWING}.draw_what_ifs:draw_interpolation", "exclusive"
    ),
    # Captioning.
    "captioning.describe": Procedure(f"{CAPTIONS}.description:describe", "short"),
    "captioning.describe_all": Procedure(f"{CAPTIONS}.batch:describe_all", "long"),
    "captioning.describe_scenes": Procedure(f"{CAPTIONS}.video_summary:describe_scenes", "long"),
    "captioning.rank": Procedure(f"{CAPTIONS}.similarity:rank", "short"),
    "captioning.compare": Procedure(f"{CAPTIONS}.similarity:compare", "short"),
}
