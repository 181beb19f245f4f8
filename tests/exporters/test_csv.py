"""CSV: a head before lines that are CSV already."""

import csv
import io

from lessons.exporters import to_csv
from tests.exporters import whole


def test_it_begins_with_the_byte_order_mark_and_the_columns():
    assert whole(to_csv.write(("code", "title"), [])) == b"\xef\xbb\xbfcode,title\n"


def test_the_lines_follow_as_they_come():
    pieces = to_csv.write(("code",), iter([b"L-1\n", b"L-2\n"]))
    assert [next(pieces), next(pieces), next(pieces)] == [
        "\ufeffcode\n".encode(),
        b"L-1\n",
        b"L-2\n",
    ]


def test_a_line_is_quoted_where_it_must_be():
    cells = ["plain", 'He said "no"', "a,b", "two\nlines", "a\rb", None, 7]
    line = to_csv.line(cells)
    assert next(csv.reader(io.StringIO(line, newline=""))) == [*cells[:5], "", "7"]
    assert line.startswith('plain,"He said ""no""","a,b"')
