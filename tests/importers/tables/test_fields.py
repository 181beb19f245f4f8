"""What a column may fill, and that it is known to all who must know it."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from lessons.exporters.columns import COLUMNS
from lessons.importers.tables import FIELDS, check_mapping, guess
from lessons.models.records import CONTENT

ROOT = Path(__file__).resolve().parents[3]
ELSEWHERE = {"identifier": "reference", "external_ids": ""}  # by another name, or not at all


def test_each_column_of_an_export_is_filled_or_compared() -> None:
    """One added to the exports is a decision here: what an import does with it."""
    assert {ELSEWHERE.get(name, name) for name in COLUMNS} <= set(FIELDS)


def test_all_that_a_record_says_can_be_imported() -> None:
    assert {ELSEWHERE.get(name, name) for name in CONTENT} - {""} <= set(FIELDS)


def test_the_documentation_names_each_field() -> None:
    text = (ROOT / "docs" / "import.md").read_text("utf-8")
    assert not [name for name in FIELDS if f"`{name}`" not in text]


def test_our_own_columns_are_guessed() -> None:
    assert guess(list(COLUMNS)) == {name: ELSEWHERE.get(name, name) for name in COLUMNS}


@pytest.mark.parametrize(
    ("column", "field"),
    [("Titre", "title"), ("Mots-clés", "tags"), ("PAYS", "countries"), ("LessonDate", None),
     ("Lesson ID", "reference"), ("Année", "year_from"), ("url", "source_url")],
)  # fmt: skip
def test_columns_are_guessed_by_their_names(column: str, field: str | None) -> None:
    assert guess([column]).get(column) == field


def test_a_field_is_guessed_once_unless_several_columns_may_fill_it() -> None:
    assert guess(["Title", "Name", "Tags", "Keywords"]) == {
        "Title": "title", "Tags": "tags", "Keywords": "tags",
    }  # fmt: skip


def test_two_columns_cannot_be_one_title() -> None:
    with pytest.raises(ValidationError, match="cannot both be"):
        check_mapping(["A", "B"], {"A": "title", "B": "title"})


def test_a_table_of_which_all_is_left_out_is_refused() -> None:
    with pytest.raises(ValidationError, match="nothing to import"):
        check_mapping(["A"], {"A": ""})
