"""Captions, chances and looks equal the models' own."""

from __future__ import annotations

import pytest
import torch

from backend import gallery
from backend.captioning.caption_model import as_looks
from backend.captioning.decoding import decode
from backend.captioning.request import CaptionRequest
from backend.captioning.words import caption_of
from backend.errors import Cancelled, InputError
from backend.models.captioner.decoder import END, LONGEST, START
from backend.models.captioner.model import memory_of, spoken


def nothing() -> None:
    """A check that lets everything go on."""


def captions(speaker, picture, **asked):
    *_, lines = decode(speaker, speaker.see(picture), CaptionRequest(picture, **asked), nothing)
    return lines


def generated(blip, picture, length="short", **options):
    """transformers' own caption, its start and end left out."""
    pixels = blip.processor.image_processor(picture, return_tensors="pt")["pixel_values"]
    ids = blip.model.generate(
        pixels, max_new_tokens=blip.longest(length), do_sample=False, **options
    )
    ids = ids[0].tolist()[1:]
    return ids[: ids.index(blip.end)] if blip.end in ids else ids


def test_greedy_captions_are_generates(blip, pictures):
    for picture in pictures:
        (line,) = captions(blip, picture)
        assert line.ids([]) == generated(blip, picture, num_beams=1)


def test_they_are_generates_however_near_the_end_is(blip, pictures):
    """From captions that never end to ones that end at once, and those between."""
    bias, lengths = blip.model.text_decoder.cls.predictions.bias, set()
    before = bias.detach().clone()
    try:
        for step in range(13):
            bias.data[blip.end] = step / 2
            for beams in (1, 3):
                way = "beam" if beams > 1 else "greedy"
                line = captions(blip, pictures[0], strategy=way, candidates=beams)[0]
                assert line.ids([]) == generated(blip, pictures[0], num_beams=beams)
                lengths.add(len(line.pieces))
    finally:
        bias.data.copy_(before)
    assert {0, blip.longest("short")} < lengths


@pytest.mark.parametrize("beams", [2, 3, 5])
def test_beam_captions_are_generates(blip, pictures, beams):
    for picture in pictures:
        best = captions(blip, picture, strategy="beam", candidates=beams)[0]
        assert best.ids([]) == generated(blip, picture, num_beams=beams)


def test_a_detailed_caption_is_generates_with_a_least_length(blip, pictures):
    (line,) = captions(blip, pictures[0], length="detailed")
    least = blip.least("detailed")
    assert len(line.pieces) >= least
    assert line.ids([]) == generated(
        blip, pictures[0], "detailed", num_beams=1, min_new_tokens=least
    )


def test_chances_are_those_of_one_teacher_forced_pass(blip, pictures):
    for asked in (
        {},
        {"length": "detailed"},
        {"strategy": "sample", "seed": 3},
        {"prefix": "the red dogs"},
    ):
        line = captions(blip, pictures[0], **asked)[0]
        pixels = blip.processor.image_processor(pictures[0], return_tensors="pt")["pixel_values"]
        ids = line.ids(blip.start)
        with torch.inference_mode():
            logits = blip.model(pixel_values=pixels, input_ids=torch.tensor([ids])).logits[0]
        chances = logits.log_softmax(-1)[range(len(ids) - 1), ids[1:]].exp()
        ours = torch.tensor([piece.chance for piece in line.pieces]).exp()
        assert (ours - chances).abs().max() < 1e-5


def plain_beam(captioner, picture, wide):
    """Beam search as a plain loop over the captioner, written without the code under test."""
    memory = memory_of(captioner.eye.model.visual, captioner.eye.pixels([picture]))
    weights = captioner.recall.weights(memory[0, :2].sum(0))
    running, finished = [([START], 0.0)], []
    for _ in range(LONGEST - 1):
        longer = []
        for ids, total in running:
            own = spoken(captioner.decoder(torch.tensor([ids]), memory)[0][0, -1])
            log = captioner.recall.next_word(weights, ids[1:], own).log()
            longer += [
                ([*ids, n], total + float(log[n])) for n in log.topk(2 * wide).indices.tolist()
            ]
        longer = sorted(longer, key=lambda one: -one[1])[: 2 * wide]
        finished += [one for one in longer[:wide] if one[0][-1] == END or len(one[0]) == LONGEST]
        finished = sorted(finished, key=lambda one: -one[1] / (len(one[0]) - 1))[:wide]
        running = [one for one in longer if one[0][-1] != END][:wide]
        mean = running[0][1] / (len(running[0][0]) - 1)
        if len(finished) == wide and finished[-1][1] / (len(finished[-1][0]) - 1) >= mean:
            break
    return [number for number in finished[0][0][1:] if number != END]


