"""Text files as programs of all countries write them."""

from __future__ import annotations

import pytest

from backend.errors import InputError
from backend.text_files import decoded

CHINESE = (
    "文本,标签\n这家酒店的早餐非常好吃，服务员也很热情。,正面\n房间又脏又吵，再也不会来了！,负面\n"
)
TAIWAN = "文字,標籤\n這家飯店的早餐非常好吃，服務員也很熱情。,正面\n房間又髒又吵,負面\n"
FRENCH = "texte;étiquette\nL’hôtel était agréable, l’accueil chaleureux.;bon\nUn séjour gâché;nul\n"
GERMAN = "Text;Größe\nDas Frühstück war großartig, die Zimmer schön.;übergroß\nNie wieder!;süß\n"
POLISH = (
    "tekst;ocena\nŚniadanie było pyszne, obsługa życzliwa.;dobra\nŻółta łazienka śmierdziała.;zła\n"
)
ITALIAN = "testo;voto\nLa città è bella, perché il caffè è buono.;sì\nIl film è lento.;no\n"
RUSSIAN = "текст;метка\nПрекрасный отель, отличный завтрак;хорошо\nУжасный шум;плохо\n"
GREEK = "κείμενο;ετικέτα\nΤο ξενοδοχείο ήταν υπέροχο.;θετικό\n"
JAPANESE = (
    "テキスト,ラベル\nこのホテルの朝食はとても美味しかったです。,良い\n部屋が汚かった。,悪い\n"
)
KOREAN = (
    "텍스트,라벨\n이 호텔의 아침 식사는 정말 맛있었어요.,긍정\n방이 더럽고 시끄러웠습니다.,부정\n"
)
CURLY = "text,label\n“It’s good” – really… 5 €,good\nbad,bad\n"


def notes_of(data: bytes) -> list[tuple[str, dict[str, object]]]:
    return [(note.code, dict(note.values)) for note in decoded(data)[1]]


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (CHINESE, "gb18030", "GB18030"),
        (CHINESE, "gbk", "GB18030"),
        (CHINESE, "gb2312", "GB18030"),
        ("文本,标签\n很好,正面\n太差,负面\n", "gbk", "GB18030"),
        ("text,label\nGood hotel,好\nBad noise at night,坏\n", "gbk", "GB18030"),
        ("text,label\nThe food was good.,好评\nNoisy rooms.,差评\n", "gbk", "GB18030"),
        ("text,label\nGood hotel near 北京,a\nBad,b\n", "gbk", "GB18030"),
        ("文本,标签\n我用iPhone拍照,A类\nGPU太贵了,B类\n", "gbk", "GB18030"),
        ("姓名,城市\n王喆,深圳\n龚玥,鄂尔多斯\n", "gb18030", "GB18030"),
        (TAIWAN, "gbk", "GB18030"),
        (TAIWAN, "big5", "Big5"),
        (JAPANESE, "shift_jis", "Shift-JIS"),
        (JAPANESE, "euc_jp", "EUC-JP"),
        (KOREAN, "euc_kr", "EUC-KR"),
        (RUSSIAN, "cp1251", "Windows-1251"),
        (RUSSIAN.upper(), "cp1251", "Windows-1251"),
        (GREEK, "cp1253", "Windows-1253"),
        (POLISH, "cp1250", "Windows-1250"),
        (FRENCH, "cp1252", "Windows-1252"),
        (GERMAN, "cp1252", "Windows-1252"),
        (ITALIAN, "cp1252", "Windows-1252"),
        (CURLY, "cp1252", "Windows-1252"),
        ("DESCRIÇÃO;AÇÃO\nEDUCAÇÃO;NÃO\n", "cp1252", "Windows-1252"),
        ("ÉTAT;QUALITÉ\nCRÉÉ;À NEUF\n", "cp1252", "Windows-1252"),
        ("AÑO;NIÑO\n1;¿QUÉ?\n", "cp1252", "Windows-1252"),
        ("name,city\nFrançois Müller,Zürich\nJosé Núñez,Córdoba\n", "cp1252", "Windows-1252"),
        ("temp,x\n20°C,1\n15°C,2\n", "cp1252", "Windows-1252"),
        ("piso,x\n2ºB,1\n3ªA,2\n", "cp1252", "Windows-1252"),
        ("text,n\nI love the café,1\n", "cp1252", "Windows-1252"),
        ("text,n\nyes—no ½ £5,1\n", "cp1252", "Windows-1252"),
    ],
)
def test_what_is_not_unicode_is_read_as_it_was_written(text: str, codec: str, name: str) -> None:
    data = text.encode(codec)
    assert decoded(data)[0] == text
    assert notes_of(data) == [("guessed_encoding", {"encoding": name})]


@pytest.mark.parametrize("text", [CHINESE, TAIWAN, FRENCH, POLISH, RUSSIAN, JAPANESE, KOREAN])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_without_a_note(text: str, codec: str) -> None:
    assert decoded(text.encode(codec)) == (text, ())


@pytest.mark.parametrize("text", [CHINESE, FRENCH, RUSSIAN, JAPANESE])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig"])
def test_one_bad_byte_in_utf_8_leaves_the_rest_whole(text: str, codec: str) -> None:
    head, tail = text[:20], text[20:]
    data = head.encode(codec) + b"\xff" + tail.encode()
    assert decoded(data)[0] == f"{head}\N{REPLACEMENT CHARACTER}{tail}"
    assert notes_of(data) == [("unreadable_bytes", {"count": 1})]


def test_a_file_that_ends_within_a_character_keeps_what_came_before() -> None:
    for codec in ("utf-8", "utf-16"):
        text, notes = decoded(CHINESE.rstrip().encode(codec)[:-1])
        assert text == CHINESE.rstrip()[:-1] + "\N{REPLACEMENT CHARACTER}"
        assert [note.values for note in notes] == [{"count": 1}]


@pytest.mark.parametrize("bad", [b"\xff", b"\x80", b"\xb0"])
def test_one_bad_byte_in_a_chinese_file_leaves_the_rest_whole(bad: bytes) -> None:
    head, tail = CHINESE.encode("gbk").split(b",", 1)
    data = head + bad + b"," + tail
    assert decoded(data)[0] == CHINESE.replace(",", "\N{REPLACEMENT CHARACTER},", 1)
    assert notes_of(data)[1] == ("unreadable_bytes", {"count": 1})


def test_a_replacement_sign_of_the_file_itself_is_not_counted() -> None:
    data = (CHINESE + "\N{REPLACEMENT CHARACTER}").encode() + b"\xff"
    assert notes_of(data) == [("unreadable_bytes", {"count": 1})]


def test_labels_that_repeat_do_not_hide_the_texts() -> None:
    text = (
        "text,label\n" + "plain English with no accents at all,good\n" * 2000 + "crème brûlée,bon\n"
    )
    assert decoded(text.encode("cp1252"))[0] == text


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\x00\x00\x00", b"\xff\xfe\x00", bytes(range(1, 32)) * 9 + b"\xff\x80"],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="not a text"):
        decoded(data)


@pytest.mark.parametrize("text", ["It’s good", "好", "Café", "naïve 🙂"])
def test_one_bad_byte_spoils_nothing_else_however_little_there_is(text: str) -> None:
    data = f"text,label\n{text},pos\nplain,neg".encode() + b"\xff\n"
    found, notes = decoded(data)
    assert text in found and [note.code for note in notes] == ["unreadable_bytes"]
