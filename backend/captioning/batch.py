"""Many pictures captioned, one after another; a bad one is reported and harms no other."""

from __future__ import annotations

from collections.abc import Callable, Generator

from backend.captioning.caption_model import CaptionModel
from backend.captioning.request import CaptionRequest, Paths, language_after
from backend.captioning.results import Batch, Row
from backend.captioning.words import caption_picture, note_on_control_tokens
from backend.errors import InputError
from backend.jobs import keeping_what_is_done
from backend.pictures import Found, count_files, find_pictures, read_picture
from backend.pictures.archives import Skipped
from backend.run import Run


def describe_all(
    model: CaptionModel, run: Run, paths: Paths, prefix: str, language: str = "en"
) -> Generator[Batch, None, None]:
    """Caption files and the files inside ZIPs, in the language that `prefix` begins in, or in this
    one."""
    model = model.speaking(language_after(prefix, language))
    rows: list[Row] = []
    skipped: list[Skipped] = []
    total, begun = count_files(paths), run.job.clock()
    with keeping_what_is_done(lambda: bool(rows)) as ending:
        for found in find_pictures(paths):
            run.job.check()
            one = _captioned(model, found, prefix, run.job.check)
            if isinstance(one, Row):
                rows.append(one)
            else:
                skipped.append(one)
            yield Batch(tuple(rows), tuple(skipped), total)
    rate = len(rows) / max(run.job.clock() - begun, 1e-9)
    notes = note_on_control_tokens(model, prefix)
    card = run.card(notes, {"pictures": len(rows), "pictures_per_second": round(rate, 2)})
    yield Batch(tuple(rows), tuple(skipped), total, ending.finished != "end", card)


def _captioned(
    model: CaptionModel, found: Found | Skipped, prefix: str, check: Callable[[], None]
) -> Row | Skipped:
    if isinstance(found, Skipped):
        return found
    try:
        picture = read_picture(found.data, found.name)
    except InputError as error:
        return Skipped(found.name, error.message)
    caption = caption_picture(model, CaptionRequest(picture, prefix), check)
    return Row(found.name, caption.text, caption.probability)
