"""The image search tab's endpoints as a script calls them."""

from __future__ import annotations

import pytest
from gradio_client import Client, handle_file

from backend import gallery

KEY = "fedcba9876543210"
pytestmark = pytest.mark.usefixtures("own_collections")


def picture(key: str = "food-fruit-banana.webp") -> dict:
    return handle_file(str(gallery.file_of(key)))


def test_the_query_alone_is_enough(client: Client) -> None:
    answer = client.predict("red car", api_name="/search")
    assert answer["matches"] and answer["pictures"] == 607 and len(answer["hits"]) == 12
    assert {"rank", "name", "caption", "caption_zh", "cosine", "share", "good"} <= set(
        answer["hits"][0]
    )
    assert answer["run"]["model_id"] == "pictogram-search"


def test_a_picture_and_reasons(client: Client) -> None:
    answer = client.predict("yellow", picture(), top=3, why=True, api_name="/search")
    hit = answer["hits"][0]
    assert len(hit["terms"]) == 2 and len(hit["map"]) == 28 and hit["labels"]
    assert [word for word, _ in hit["words"]] == ["yellow"]


def test_a_collection_is_made_searched_listed_and_deleted(client: Client) -> None:
    files = [picture(), picture("animals-mammals-elephant.webp")]
    made = client.predict("zoo/1", files, KEY, api_name="/search_index")
    assert made["encoded"] == 2 and made["skipped"] == []
    answer = client.predict("elephant", collection="zoo/1", key=KEY, api_name="/search")
    assert answer["pictures"] == 2 and "elephant" in answer["hits"][0]["name"]
    assert client.predict(KEY, api_name="/search_collections") == {"zoo/1": 2}
    assert client.predict("x" * 16, api_name="/search_collections") == {}
    with pytest.raises(Exception, match="no collection"):
        client.predict("elephant", collection="zoo/1", key="x" * 16, api_name="/search")
    client.predict("zoo/1", KEY, api_name="/search_remove")
    assert client.predict(KEY, api_name="/search_collections") == {}


def test_the_matrix_and_the_map(client: Client) -> None:
    files = [picture(), picture("animals-mammals-elephant.webp")]
    table = client.predict(["banana", "elephant"], files, api_name="/search_matrix")
    assert len(table["cosines"]) == 2 and len(table["by_picture"][0]) == 2
    drawn = client.predict("fruit + animal", api_name="/search_map")
    assert len(drawn["pictures"]) == 607 and set(drawn["words"]) == {"fruit", "animal"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"query": ""}, "nothing to look for"),
        ({"query": "dog +"}, "nothing behind it"),
        ({"query": "dog", "top": 100}, "top must be from 1 to 60"),
        ({"query": "dog", "collection": "x", "key": "no"}, "key"),
        ({"query": "dog", "model": "x"}, "model must be one of"),
    ],
)
def test_bad_input_is_a_plain_sentence(client: Client, arguments: dict, said: str) -> None:
    with pytest.raises(Exception, match=said):
        client.predict(**arguments, api_name="/search")


def test_a_text_named_jpg_is_a_plain_sentence(client: Client, tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "fake.jpg"
    file.write_text("hello")
    with pytest.raises(Exception, match="is not a picture"):
        client.predict("x", handle_file(str(file)), api_name="/search")
