"""This checkout beside another one, such as the commit before a change: is it as fast?

    git worktree add --detach ../before COMMIT
    BESIDE=../before python -m benchmarks beside

Each of the two has a process of its own with its models loaded, and they are asked by turns, now
one first and now the other, so that whatever else the machine does meets both. The processor's time
says more than the clock's where others use the machine.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TIMES = {"classify": 60, "generate": 20, "attend": 20, "caption": 20, "draw": 6, "search": 40}
WARM = 3
BAR = 0.98  # of the other's speed
ASKED = """
import sys, time
from backend import Backend, gallery
from backend.attention.request import AttentionRequest, Look
from backend.attention.service import Attention
from backend.captioning.request import check_request as check_caption
from backend.captioning.service import Captioning
from backend.classification.service import Classification
from backend.generation.request import check_request
from backend.generation.service import Generation
from backend.image_search.request import check_request as check_search
from backend.image_search.service import ImageSearch
from backend.text_to_image.request import check_request as check_draw
from backend.text_to_image.service import TextToImage

b, picture = Backend("bundled"), gallery.file_of("food-fruit-apple_red.webp")
asks = {
    "classify": lambda: Classification(b).classify("a fine film", "ann", "sentiment-expert"),
    "generate": lambda: Generation(b).generate(
        check_request("Tell a story.", seed=1, max_new_tokens=48), "ann"),
    "attend": lambda: Attention(b).attend(AttentionRequest("The cat sat"), Look(), "ann"),
    "caption": lambda: Captioning(b).describe(check_caption(picture, seed=1), "ann"),
    "draw": lambda: TextToImage(b).draw(check_draw("sun", seed=3, steps=2), "ann"),
    "search": lambda: ImageSearch(b).search(check_search("red apple"), "ann"),
}
for line in sys.stdin:
    begun = time.perf_counter(), time.process_time()
    for _ in asks[line.strip()]():
        pass
    print(time.perf_counter() - begun[0], time.process_time() - begun[1], flush=True)
"""


class Checkout:
    """A process that runs a checkout's code."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", ASKED],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def seconds(self, name: str) -> list[float]:
        """Of one run: by the clock, and of the processor's time."""
        asked, told = self._process.stdin, self._process.stdout
        assert asked and told
        print(name, file=asked, flush=True)
        return list(map(float, told.readline().split()))

    def close(self) -> None:
        self._process.communicate()


def main() -> None:
    """Print each operation's speed beside the other's."""
    if "BESIDE" not in os.environ:
        sys.exit("benchmarks beside: name the other checkout, as in BESIDE=../before")
    both = Checkout(Path(os.environ["BESIDE"])), Checkout(ROOT)
    for name, times in TIMES.items():
        pairs = [asked(both, name, number) for number in range(WARM + times)][WARM:]
        clock, processor = (ratio(pairs, which) for which in (0, 1))
        print(f"  {name:<10} {clock} by the clock, {processor} by the processor (bar: {BAR})",
              flush=True)  # fmt: skip
    for one in both:
        one.close()


def asked(both: tuple[Checkout, Checkout], name: str, number: int) -> list[list[float]]:
    """The other's seconds and ours."""
    there, here = both
    if number % 2:
        return [there.seconds(name), here.seconds(name)]
    return [here.seconds(name), there.seconds(name)][::-1]


def ratio(pairs: list[list[list[float]]], which: int) -> str:
    """Our speed as a share of the other's: of each pair's, the median and the middle half."""
    shares = [there[which] / here[which] for there, here in pairs]
    low, middle, high = statistics.quantiles(shares, n=4)
    return f"{middle:.3f} ({low:.2f} to {high:.2f})"


if __name__ == "__main__":
    main()
