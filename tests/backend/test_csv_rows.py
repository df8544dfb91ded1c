"""Rows as spreadsheets and people write them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend import csv_rows
from backend.csv_rows import MAX_CELL_CHARACTERS, rows_of, separator_of
from backend.errors import InputError


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=;;"])
def test_excels_first_line_names_the_separator(first: str, end: str) -> None:
    text = end.join([first, "text,or so;label", "a, b;c", ""])
    assert list(rows_of(text)) == [["text,or so", "label"], ["a, b", "c"]]


def test_excels_first_line_may_name_a_tab() -> None:
    assert list(rows_of("sep=\t\na,b\tc\n1\t2\n")) == [["a,b", "c"], ["1", "2"]]


@pytest.mark.parametrize("line", ["sep=;", "sep=ab", "september=;"])
def test_a_column_may_be_called_nearly_like_that(line: str) -> None:
    assert [cell for row in rows_of(f"{line},x\n1,2\n") for cell in row][-3:] == ["x", "1", "2"]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("Name, first;Age, years;Town, or city\nAnn;9;Rome\nBob;8;Oslo\n", ";"),
        ("id;Preis (€, brutto);Menge\n1;3,50;2\n2;4,20;7\n", ";"),
        ("Preis, brutto;Menge, Stück\n3,50;2,5\n4,20;7,5\n", ";"),
        ('"Full\nname";"Age, years"\nAnn;9\n', ";"),
        ('"one, two, three"\tx\n1\t2\n', "\t"),
        ("a|b, c\n1|2\n", "|"),
        ("id,text (a; b),label\n1,x; y,c\n2,z,d\n", ","),
        ("text,label\nHello, you, there,c\nfine,d\n", ","),
        ("a,b,c\n1\n2\n", ","),
    ],
)
def test_the_separator_is_that_by_which_rows_are_as_long_as_the_first(
    text: str, separator: str
) -> None:
    assert separator_of(text) == separator


@given(
    st.lists(st.tuples(st.text(min_size=1), st.text()), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_a_csv_writer_writes_is_read_back(
    rows: list[tuple[str, str]], separator: str, end: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("text", "label"), *rows])
    filled = [list(row) for row in rows if "".join(row).strip()]
    assert list(rows_of(out.getvalue())) == [["text", "label"], *filled]


def test_a_line_break_in_a_quoted_name_does_not_end_the_first_row() -> None:
    rows = list(rows_of('"Full\r\nname";"Age, years"\r\n"Ann\r\nB.";9\r\n'))
    assert rows == [["Full\r\nname", "Age, years"], ["Ann\r\nB.", "9"]]


def test_lines_may_end_with_cr_only() -> None:
    rows = list(rows_of('text, or so;label\r"a\rb";c\r\rd, e;f\r'))
    assert rows == [["text, or so", "label"], ["a\rb", "c"], ["d, e", "f"]]


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_only_cr_and_lf_end_a_line(sign: str) -> None:
    assert list(rows_of(f"text;label\na{sign}b;c\n")) == [["text", "label"], [f"a{sign}b", "c"]]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('text,label\na,b\n"c,d\ne,f\ng,h\n', 3),
        ('text,label\r\na,b\r\n"c,d\r\ne,f', 3),
        ('text,label\ra,b\r"c,d\re,f\r', 3),
        ('text,label\n"a\nb",c\nd,"e\n', 4),
        ('sep=;\ntext;label\na;"b\n', 3),
        ('"text,label\na,b\n', 1),
        ('text,label\n"' + "a,b\n" * MAX_CELL_CHARACTERS, 2),
    ],
)
def test_a_quote_that_is_never_closed_is_an_error_with_its_line(text: str, line: int) -> None:
    with pytest.raises(InputError, match=f"line {line} has a quote") as raised:
        list(rows_of(text))
    assert raised.value.message.code == "quote_open"


def test_a_cell_that_is_too_long_is_an_error_with_its_line() -> None:
    with pytest.raises(InputError, match="in line 3"):
        list(rows_of("text\na\n" + "b" * (MAX_CELL_CHARACTERS + 1)))


def test_more_cells_than_the_memory_should_hold_are_refused_with_the_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csv_rows, "MAX_CELLS", 10)
    assert len(list(rows_of("a,b\n" * 5))) == 5
    with pytest.raises(InputError, match=r"more than 10 cells.* line 6"):
        list(rows_of("a,b\n" * 6))


@pytest.mark.parametrize(
    "text",
    [
        'text,label\n"a, x",pos\n"b, y,neg\n' + "c,pos\n" * 500 + '"c, z",pos\nd,neg',
        '"text","label"\n"a","pos"\n"b","neg\n"c","pos"\n"d","neg"\n',
    ],
)
def test_a_quote_that_ends_in_a_later_cell_was_never_closed(text: str) -> None:
    with pytest.raises(InputError, match="line 3"):
        list(rows_of(text))


def test_quotes_inside_a_cell_of_one_line_are_the_writers_own() -> None:
    assert list(rows_of('text,label\n"she said "hi" twice",pos\n')) == [
        ["text", "label"],
        ['she said hi" twice"', "pos"],
    ]
