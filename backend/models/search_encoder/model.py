"""The search encoder as an open_clip model: our image tower beside MiniLM's text tower.

MiniLM reads English. A text with Chinese characters goes to the bilingual text encoder, whose
vectors a bridge moves into the same space (`chinese_texts.py`); the first such text loads it. So do
all texts where MiniLM is not to be had.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from open_clip import CustomTextCLIP
from open_clip.tokenizer import HFTokenizer, SimpleTokenizer
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from backend.messages import Message
from backend.models import control_tokens, text_encoder
from backend.models.search_encoder import simple_tokenizer
from backend.models.search_encoder.bridge import BRIDGE
from backend.models.search_encoder.chinese_texts import ChineseTexts, has_chinese
from backend.models.search_encoder.match_level import bridged_match_level, match_level
from backend.models.search_encoder.tower import PictureTower
from backend.models.weights import read_shards
from backend.parts import Parts, finish
from backend.pictures import on_white

CONTEXT = 32  # tokens
PART = 4  # pictures or texts: a quarter of a second of CLIP's larger towers on two cores


@dataclass(frozen=True)
class SearchEncoder:
    """A ready encoder: `model` is open_clip's, `tokenizer` and `preprocess` are its own."""

    model: Any  # CLIP or CustomTextCLIP
    tokenizer: Any  # open_clip's, called with texts
    preprocess: Any
    device: str
    width: int = 384  # of its vectors
    trims: bool = True  # whether the text tower takes fewer tokens than its context
    chinese: ChineseTexts | None = None  # reads texts with Chinese characters; None: as all others
    no_minilm: Message | None = None  # why there is no text tower: then `chinese` reads all texts
    # From which cosine on a picture matches texts, among so many; None where nobody measured it
    match_level: Callable[[Sequence[str], int, bool], float] | None = None

    def encode_pictures(self, pictures: Sequence[Image.Image], batch: int = 32) -> Tensor:
        """Unit vectors, float32 [N, width] on the CPU. Transparent pictures are laid on white."""
        return finish(self.encode_pictures_in_parts(pictures, batch=batch))

    def encode_pictures_in_parts(
        self,
        pictures: Sequence[Image.Image],
        check: Callable[[], None] = lambda: None,
        batch: int = PART,
    ) -> Parts[Tensor]:
        """As `encode_pictures`, a few at a time; `check` may raise before each part."""
        vectors = [torch.zeros(0, self.width)]
        for start in range(0, len(pictures), batch):
            check()
            some = pictures[start : start + batch]
            vectors.append(self.encode_pixels(list(map(self.pixels_of, some))))
            yield
        return torch.cat(vectors)

    @torch.inference_mode()
    def encode_pixels(self, pixels: Sequence[Tensor]) -> Tensor:
        """Unit vectors, float32 [N, width] on the CPU, of what `pixels_of` gave."""
        stacked = self._on_device(torch.stack(list(pixels)))
        return self.model.encode_image(stacked, normalize=True).float().cpu()

    def encode_texts(self, texts: Sequence[str], batch: int = 64) -> Tensor:
        """Unit vectors, float32 [N, width] on the CPU, of texts in the model's languages."""
        return finish(self.encode_texts_in_parts(texts, batch=batch))

    @torch.inference_mode()
    def encode_texts_in_parts(
        self,
        texts: Sequence[str],
        check: Callable[[], None] = lambda: None,
        batch: int = PART,
    ) -> Parts[Tensor]:
        """As `encode_texts`, a few at a time; `check` may raise before each part."""
        vectors = [torch.zeros(0, self.width)]
        for start in range(0, len(texts), batch):
            check()
            vectors.append(self._encode(texts[start : start + batch]))
            yield
        return torch.cat(vectors)

    def pixels_of(self, picture: Image.Image) -> Tensor:
        """What the image tower wants of one picture, [3, side, side], on the CPU."""
        return self.preprocess(on_white(picture))

    def pixels(self, pictures: Sequence[Image.Image]) -> Tensor:
        """What the image tower wants, [N, 3, side, side], on the encoder's device."""
        return self._on_device(torch.stack([self.pixels_of(picture) for picture in pictures]))

    def token_count(self, text: str) -> tuple[int, int]:
        """How many tokens a text has, and how many of them the model reads at most."""
        if self.chinese is not None and self._by_bridge(text):
            return self.chinese.token_count(text)
        limit = self.tokenizer.context_length
        if isinstance(self.tokenizer, SimpleTokenizer):
            return len(self.tokenizer.encode(text)) + 2, limit  # a start and an end
        return len(self.tokenizer.tokenizer(text)["input_ids"]), limit

    def unknown_share(self, text: str) -> float:
        """The share of a text's tokens, 0 to 1, that stand for characters it does not know."""
        if isinstance(self.tokenizer, SimpleTokenizer):
            return 0.0  # byte-level: no character is unknown
        if self.chinese is not None and self._by_bridge(text):
            return self.chinese.unknown_share(text)
        words = self.tokenizer.tokenizer
        ids = words(text, add_special_tokens=False)["input_ids"]
        return sum(one == words.unk_token_id for one in ids) / max(1, len(ids))

    def notes_on_texts(self, *texts: str | Sequence[str]) -> tuple[Message, ...]:
        """That control tokens in the texts were taken as text, where there are any, and that the
        bilingual text encoder stood in for MiniLM."""
        if isinstance(self.tokenizer, SimpleTokenizer):
            return control_tokens.note_on(simple_tokenizer.typed(*texts))
        each = [one for text in texts for one in ([text] if isinstance(text, str) else text)]
        why = None if all(map(has_chinese, each)) else self.no_minilm
        stood_in = () if why is None else (why,)
        return stood_in + control_tokens.note(self.tokenizer.tokenizer, *texts)

    @property
    def reader(self) -> str:
        """Names who reads English, for what is made of its vectors: "" for MiniLM."""
        return "-bridge" if self.no_minilm is not None else ""

    def _by_bridge(self, text: str) -> bool:
        """Whether the bilingual text encoder reads the text."""
        return self.chinese is not None and (self.no_minilm is not None or has_chinese(text))

    def _encode(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors of a few texts, each by who reads its language."""
        vectors = torch.zeros(len(texts), self.width)
        by_bridge = [self._by_bridge(text) for text in texts]
        others = [row for row, is_bridged in enumerate(by_bridge) if not is_bridged]
        if others:
            tokens = self._tokens([texts[row] for row in others])
            vectors[others] = self.model.encode_text(tokens, normalize=True).float().cpu()
        rows = [row for row, is_bridged in enumerate(by_bridge) if is_bridged]
        if self.chinese is not None and rows:
            vectors[rows] = self.chinese.encode([texts[row] for row in rows])
        return vectors

    def _tokens(self, texts: Sequence[str]) -> Tensor:
        tokens = self.tokenizer(list(texts))
        longest = int((tokens != 0).sum(1).max()) if self.trims else tokens.shape[1]
        return tokens[:, :longest].to(self.device)

    def _on_device(self, pixels: Tensor) -> Tensor:
        return pixels.to(self.device, memory_format=torch.channels_last)


class PictureModel(nn.Module):
    """Our image tower without a text tower, with the method of open_clip's models."""

    def __init__(self) -> None:
        super().__init__()
        self.visual = PictureTower()

    def encode_image(self, pixels: Tensor, normalize: bool = False) -> Tensor:
        """Vectors [N, 384] of pixels [N, 3, side, side], of length one if `normalize`."""
        vectors: Tensor = self.visual(pixels)
        return functional.normalize(vectors, dim=-1) if normalize else vectors


def load_encoder(folder: Path, text_folder: Path | Message, device: str) -> SearchEncoder:
    """Build from the config in `folder`, then fill in the weights; `text_folder` is MiniLM's, or
    says why it is not to be had."""
    state = read_shards(folder)
    config = json.loads((folder / "open_clip_config.json").read_text())
    bridge = {name: state.pop(name) for name in list(state) if name.startswith(BRIDGE)}
    missing = text_folder if isinstance(text_folder, Message) else None
    reads = text_encoder.TEXT_ENCODER.fetch() if isinstance(text_folder, Message) else text_folder
    tokenizer = HFTokenizer(str(reads), context_length=CONTEXT)
    model: Any = PictureModel() if missing else build(config["model_cfg"], reads)
    control_tokens.read_as_text(tokenizer.tokenizer)
    model.visual.load_state_dict(state)
    model.eval().requires_grad_(False).to(device)
    model.visual.to(memory_format=torch.channels_last)
    preprocess = image_transform_v2(PreprocessCfg(**config["preprocess_cfg"]), is_train=False)
    return SearchEncoder(
        model, tokenizer, preprocess, device, chinese=ChineseTexts(bridge, device),
        no_minilm=missing, match_level=bridged_match_level if missing else match_level,
    )  # fmt: skip


def build(model_cfg: dict, text_folder: Path) -> CustomTextCLIP:
    """open_clip's model of the config, MiniLM's weights in its text tower, and our image tower."""
    text_cfg = {**model_cfg["text_cfg"], "hf_model_name": str(text_folder)}
    model = CustomTextCLIP(**{**model_cfg, "text_cfg": text_cfg})
    model.visual = PictureTower()
    return model
