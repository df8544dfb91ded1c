"""The bundled experts: small files, plain sentences right."""

import json

import pytest

from backend.models.sources import ASSETS


@pytest.mark.parametrize("expert", ["sentiment-expert", "emotion-expert"])
def test_a_shipped_adapter_is_small_and_knows_no_path(expert):
    folder = ASSETS / "models" / expert
    assert sum(file.stat().st_size for file in folder.iterdir()) < 2_000_000
    config = json.loads((folder / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "all-MiniLM-L6-v2"
    assert not [file for file in folder.iterdir() if file.suffix in (".bin", ".pkl", ".pt")]
    assert "Demszky" in (folder / "README.md").read_text()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I love this place, the staff are wonderful!", "positive"),
        ("This is the worst service I have ever had.", "negative"),
        ("The shop opens at nine.", "neutral"),
    ],
)
def test_the_sentiment_expert_gets_plain_sentences_right(sentiment, text, label):
    assert sentiment.scores(text).top == label
