"""CSV files as people have them."""

import pytest

from backend.csv_tables import MAX_COLUMNS, MAX_ROWS, parse_table, read_table, write_table
from backend.errors import InputError


def code_of(data):
    with pytest.raises(InputError) as raised:
        parse_table(data)
    return raised.value.message.code


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_separator_is_found(separator):
    table = parse_table(f"text{separator}label\nhello, you{separator}a\n".encode()
                        if separator != "," else b'text,label\n"hello, you",a\n')  # fmt: skip
    assert table.columns == ("text", "label")
    assert table.rows == (("hello, you", "a"),)


def test_a_comma_inside_a_quoted_name_is_no_separator():
    assert parse_table(b'"a, b, c";x\n1;2\n').columns == ("a, b, c", "x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marks_of_the_encoding_are_understood(encoding):
    table = parse_table("text,n\n咖啡 café,1\n".encode(encoding))
    assert table.columns == ("text", "n")
    assert table.rows == (("咖啡 café", "1"),)
    assert table.notes == ()


def test_latin_1_is_read_with_a_note():
    table = parse_table("text\ncafé crème\n".encode("latin-1"))
    assert table.rows == (("café crème",),)
    assert [note.code for note in table.notes] == ["guessed_encoding"]


def test_quotes_may_hold_separators_quotes_and_line_ends():
    table = parse_table(b'text,label\r\n"one\r\ntwo, ""three""",a\r\n')
    assert table.rows == (('one\r\ntwo, "three"', "a"),)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf  \n", "file_empty"),
        (b"text,label\n", "file_no_rows"),
        (b"text\n\n\n", "file_no_rows"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "file_binary"),
        (b"PK\x03\x04" + bytes(range(1, 32)) * 9 + b"\xff\xfe\x80", "file_binary"),
        (b"\xff\xfe\x00", "file_binary"),
        (b"text\n" + b"a" * 300_000 + b"\n", "file_broken"),
        (b"text\n" + b"a\n" * (MAX_ROWS + 1), "too_many_rows"),
        (b"a," * MAX_COLUMNS + b"a\n1\n", "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(data, code):
    assert code_of(data) == code


def test_two_hundred_thousand_rows_are_counted_in_the_refusal():
    with pytest.raises(InputError, match="200,000 rows"):
        parse_table(b"text\n" + b"a\n" * 200_000)


def test_a_missing_column_is_answered_with_those_there_are():
    with pytest.raises(InputError, match=r"no column 'body'.*'text', 'label'"):
        parse_table(b"text,label\na,b\n").column("body")


def test_ragged_rows_are_filled_or_cut_with_a_note():
    table = parse_table(b"a,b\n1\n1,2,3\n1,2\n")
    assert table.rows == (("1", ""), ("1", "2"), ("1", "2"))
    assert table.notes[0].values == {"count": 2}


def test_repeated_and_missing_column_names_are_made_unique():
    assert parse_table(b"a,a,\n1,2,3\n").columns == ("a", "a (2)", "column 3")
    assert parse_table(b"a,a (3),a\n1,2,3\n").columns == ("a", "a (3)", "a (3) (3)")


@pytest.mark.parametrize("blank", [b"\n", b"\r\n", b"  \n\n", b",,\n"])
def test_blank_lines_before_the_names_are_passed_over(blank):
    table = parse_table(blank + b"text,label\na,b\n")
    assert (table.columns, table.rows) == (("text", "label"), (("a", "b"),))


def test_a_table_of_one_column_keeps_its_commas():
    table = parse_table(b'text\nHello, you; and you\n"Quoted, too"\n')
    assert table.rows == (("Hello, you; and you",), ("Quoted, too",))
    assert table.notes == ()


def test_what_is_written_is_read_back():
    rows = [("one\ntwo", 'said "no"'), ("咖啡", "")]
    table = parse_table(write_table(("x", "y"), rows))
    assert (table.columns, table.rows) == (("x", "y"), tuple(rows))


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    file = tmp_path / "large.csv"
    with file.open("wb") as out:
        out.truncate(60_000_000)
    with pytest.raises(InputError, match="at most 50 MB"):
        read_table(file)


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "＝1"])
def test_what_a_spreadsheet_would_run_leaves_as_text(cell: str) -> None:
    (written,) = parse_table(write_table(["name"], [[cell], ["x"]])).rows[:1]
    assert written[0].lstrip("'").strip() == cell.strip() and written[0].startswith("'")


