"""All benchmarks, or the named ones: python -m benchmarks startup generation."""

from __future__ import annotations

import importlib
import sys

ALL = ("startup", "first_look", "first_use", "first_click", "dead_network", "memory", "sessions",
       "rows", "audience", "one_link", "pictures", "generation", "draws", "page", "attention",
       "classification", "image_search", "text_to_image", "captioning")  # fmt: skip
ALONE = ("ray_serve", "beside")  # by name only: a cluster is started; another checkout is needed

for name in sys.argv[1:] or ALL:
    if name not in (*ALL, *ALONE):
        sys.exit(f"benchmarks: {name!r} is not a benchmark; there are {', '.join((*ALL, *ALONE))}")
    importlib.import_module(f"benchmarks.{name}").main()
    print()
