"""Measure the bundled models made here against their bars: `make bench-models`.

Needs the pictures of `python -m training.data`, and fetches the poems; nothing measured here was
trained on, except where a line says "trained". Prints one line per bar; `--cards` writes them into
the cards.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import torch

from backend import gallery
from backend.captioning.bundled import BundledCaptioner
from backend.models import captioner as captioners
from backend.models import painter as painters
from backend.models import search_encoder as encoders
from backend.models.captioner.model import Captioner
from backend.models.painter.pipeline import PainterPipeline
from backend.models.search_encoder.model import SearchEncoder
from benchmarks import cards
from benchmarks.held_out import PictureSet, held_out_style, one_each, test_concepts
from benchmarks.own_captions import found_among, gallery_pictures, ranks
from benchmarks.painter_prompts import combined
from benchmarks.photographs import photographs
from benchmarks.picture_models import (
    Bar,
    caption,
    captions,
    folder_megabytes,
    judge_of_drawings,
    named_right,
    of_kind,
    photograph_recall,
    photographs_named,
    recognised,
    search_recall,
    seconds,
    variety,
)
from benchmarks.pointing import pointing
from benchmarks.verse import verse_bars
from benchmarks.word_maps import in_order, lies_on_thing
from training import data
from training.concepts import TRAIN

GLANCE = ("red heart", "pizza", "rocket", "cat face", "tree", "fish")


def search_bars(work: Path, models: Path) -> Iterator[Bar]:
    """The search encoder: recall@5 and speed."""
    encoder = encoders.load_whole(models / "search-encoder")
    unseen, style = test_concepts(work), held_out_style(work)
    photos = photographs(work / "sources")
    count = len(unseen.pictures)
    english, styled = search_recall(encoder, unseen), search_recall(encoder, style)
    yield Bar(f"search: unseen concepts, recall@5 among {count}", english, 0.35)
    single = one_each(unseen)
    alone = search_recall(encoder, single)
    yield Bar(f"search: the same, one picture each, among {len(single.pictures)}", alone)
    yield Bar(f"search: unseen style, recall@5 among {len(style.pictures)}", styled, 0.92)
    for name, concepts, before in (("concepts", unseen, english), ("style", style, styled)):
        chinese = search_recall(encoder, concepts, True)
        yield Bar(f"search: Chinese / English, unseen {name}", chinese / before, 0.90)
    named = sum(photo.name is not None for photo in photos)
    yield Bar(
        f"search: {named} photographs among {len(photos)}, recall@5",
        photograph_recall(encoder, photos),
        0.97,
    )
    yield Bar("search: the same, recall@1", photograph_recall(encoder, photos, top=1))
    yield from own_caption_bars(encoder)
    pointed = pointing(encoder, work / "sources", every=5)
    chance = f"(thing: {pointed.chance:.2f} of a picture)"
    yield Bar(f"search: brightest cell on the thing {chance}", pointed.brightest_on_thing, 0.97)
    yield Bar("search: share of the map on the thing", pointed.mass_on_thing, 0.85)
    batch = style.pictures[:32]
    yield Bar(
        "search: pictures encoded per second",
        32 / seconds(lambda: encoder.encode_pictures(batch)),
        20,
    )


def own_caption_bars(encoder: SearchEncoder) -> Iterator[Bar]:
    """The gallery's captions in both languages, and the picture each was written for."""
    pictures, entries = gallery_pictures(encoder), gallery.entries()
    told = (
        ("English", [entry.english for entry in entries], 0.45),
        ("Chinese", [entry.chinese for entry in entries], 0.40),
    )
    for language, sentences, least in told:
        places = ranks(encoder, sentences, pictures)
        what = f"search: gallery's own picture, {language} caption"
        yield Bar(f"{what}, first of {len(entries)}", found_among(places, 1), least)
        yield Bar(f"{what}, among the first five", found_among(places, 5), 0.75)


def openings(captioner: Captioner) -> tuple[str, str]:
    """What captions of drawings and of photographs begin with."""
    kinds = captioner.drawings, captioner.photographs
    drawing, photograph = (captioner.vocabulary.text(kind.openings[0]) for kind in kinds)
    return drawing, photograph


