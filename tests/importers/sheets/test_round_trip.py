"""Our own exports read back to exactly what was exported."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.exporters import export
from lessons.exporters.about import about
from lessons.models import Record
from tests.exporters import FORMULAS, whole
from tests.factories import make_record
from tests.importers.sheets import cells, problems, read

COLUMNS = ("code", "kind", "title", "statement", "tags", "year_from", "number")
AWKWARD = [
    *FORMULAS,
    *(f"'{one}" for one in FORMULAS),
    *(f"''{one}" for one in FORMULAS),
    "'tis only a word", "''", "-", "two\nlines", "two\r\nlines", "tab\there", ' "quoted", ',
    "d’où 😀 — Kigali", "a;b,c|d", "_x000D_", "1.0", "007", "2026-11-24", "true", "\\", 'C:\\"x"',
]  # fmt: skip


def there_and_back(suffix: str, user: Any, *records: Record) -> None:
    told = about("Records", len(records), "/")
    ids = [one.pk for one in records]
    data = whole(export(suffix, ids, user, about=told, columns=COLUMNS))
    expected = [
        (one.code, one.kind, one.title, one.statement, "a; b", "1994", "") for one in records
    ]
    assert cells(data) == [COLUMNS, *expected]
    assert not problems(data)


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json", "jsonl"])
def test_awkward_values_come_back_as_they_were(suffix, analyst):
    records = [make_record(statement=one, tags=["a", "b"], year_from=1994) for one in AWKWARD]
    there_and_back(suffix, analyst, *records)


WORDS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30
).filter(
    str.strip  # a record says something
)


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl"])
def test_any_text_comes_back_as_it_was(suffix, analyst):
    records = [make_record(tags=["a", "b"], year_from=1994) for _number in range(4)]

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.one_of(WORDS, st.sampled_from(AWKWARD)), min_size=4, max_size=4))
    def holds(texts):
        for one, text in zip(records, texts, strict=True):
            Record.objects.filter(pk=one.pk).update(statement=text)
            one.statement = text
        there_and_back(suffix, analyst, *records)

    holds()


@pytest.mark.django_db
def test_the_sheet_that_says_what_was_asked_is_a_table_of_its_own(analyst):
    record = make_record(year_from=1994)
    data = whole(export("xlsx", [record.pk], analyst, about=about("Records", 1, "/")))
    sheet, _rows = read(data)
    assert (sheet.name, sheet.row_count, sheet.notes) == ("Records", 1, ())
