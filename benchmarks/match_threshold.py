"""How often a search of the gallery says that something matches, where something does and where
nothing can: `python -m benchmarks.match_threshold`. Needs no picture: the gallery's vectors come
with the app.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend import gallery
from backend.image_search import gallery_vectors
from backend.image_search.index_cache import null_cosine
from backend.image_search.match_threshold import match_threshold
from backend.models import search_encoder
from backend.models.registry import models_for
from backend.models.search_encoder.model import SearchEncoder

FIRST = 5  # a caption that finds its own picture among so many has found it
# What no picture of the gallery shows: what has no look, and things that have one.
LOOKLESS = (
    ("mortgage", "抵押贷款"), ("inflation", "通货膨胀"), ("quarterly report", "季度报告"),
    ("a tax return", "纳税申报表"), ("democracy", "民主"), ("photosynthesis", "光合作用"),
    ("an insurance policy", "保险单"), ("a job interview", "求职面试"), ("nostalgia", "怀旧"),
    ("a software licence", "软件许可证"), ("quantum mechanics", "量子力学"), ("grammar", "语法"),
    ("a court ruling", "法院判决"), ("unemployment", "失业"), ("a password", "密码"),
    ("copyright law", "版权法"), ("jet lag", "时差"), ("a traffic jam", "堵车"),
)  # fmt: skip
THINGS = (
    ("a marathon runner", "马拉松选手"), ("a swimming pool", "游泳池"), ("sushi", "寿司"),
    ("a subway station", "地铁站"), ("an escalator", "自动扶梯"), ("a passport", "护照"),
    ("a bowl of noodles", "一碗面条"), ("a wedding dress", "婚纱"), ("a skateboard", "滑板"),
    ("a dentist", "牙医"), ("a washing machine", "洗衣机"), ("a laptop", "笔记本电脑"),
    ("a waterfall", "瀑布"), ("a beach umbrella", "沙滩伞"), ("a microscope", "显微镜"),
    ("a piano lesson", "钢琴课"), ("an earthquake", "地震"), ("a hospital bed", "病床"),
)  # fmt: skip


def main() -> None:
    print("The match threshold, gallery, bundled encoder")
    spec = models_for("image_search")[-1]
    encoder = search_encoder.load(spec.source.fetch())
    vectors = gallery_vectors.read(gallery_vectors.file_for(spec), spec)
    assert vectors is not None, "the gallery's vectors are of other weights"
    for number, language in enumerate(("English", "Chinese")):
        told = [(entry.english, entry.chinese)[number] for entry in gallery.entries()]
        found = matching(encoder, vectors, told)
        cosines = encoder.encode_texts(told).numpy() @ vectors.T
        places = (cosines > cosines.diagonal()[:, None]).sum(1)
        right = found[places < FIRST].mean()
        lookless, things = (
            matching(encoder, vectors, [pair[number] for pair in texts]).mean()
            for texts in (LOOKLESS, THINGS)
        )
        print(
            f"{language}: of {(places < FIRST).sum()} captions that find their own picture among "
            f"the first {FIRST}, a match for {right:.2f}; of {len(LOOKLESS)} texts about what has "
            f"no look, for {lookless:.2f}; of {len(THINGS)} about things that are not there, for "
            f"{things:.2f}"
        )


def matching(encoder: SearchEncoder, vectors: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    """Whether any picture matches each text, [N]."""
    nothing = null_cosine(encoder, vectors)
    rows = encoder.encode_texts(texts).numpy() @ vectors.T
    return np.array([row.max() >= match_threshold(row, nothing).value for row in rows])


if __name__ == "__main__":
    main()
