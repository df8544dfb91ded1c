"""What the terminal shows: the address, a line for each model that is loaded, warnings of ours."""

from __future__ import annotations

import logging
import os
import warnings

# Read by the libraries when they are imported, so before that. A value that the user has set stays.
SILENT = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",  # "Loading weights: 100%", a bar for each file
    "HF_HUB_VERBOSITY": "error",
    "TRANSFORMERS_VERBOSITY": "error",  # load reports
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "DIFFUSERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
}
OURS = ("backend", "demos")


def set_up(verbose: bool = False) -> None:
    """Our own messages as plain lines. Those of libraries only with `verbose`, which also gives
    each line its time and origin."""
    if verbose:
        logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", force=True)
    else:
        for name, value in SILENT.items():
            os.environ.setdefault(name, value)
        warnings.simplefilter("ignore")
        logging.basicConfig(level=logging.ERROR, format="%(message)s", force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
