"""The classification endpoints from gradio_client, on the bundled models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from backend.classification.batch import judge
from backend.classification.expert import Expert
from backend.errors import DeadlineExceeded

LABELS = ["economy", "sports", "health"]
NEWS = "The bank raised its interest rate again."
TAUGHT = [
    ["When does the train leave?", "travel"],
    ["My flight is late.", "travel"],
    ["I need a hotel.", "travel"],
    ["How long do I boil an egg?", "cooking"],
    ["The soup needs salt.", "cooking"],
    ["Which pan is best for fish?", "cooking"],
]


def test_the_text_alone_is_enough(client: Client) -> None:
    answer = client.predict("I love this place!", api_name="/classify")
    assert answer["label"] == max(answer["scores"], key=answer["scores"].get)
    assert sum(answer["scores"].values()) == pytest.approx(1, abs=1e-4)
    assert answer["expert"] in answer["route"]
    assert answer["run"]["dtype"] == "float32"
    json.dumps(answer)


def test_an_expert_can_be_named_and_is_then_not_routed(client: Client) -> None:
    answer = client.predict("I love this place!", "sentiment-expert", api_name="/classify")
    assert answer["expert"] == "sentiment-expert" and answer["route"] is None
    assert set(answer["scores"]) == {"positive", "negative", "neutral", "ambiguous"}


def test_an_expert_that_is_not_here_is_stood_in_for_with_the_reason(client: Client) -> None:
    answer = client.predict("A fine film.", "distilbert-sst2", api_name="/classify")
    assert answer["expert"] == "sentiment-expert"
    assert "DistilBERT" in answer["run"]["fell_back"][0]


def test_reasons_come_word_by_word_and_add_up(client: Client) -> None:
    answer = client.predict(
        "The staff were rude, I hate it.", "sentiment-expert", "negative", api_name="/explain"
    )
    assert answer["words"][:3] == ["The", "staff", "were"]
    assert len(answer["words"]) == len(answer["leave_one_out"])
    assert answer["completeness_gap"] <= 0.02
    assert answer["label"] == "negative"


def test_own_labels_need_no_training(client: Client) -> None:
    answer = client.predict(NEWS, LABELS, model="multilingual-e5-small", api_name="/zero_shot")
    assert answer["label"] == "economy"
    several = client.predict(
        NEWS, LABELS, multi_label=True, model="multilingual-e5-small", api_name="/zero_shot"
    )
    assert set(several["scores"]) == set(LABELS)


def test_the_language_model_answers_by_default_and_wordings_are_compared(client: Client) -> None:
    wordings = ["Topic: {}", "It is about {}."]
    answer = client.predict(NEWS, LABELS, wordings=wordings, api_name="/zero_shot")
    assert answer["run"]["model_id"] == "smollm2-135m"
    assert list(answer["wordings"]) == ["This text is about {}.", *wordings]


def test_a_taught_head_can_be_used_at_once(client: Client) -> None:
    lesson = client.predict(TAUGHT, api_name="/teach")
    assert lesson["metrics"]["count"] == 6 and lesson["folds"] == 3
    answer = client.predict("Is there a bus to Rome?", lesson["head"], api_name="/use_head")
    assert answer["label"] == "travel"


def test_a_probe_gives_each_word_its_score(client: Client) -> None:
    answer = client.predict("{} is here.", ["He", "She"], api_name="/bias_probe")
    assert set(answer["scores"]) == {"He", "She"}
    assert answer["spread"] == pytest.approx(
        max(answer["scores"].values()) - min(answer["scores"].values())
    )


def test_a_table_comes_back_with_labels_and_metrics(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text('text;gold\n"I love it;\nreally";positive\nI hate it;negative\n')
    answer = client.predict(handle_file(file), "text", "gold", api_name="/classify_csv")
    assert (answer["done"], answer["total"]) == (2, 2)
    assert answer["csv"].startswith("text,gold,predicted,confidence,p(positive)")
    assert answer["finished"] is True
    assert answer["metrics"]["count"] == 2
    assert answer["metrics"]["accuracy"] == 1


def test_a_half_done_table_comes_back_as_far_as_it_goes(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_chunk(expert: Expert, texts: list[str], check: Any) -> Iterator[Any]:
        yield expert.probabilities(texts[:2], check)
        raise DeadlineExceeded

    monkeypatch.setattr(Expert, "chunks", one_chunk)
    file = tmp_path / "in.csv"
    file.write_text("text,gold\nI love it,positive\nI hate it,negative\nIt is there,neutral\n")
    answer = client.predict(handle_file(file), "text", "gold", api_name="/classify_csv")
    assert (answer["done"], answer["total"], answer["finished"]) == (2, 3, False)
    assert len(answer["csv"].splitlines()) == 3
    assert answer["metrics"]["count"] == 2


def test_metrics_come_once_at_the_end(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    monkeypatch.setattr("backend.classification.expert.CHUNK", 1)
    monkeypatch.setattr(
        "backend.classification.batch.judge", lambda *given: calls.append(1) or judge(*given)
    )
    file = tmp_path / "in.csv"
    file.write_text("text,gold\nI love it,positive\nI hate it,negative\n")
    answer = client.predict(handle_file(file), "text", "gold", api_name="/classify_csv")
    assert len(calls) == 1
    assert answer["metrics"]["count"] == 2


def test_a_head_for_texts_with_pictures_is_taught_and_used(client: Client, tmp_path: Path) -> None:
    files = []
    for color in ("red", "green"):
        Image.new("RGB", (64, 64), color).save(tmp_path / f"{color}.png")
        files.append(handle_file(tmp_path / f"{color}.png"))
    taught = client.predict(
        ["a red square", "a green field"] * 2, files * 2, ["warm", "cold"] * 2,
        api_name="/teach_pairs",
    )  # fmt: skip
    answer = client.predict(
        "a red square", files[0], ["apple", "car"], head=taught["head"], api_name="/fuse"
    )
    assert max(answer["early"], key=answer["early"].get) == "warm"
    with pytest.raises(Exception, match="texts with pictures; it needs both"):
        client.predict("x", taught["head"], api_name="/use_head")
    words = client.predict(TAUGHT, api_name="/teach")["head"]
    with pytest.raises(Exception, match="taught on texts alone"):
        client.predict("x", files[0], ["a", "b"], head=words, api_name="/fuse")
    with pytest.raises(Exception, match="weight must be from 0 to 1"):
        client.predict("x", files[0], ["a", "b"], 5, api_name="/fuse")
    with pytest.raises(Exception, match="lists of one length, not 1, 2, 1"):
        client.predict(["x"], files, ["a"], api_name="/teach_pairs")


def test_a_file_that_is_no_picture_is_called_that(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "broken.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    with pytest.raises(Exception, match="damaged or cut off"):
        client.predict("x", handle_file(file), ["a", "b"], api_name="/fuse")


def test_a_long_text_is_said_to_be_read_in_part(client: Client, tmp_path: Path) -> None:
    long = "word " * 600
    lesson = client.predict([*TAUGHT, [long, "travel"]], api_name="/teach")
    assert lesson["run"]["notes"] == [
        "1 texts were too long; of each, the first 256 tokens were read."
    ]
    used = client.predict(long, lesson["head"], api_name="/use_head")
    asked = client.predict(long, LABELS, model="multilingual-e5-small", api_name="/zero_shot")
    for answer in (used, asked):
        assert "tokens were read, from the start" in answer["run"]["notes"][0]
    file = tmp_path / "in.csv"
    file.write_text(f"text\nshort\n{long}\n")
    table = client.predict(handle_file(file), "text", api_name="/classify_csv")
    assert table["run"]["notes"][0].startswith("1 texts were too long")


def test_a_picture_is_scored_beside_its_text(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "red.png"
    Image.new("RGB", (64, 64), "red").save(file)
    answer = client.predict("an apple", handle_file(file), ["apple", "car"], api_name="/fuse")
    assert answer["early"] is None
    for label in ("apple", "car"):
        mixed = (answer["text"][label] + answer["picture"][label]) / 2
        assert answer["late"][label] == pytest.approx(mixed, abs=1e-5)
    assert answer["text"]["apple"] > 0.5


def test_without_bert_a_bundled_model_fills_gaps_and_says_that_it_did(client: Client) -> None:
    found = client.predict("Paris is the [MASK] of France.", api_name="/fill_mask")
    assert found["gaps"][0][0][0] == "capital"
    assert found["run"]["model_id"] == "smollm2-135m-gaps"
    found = client.predict("It rains.", "I am wet.", api_name="/next_sentence")
    assert 0 < found["probability"] < 1


def test_a_chinese_gap_is_filled_from_classical_verse(client: Client) -> None:
    found = client.predict("床前明月光，疑是地上[MASK]。", api_name="/fill_mask")
    assert all(len(word) == 1 for word, _ in found["gaps"][0])
    assert found["run"]["model_id"] == "verse-writer-gaps"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("/classify", ""), "text is empty"),
        (("/classify", 5), "must be a text"),
        (("/classify", "a" * 200_001), "at most 200,000"),
        (("/classify", "x", "nobody"), "expert must be one of"),
        (("/explain", "word " * 200, "sentiment-expert"), "Shorten it"),
        (("/explain", "x", "sentiment-expert", "fun"), "label must be one of"),
        (("/zero_shot", NEWS, []), "0 labels"),
        (("/zero_shot", NEWS, ["one"]), "1 labels"),
        (("/zero_shot", NEWS, [f"l{n}" for n in range(500)]), "500 labels"),
        (("/zero_shot", NEWS, ["a", "a"]), "there twice"),
        (("/zero_shot", NEWS, LABELS, "no hole"), "exactly once"),
        (("/zero_shot", NEWS, LABELS, "It is {}.", False, "gpt"), "model must be .*smollm2-135m"),
        (("/zero_shot", NEWS, LABELS, "{}", False, "", ["a {}"] * 30), "30 wordings"),
        (("/fill_mask", "[MASK] " * 6), "6 times"),
        (("/teach", [["a", "x"], ["b", "y"], ["c", "y"]]), "Too few for: 'x'"),
        (("/teach", [["a", "x"]] * 4), "1 labels"),
        (("/teach", [["a"]]), "both a text and a label"),
        (("/use_head", "x", "{}"), "no head that was saved here"),
        (("/bias_probe", "nobody", ["he", "she"]), "exactly once"),
        (("/fill_mask", "no gap"), "0 times"),
        (("/next_sentence", "x", ""), "The second text is empty"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_bad_input_is_answered_with_a_sentence(
    client: Client, call: tuple[Any, ...], said: str
) -> None:
    endpoint, *values = call
    with pytest.raises(Exception, match=said):
        client.predict(*values, api_name=endpoint)


@pytest.mark.parametrize(
    ("data", "column", "said"),
    [
        (b"", "text", "file is empty"),
        (b"\x89PNG\r\n\x00\x00", "text", "not a text"),
        (b"text\nhello\n", "body", "no column"),
        (b"text\n" + b"a\n" * 200_000, "text", "200,000 rows"),
    ],
    ids=["empty", "binary", "column", "rows"],
)
def test_bad_tables_are_answered_with_a_sentence(
    client: Client, tmp_path: Path, data: bytes, column: str, said: str
) -> None:
    file = tmp_path / "in.csv"
    file.write_bytes(data)
    with pytest.raises(Exception, match=said):
        client.predict(handle_file(file), column, api_name="/classify_csv")


@pytest.mark.parametrize("meta", [{"meta": {"_type": "gradio.FileData"}}, {}], ids=["meta", "bare"])
def test_no_file_of_the_server_can_be_named(client: Client, meta: dict[str, Any]) -> None:
    """Asked over bare HTTP: gradio_client would upload the file first."""
    ours = {"path": str(Path(__file__).resolve()), **meta}
    for endpoint, data in (
        ("classify_csv", [ours, "text"]),
        ("classify_csv", [ours["path"], "text"]),
        ("fuse", ["a text", ours, ["a", "b"]]),
        ("teach_pairs", [["a", "b"], [ours, ours], ["a", "b"]]),
    ):
        answer = ask_over_http(client, endpoint, data)
        assert "event: error" in answer
        assert "no column" not in answer and "event: complete" not in answer


def ask_over_http(client: Client, endpoint: str, data: list[Any]) -> str:
    """The event stream of a call, as text."""
    address = f"{client.src}gradio_api/call/{endpoint}"
    posted = httpx.post(address, json={"data": data}, timeout=30)
    if posted.status_code != 200:
        return "event: error"
    with httpx.stream("GET", f"{address}/{posted.json()['event_id']}", timeout=60) as stream:
        return stream.read().decode()