def some_of_the_gallery(count=6):
    from PIL import Image

    entries = gallery.entries()
    return [
        Image.open(gallery.file_of(entry.key)).convert("RGB")
        for entry in entries[:: len(entries) // count][:count]
    ]


@torch.inference_mode()
def test_the_shipped_captioners_captions_are_its_own_loops(own):
    for picture in some_of_the_gallery():
        (line,) = captions(own, picture)
        plain = own.captioner.caption(picture)
        ours = caption_of(own, line)
        assert ours.text == plain.text
        assert ours.chance == pytest.approx(plain.chance, rel=1e-4)
        for word, theirs in zip(ours.words, plain.words, strict=True):
            assert word.chance == pytest.approx(theirs.chance, abs=1e-5)
        best = captions(own, picture, strategy="beam", candidates=3)[0]
        assert best.ids([]) == plain_beam(own.captioner, picture, 3)


@torch.inference_mode()
def test_the_shipped_captioners_chances_are_those_of_one_teacher_forced_pass(own, pictures):
    line = captions(own, pictures[0], strategy="sample", seed=2)[0]
    ids, captioner = line.ids(own.start), own.captioner
    memory = memory_of(captioner.eye.model.visual, captioner.eye.pixels([pictures[0]]))
    weights = captioner.recall.weights(memory[0, :2].sum(0))
    scores = captioner.decoder(torch.tensor([ids]), memory)[0][0]
    for at, piece in enumerate(line.pieces):
        chances = captioner.recall.next_word(weights, ids[1 : at + 1], spoken(scores[at]))
        assert float(chances[piece.id]) == pytest.approx(
            torch.tensor(piece.chance).exp().item(), abs=1e-5
        )


def told(speaker, picture, **asked):
    """The best caption with its looks."""
    line = captions(speaker, picture, **asked)[0]
    return caption_of(speaker, line, speaker.looks(speaker.see(picture), line.ids(speaker.start)))


@pytest.mark.parametrize("name", ["own", "blip"])
def test_looks_are_not_negative_and_sum_to_one(request, name, pictures):
    speaker = request.getfixturevalue(name)
    for picture in pictures:
        for word in told(speaker, picture, strategy="beam", candidates=3).words:
            assert float(word.look.min()) >= 0
            assert float(word.look.sum()) == pytest.approx(1, abs=1e-5)


def test_a_look_that_is_nowhere_is_even():
    looks = as_looks(torch.tensor([[0.0, -1, 0, -2], [0, 1, 3, -9]]), 2)
    assert looks.tolist() == [[[0.25, 0.25], [0.25, 0.25]], [[0, 0.25], [0.75, 0]]]


def test_a_look_is_the_models_cross_attention(blip, pictures):
    line = captions(blip, pictures[0])[0]
    pixels = blip.processor.image_processor(pictures[0], return_tensors="pt")["pixel_values"]
    ids = torch.tensor([line.ids(blip.start)])
    with torch.inference_mode():
        patches = blip.model.vision_model(pixel_values=pixels)[0]
        found = blip.model.text_decoder(
            input_ids=ids, encoder_hidden_states=patches, output_attentions=True, return_dict=True
        )
    whole = torch.stack(found.cross_attentions).mean((0, 2))[0]  # [T, patches]
    looks = blip.looks(blip.see(pictures[0]), line.ids(blip.start))
    for at in range(len(line.pieces)):
        cells = whole[at, 1:] / whole[at, 1:].sum()
        assert torch.allclose(looks[at].flatten(), cells, atol=1e-5)


@pytest.mark.parametrize("name", ["own", "blip"])
def test_an_alternative_is_picked_and_the_model_goes_on_from_it(request, name, pictures):
    speaker = request.getfixturevalue(name)
    first = caption_of(speaker, captions(speaker, pictures[0])[0])
    rival = next(n for n, one in enumerate(first.words[1].rivals)
                 if one.text and one.piece != first.ids[first.words[1].pieces[0]])  # fmt: skip
    begun = first.with_rival(1, rival)
    again = caption_of(speaker, captions(speaker, pictures[0], begun=begun)[0])
    assert again.ids[: len(begun)] == begun and again.words[0].given
    assert all(len(word.rivals) == 5 for word in again.words)


def test_an_alternative_that_ends_the_caption_ends_it(own, pictures):
    (line,) = captions(own, pictures[0], begun=(*own.read("a drawing"), own.end))
    assert caption_of(own, line).text == "a drawing" and line.ended


def test_pieces_are_merged_to_words_whose_chance_is_their_product(blip, pictures):
    line = captions(blip, pictures[0], prefix="dogs in")[0]
    said = caption_of(blip, line)
    assert [word.text for word in said.words[:2]] == ["dogs", "in"]
    both = line.pieces[0].chance + line.pieces[1].chance
    assert said.words[0].chance == pytest.approx(torch.tensor(both).exp().item())
    assert "#" not in said.text


def test_samples_come_again_with_the_seed_and_differ_among_themselves(own, pictures):
    first, again = (captions(own, pictures[0], strategy="sample", candidates=6, seed=5,
                             temperature=1.5, top_p=1.0) for _ in range(2))  # fmt: skip
    assert [line.ids([]) for line in first] == [line.ids([]) for line in again]
    assert len({tuple(line.ids([])) for line in first}) > 1


def test_words_it_does_not_know_are_named(own, pictures):
    with pytest.raises(InputError, match="zyzzyva"):
        captions(own, pictures[0], prefix="a zyzzyva")


def test_a_prefix_as_long_as_a_caption_leaves_room_for_one_word(own, pictures):
    (line,) = captions(own, pictures[0], prefix=" ".join(["a"] * 40))
    assert len(line.pieces) <= LONGEST - 1


def test_stop_is_asked_between_words(own, pictures):
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        next(decode(own, own.see(pictures[0]), CaptionRequest(pictures[0]), stop))


def test_the_frame_is_the_part_that_is_seen(own, blip, pictures):
    assert own.frame(pictures[0]) == (0, 0, 1, 1) == blip.frame(pictures[1])
    left, top, width, height = own.frame(pictures[1])  # 300 x 200
    assert (left, top, height) == (pytest.approx(1 / 6), 0, 1) and width == pytest.approx(2 / 3)


def test_the_row_of_blip_has_the_parameters_it_says():
    from transformers import BlipConfig, BlipForConditionalGeneration

    from backend.models.registry import MODELS

    with torch.device("meta"):
        model = BlipForConditionalGeneration(BlipConfig(vision_config={"image_size": 384}))
    spec = next(row for row in MODELS if row.id == "blip-base")
    counted = {id(one): one.numel() for one in model.parameters()}
    assert sum(counted.values()) == spec.parameters


def test_looks_land_in_the_half_where_the_thing_is(own):
    """Gallery pictures on white, once left and once right; the last word names the thing. Nine of
    ten at least: a word that the one before it makes certain hangs on no place."""
    from PIL import Image

    right_half = []
    for entry in gallery.entries()[7::25][:22]:
        thing = Image.open(gallery.file_of(entry.key)).convert("RGB")
        thing.thumbnail((112, 112))
        for start in (0, 112):
            picture = Image.new("RGB", (224, 224), "white")
            picture.paste(thing, (start + (112 - thing.width) // 2, 56))
            look = told(own, picture).words[-1].look
            is_right = float(look[:, 4:].sum()) > float(look[:, :3].sum())
            right_half.append(is_right == (start == 112))
    assert sum(right_half) >= 0.9 * len(right_half)
