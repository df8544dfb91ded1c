"""Encodes the gallery with the bundled search encoder: `python -m training.gallery_vectors`.

The vectors come with the app. To be run again whenever the encoder or the gallery has changed; a
test says so.
"""

from backend import gallery
from backend.device import choose_device
from backend.image_search import gallery_vectors
from backend.models import search_encoder
from backend.models.registry import models_for
from backend.pictures import read_picture


def main() -> None:
    spec = models_for("image_search")[-1]
    encoder = search_encoder.load_row(spec, choose_device(spec.tier))
    pictures = [read_picture(gallery.file_of(one.key)) for one in gallery.entries()]
    file = gallery_vectors.file_for(spec)
    gallery_vectors.write(file, spec, encoder.encode_pictures(pictures).numpy())
    print(f"{len(pictures)} vectors in {file}")


if __name__ == "__main__":
    main()