@pytest.mark.parametrize("cell", ["-0.5", "+3", "-1e-5", "a=b", "", "3-4"])
def test_numbers_and_plain_texts_leave_as_they_are(cell: str) -> None:
    assert write_table(["name"], [[cell, "x"]]).decode("utf-8-sig").splitlines()[1] == f"{cell},x"


# What was read well before other encodings and separators were, and stays so: data, columns, rows.
READS_WELL = [
    (b"text,label\na,b\n", ("text", "label"), [("a", "b")]),
    (b"text,label\r\na,b\r\n", ("text", "label"), [("a", "b")]),
    (b"text,label\ra,b\rc,d", ("text", "label"), [("a", "b"), ("c", "d")]),
    (b"text,label\na,b", ("text", "label"), [("a", "b")]),
    (b'text,label\n"a"b,c\n', ("text", "label"), [("ab", "c")]),
    (b'text,label\n5" disk,c\n', ("text", "label"), [('5" disk', "c")]),
    (b'text,label\n"He said\n"yes" to me",c\n', ("text", "label"), [('He said\nyes" to me"', "c")]),
    (b'text,label\n"",c\n', ("text", "label"), [("", "c")]),
    (b"text|label\na, b; c|d\n", ("text", "label"), [("a, b; c", "d")]),
    (b"text\tlabel\na, b; c|d\te\n", ("text", "label"), [("a, b; c|d", "e")]),
    (b"text;label\na, b, c;d\n", ("text", "label"), [("a, b, c", "d")]),
    (b"a,b,c\n1\n2\n", ("a", "b", "c"), [("1", "", ""), ("2", "", "")]),
    (b"x\n1;2\n3;4\n", ("x",), [("1;2",), ("3;4",)]),
    (b"a b,c  d\n1,2\n", ("a b", "c  d"), [("1", "2")]),
    ("text,n\nline\u2028sep\u2029par\x85nel,1\n".encode(), ("text", "n"),
     [("line\u2028sep\u2029par\x85nel", "1")]),
    ("文本,标签\n你好，世界；再见、朋友,问候\n".encode(), ("文本", "标签"),
     [("你好，世界；再见、朋友", "问候")]),
    ("文本，说明\n你好，世界\n".encode(), ("文本，说明",), [("你好，世界",)]),
    ("text,n\n👋🏽 e\u0301 \ufffd,1\n".encode(), ("text", "n"), [("👋🏽 e\u0301 \ufffd", "1")]),
    ("prénom;âge\nÉloïse;9\n".encode("latin-1"), ("prénom", "âge"), [("Éloïse", "9")]),
    ("Größe;Maß\nüber 3 m²;groß\n".encode("latin-1"), ("Größe", "Maß"), [("über 3 m²", "groß")]),
    ("text,n\n20 °C £5 ½,1\n".encode("latin-1"), ("text", "n"), [("20 °C £5 ½", "1")]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "columns", "rows"), READS_WELL)
def test_what_reads_well_stays_so(data, columns, rows):
    table = parse_table(data)
    assert (table.columns, list(table.rows)) == (columns, rows)


def test_a_column_is_found_by_its_name_in_any_case_and_width():
    table = parse_table(b'"Full\nname",name,NAME\n1,2,3\n')
    assert table.columns == ("Full name", "name", "NAME")
    assert [table.column(name) for name in ("name", "NAME", "Name", "full  NAME")] == [
        ["2"], ["3"], ["2"], ["1"],
    ]  # fmt: skip


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "gb18030", "gbk"])
@pytest.mark.parametrize("end", ["\n", "\r"])
def test_a_chinese_table_is_one_in_every_encoding(codec, end):
    lines = ["sep=;", "文本;标签，可空", "很好，下次再来;正面", "太差;负面", ""]
    table = parse_table(end.join(lines).encode(codec))
    assert table.columns == ("文本", "标签，可空")
    assert table.rows == (("很好，下次再来", "正面"), ("太差", "负面"))


def test_curly_quotes_of_windows_stay_quotes():
    table = parse_table("text;n\n“It’s” – a “test”…;1\n".encode("cp1252"))
    assert table.rows == (("“It’s” – a “test”…", "1"),)
