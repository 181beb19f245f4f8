"""Our own exports read back to exactly what was exported."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lessons.exporters.table import cell

from lessons.exporters import FORMATS
from tests.exporters import FORMULAS, table, whole
from tests.importers.sheets import cells, problems, read

COLUMNS = ("code", "kind", "title", "statement", "tags", "year_from", "number")
AWKWARD = [
    *FORMULAS,
    *(f"'{one}" for one in FORMULAS),
    *(f"''{one}" for one in FORMULAS),
    "'tis only a word", "''", "-", "two\nlines", "two\r\nlines", "tab\there", ' "quoted", ',
    "d’où 😀 — Kigali", "a;b,c|d", "_x000D_", "1.0", "007", "2026-11-24", "true", "\\", 'C:\\"x"',
]  # fmt: skip


def record(text: str, *, tags: list[str] | None = None) -> dict[str, Any]:
    return {
        "code": "L-1",
        "kind": "lesson",
        "title": "Warn in time",
        "statement": text,
        "tags": tags or [],
        "year_from": 1994,
        "number": None,
    }


def there_and_back(suffix: str, *records: dict[str, Any]) -> None:
    data = whole(FORMATS[suffix].write(table(*records, columns=COLUMNS)))
    expected = [tuple(str(cell(one[name])) for name in COLUMNS) for one in records]
    assert cells(data) == [COLUMNS, *expected]
    assert not problems(data)


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json"])
def test_awkward_values_come_back_as_they_were(suffix):
    there_and_back(suffix, *(record(one, tags=[one, "b"]) for one in AWKWARD))


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@pytest.mark.parametrize("suffix", ["csv", "json"])
@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.one_of(TEXT, st.sampled_from(AWKWARD)), min_size=1, max_size=4))
def test_any_text_comes_back_as_it_was(suffix, texts):
    there_and_back(suffix, *map(record, texts))


def test_the_sheet_that_says_what_was_asked_is_a_table_of_its_own():
    data = whole(FORMATS["xlsx"].write(table(record("x"), columns=COLUMNS)))
    sheet, _rows = read(data)
    assert (sheet.name, sheet.row_count, sheet.notes) == ("Records", 1, ())
