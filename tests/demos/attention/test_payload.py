"""What travels to the stage: its texts, its size, and files that hold markup only as text."""

from __future__ import annotations

import json
import re

import pytest

from backend.attention.request import LOOK, check_look, check_request
from demos.attention import export, payload
from demos.attention.strings import ON_STAGE
from demos.shared import theme
from demos.shared.scripts import with_imports
from demos.shared.strings import CATALOGUE

SCRIPTS = "".join(
    (theme.WEB / name).read_text("utf-8") for name in with_imports("attention/file.js")
)
COMPOSED = ("panel_", "stack_", "hand_", "average_", "hide_", "pair_", "effect_note_")
NAMED = {"layer", "head", "row_list", "column_list"} | set(LOOK)


@pytest.fixture(scope="module")
def recording():
    from backend.attention.model import load
    from backend.attention.record import record
    from backend.models.registry import models_for
    from tests.backend.fakes import CPU

    rows = models_for("attention-encoder")
    model = load(next(row for row in rows if row.tier == "bundled"), CPU)
    return lambda text, second="": record(model, check_request(text, second))


def resolved(recording, **look):
    """A look at the recording, with what it leaves open chosen."""
    from backend.attention.look import resolve

    return resolve(recording, check_look(**look))


def exported(recording, kind, panel="heat", every=False, **look):
    return export.export("en", recording, resolved(recording, **look), kind, panel, every)


def test_every_word_that_the_scripts_use_travels_and_none_besides() -> None:
    used = set(re.findall(r"(?<!own\.)words(?:\(stage\))?\.([a-z_]+)", SCRIPTS))
    assert used <= set(ON_STAGE), used - set(ON_STAGE)
    composed = {name for name in ON_STAGE if name.startswith(COMPOSED)} | NAMED | {"title"}
    assert set(ON_STAGE) <= used | composed, set(ON_STAGE) - used - composed
    assert all(f"attention.{name}" in CATALOGUE for name in ON_STAGE)


def test_the_first_view_of_512_tokens_is_small(recording) -> None:
    text = "The animal didn't cross the street because it was too tired, they said. " * 40
    made = recording(text)
    assert len(made.stacks["self"].rows) == 512
    sent = payload.first_view("en", "key", made, resolved(made))
    assert len(json.dumps(sent)) <= 400_000


def test_the_first_view_is_plain_json_in_the_visitors_language(recording) -> None:
    made = recording("A cat.")
    sent = payload.first_view("zh", "key", made, resolved(made))
    assert json.loads(json.dumps(sent))["words"]["all_heads"] == "所有注意力头"
    assert len(sent["tokens"]["source"]) == 5
    assert sent["first"]["rows"] is None


def test_an_exact_row_is_the_row_of_the_matrix(recording) -> None:
    import base64
    import zlib

    import numpy as np

    from backend.attention.view import view

    made = recording("A cat sat.")
    look = resolved(made, layer=2, head=3, token=4, hide="first")
    packed = payload.exact_row(made, look)["weights"]
    row = np.frombuffer(zlib.decompress(base64.b64decode(packed["data"])), "<f4")
    np.testing.assert_array_equal(row, view(made, look).weights[2])


@pytest.mark.parametrize("panel", ["heat", "lines"])
def test_an_svg_is_well_formed_and_escapes_its_text(recording, panel) -> None:
    from xml.etree import ElementTree

    made = recording('<b>&</b> "x" ]]>')
    answer = exported(made, "svg", panel)
    texts = {node.text for node in ElementTree.fromstring(answer["text"]).iter() if node.text}
    assert {"<", "&", '"', "[CLS]"} <= texts


def test_a_view_as_csv_and_json_holds_the_exact_weights(recording) -> None:
    import csv
    import io

    import numpy as np

    from backend.attention.view import view

    made = recording('A "cat", sat;\nhere')
    seen = view(made, resolved(made))
    table = exported(made, "csv")["text"]
    assert table.startswith("from \\ to,")  # no byte-order mark: this is text, not yet a file
    lines = list(csv.reader(io.StringIO(table)))
    assert lines[0][1:] == [token.text for token in seen.column_tokens]
    read = np.array([[float(cell) for cell in line[1:]] for line in lines[1:]], np.float32)
    np.testing.assert_array_equal(read, seen.weights)
    values = json.loads(exported(made, "json")["text"])
    np.testing.assert_array_equal(np.array(values["weights"], np.float32), seen.weights)
    assert values["rows"][1]["start"] == 0


def test_a_long_text_is_a_picture_inside_the_svg(recording) -> None:
    answer = exported(recording("word " * 200), "svg")
    assert "data:image/png;base64," in answer["text"]
    assert len(answer["text"]) < 400_000


def test_an_svg_of_a_longer_text_names_every_few_tokens(recording) -> None:
    answer = exported(recording("word " * 120), "svg")
    assert 60 <= answer["text"].count(">word</text>") < 240


def test_an_svg_of_lines_draws_those_of_the_pinned_token_or_all(recording) -> None:
    from backend.attention.view import view

    made, look = recording("A cat sat."), {"layer": 2, "head": 3, "token": 2}
    one = exported(made, "svg", "lines", **look)["text"]
    every = exported(made, "svg", "lines", every=True, **look)["text"]
    row = view(made, resolved(made, **look)).weights[1]
    assert one.count("<path") == (row > 0.01).sum() < every.count("<path")


def data_of(page: str) -> dict:
    """What the page for the disk opens with."""
    mark = 'getElementById("stage"), '
    return json.JSONDecoder().raw_decode(page, page.index(mark) + len(mark))[0]


def test_the_page_for_the_disk_of_a_long_text_holds_the_chosen_layer(recording) -> None:
    made = recording("word " * 300)
    page = exported(made, "html", layer=4)["text"]
    (heads,) = data_of(page)["heads"].values()
    assert [layer[0] is not None for layer in heads] == [False] * 3 + [True] + [False] * 2


def test_the_page_for_the_disk_begins_with_a_single_head_of_all_tokens(recording) -> None:
    import numpy as np

    from backend import packing

    made = recording("A cat sat.", "Dogs run.")
    look = {"layer": 2, "head": 3, "average": "all", "pair": "AB"}
    data = data_of(exported(made, "html", **look)["text"])
    assert data["first"]["look"]["average"] == "none" and data["first"]["look"]["pair"] == "all"
    assert data["first"]["weights"] == data["heads"]["self"][1][2]
    head = made.stacks["self"].layers[1].weights(2).numpy()
    np.testing.assert_allclose(packing.unpack(data["first"]["weights"]), head, atol=1e-4)


def test_the_page_for_the_disk_asks_for_nothing(recording) -> None:
    page = exported(recording("</script><b>x"), "html")["text"]
    assert page.count("</script>") == 6  # four scales, the import map, the one that opens it
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", page)
    assert "url(" not in page.split("<script")[0]
    addresses = json.loads(page.split('type="importmap">')[1].split("<")[0])["imports"].values()
    assert all(address.startswith("data:text/javascript;") for address in addresses)