def caption_bars(work: Path, models: Path) -> Iterator[Bar]:
    """The captioner: the right word in the sentence, the kind of picture, and speed."""
    captioner = BundledCaptioner(captioners.load(models / "captioner"))
    drawing, photograph = openings(captioner.captioner)
    everything, style = data.load(work / "data")[1], held_out_style(work)
    for what, drawn, bar in ("style", style, 0.69), ("concepts", test_concepts(work), None):
        said = captions(captioner, drawn.pictures)
        named = named_right(said, drawn.records, everything)
        yield Bar(f"caption: unseen {what}, concept or synonym named", named, bar)
        yield Bar("caption: the same, called a drawing", of_kind(said, drawing))
    photos = [one for one in photographs(work / "sources") if one.name]
    said = captions(captioner, [one.picture for one in photos])
    yield Bar("caption: photographs, ImageNet class named", photographs_named(said, photos), 0.40)
    yield Bar("caption: the same, called a photograph", of_kind(said, photograph))
    picture = style.pictures[0]
    yield Bar("caption: seconds a picture", seconds(lambda: caption(captioner, picture)), most=1.5)


def paint_bars(work: Path, models: Path) -> Iterator[Bar]:
    """The painter: what the search encoder recognises, variety, and speed."""
    painter = painters.load(models / "painter")
    painter.set_progress_bar_config(disable=True)
    encoder = judge_of_drawings(models / "search-encoder")
    names = trained_names(held_out_style(work))
    for style in painter.transformer.styles:
        share = recognised(painter, encoder, names, style)
        yield Bar(f"paint: {style}, trained concept ranked first among {len(names)}", share, 0.75)
    for language in ("English", "Chinese"):
        two, coloured = combined(painter, encoder, language)
        yield Bar(f"paint: two things drawn as asked (chance 0.25), {language}", two, 0.35)
        yield Bar(f"paint: colour and thing drawn as asked, {language}", coloured, 0.35)
    yield Bar(
        "paint: mean distance between four seeds (0 to 1)", variety(painter, list(GLANCE)), 0.05
    )
    yield from word_map_bars(painter)
    seed = torch.Generator().manual_seed(0)
    yield Bar(
        "paint: seconds a picture, 20 steps",
        seconds(lambda: painter("pizza", generator=seed)),
        most=0.8,
    )


def word_map_bars(painter: PainterPipeline) -> Iterator[Bar]:
    """Whether a word's map lies where the painter draws the word's thing."""
    for language in ("English", "Chinese"):
        on = lies_on_thing(painter, language)
        where = f"on the thing ({on.chance:.2f} of the picture), {language}"
        yield Bar(f"paint: a word's brightest cell {where}", on.brightest, 0.97)
        what = f"paint: the same, white inside the thing taken for paper, {language}"
        yield Bar(what, on.brightest_on_drawn)
        yield Bar(f"paint: share of a word's map {where}", on.mass, 0.85)
        what = f"paint: two words' maps as the two things stand (chance 0.5), {language}"
        yield Bar(what, in_order(painter, language))


def trained_names(pictures: PictureSet, count: int = 100) -> list[str]:
    """`count` names of things (no signs, no flags) that encoder and painter both learnt."""
    kept = [r.name.lower() for r in pictures.records if r.part == TRAIN and not r.sign]
    return list(dict.fromkeys(kept))[:count]


def size_bars(models: Path) -> Iterator[Bar]:
    """Megabytes of weights."""
    yield Bar("size: megabytes of all weights", folder_megabytes(models))
    for name, most in (("text-encoder", 50), ("verse", 40)):
        yield Bar(f"size: megabytes of {name}", folder_megabytes(models / name), most=most)


def show(bar: Bar) -> str:
    """One line: the figure, what it should be, and whether it is."""
    verdict = bar.wanted if bar.met is None else f"{bar.wanted}: {'met' if bar.met else 'MISSED'}"
    return f"{bar.what:<64} {bar.measured:8.3f}   {verdict}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--models", type=Path, default=Path("assets/models"))
    parser.add_argument("--only", choices=["search", "caption", "paint", "verse"])
    parser.add_argument("--cards", action="store_true", help="write the figures into the cards")
    given = parser.parse_args()
    torch.set_num_threads(2)  # the bars are for two cores
    measured = {
        "search": search_bars,
        "caption": caption_bars,
        "paint": paint_bars,
        "verse": verse_bars,
    }
    bars = []
    for name, measure in measured.items():
        if given.only in (None, name):
            for bar in measure(given.work, given.models):
                print(show(bar), flush=True)
                bars.append(bar)
    if given.only is None:
        sizes = list(size_bars(given.models))
        print(*map(show, sizes), sep="\n")
        bars += sizes
    if given.cards:
        cards.write(bars, given.models)


if __name__ == "__main__":
    main()
