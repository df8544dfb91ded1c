"""What the text encoder's vectors all share, and what tells its languages apart:
`python -m training.text_centre`.

Both come from the gallery's sentences, which say the same in English and in Chinese. Writes
centre.json beside the encoder's weights: the mean unit vector, and the unit direction from the mean
of the Chinese ones to that of the English ones (see `backend/classification/sentences.py`).
"""

import json

import torch
from torch import Tensor
from torch.nn.functional import normalize

from backend import gallery
from backend.classification.sentences import SentenceEncoder
from backend.models import text_encoder


def centre_of(english: Tensor, chinese: Tensor) -> dict[str, list[float]]:
    """The two vectors, rounded, of unit vectors [N, 384] of the same sentences."""
    mean = torch.cat([english, chinese]).mean(0)
    language = normalize(english.mean(0) - chinese.mean(0), dim=0)
    return {
        name: [round(value, 5) for value in vector.tolist()]
        for name, vector in (("mean", mean), ("language", language))
    }


def main() -> None:
    tokenizer, model = text_encoder.load(attention="sdpa")
    encoder = SentenceEncoder(tokenizer, model, "cpu", prefix=text_encoder.PREFIX)
    english = encoder.encode([entry.english for entry in gallery.entries()])
    chinese = encoder.encode([entry.chinese for entry in gallery.entries()])
    file = text_encoder.TEXT_ENCODER.fetch() / text_encoder.CENTRE
    file.write_text(json.dumps(centre_of(english, chinese)) + "\n")
    print(f"written to {file}")


if __name__ == "__main__":
    main()
