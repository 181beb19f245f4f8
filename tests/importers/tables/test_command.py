"""``manage.py import_table`` does what the page does, and says so."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lessons.models import Import, Record

from .importing import csv_of, lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "lessons.csv"
    path.write_bytes(csv_of([lesson(odd="x", id="1"), lesson(odd="y", id="2")]))
    return path


def run(*args: object, **options: object) -> tuple[str, str]:
    said, complained = io.StringIO(), io.StringIO()
    call_command("import_table", *map(str, args), stdout=said, stderr=complained, **options)
    return said.getvalue(), complained.getvalue()


def test_a_table_is_imported_and_counted(table: Path) -> None:
    said, _complaints = run(table, "--map", "odd=tags", "--set", "scheme=odd")
    assert "create:         2" in said
    assert set(Record.objects.values_list("identifier", flat=True)) == {"odd:1", "odd:2"}
    said, _complaints = run(table)
    assert "Nothing to import" in said
    assert Record.objects.count() == 2


def test_a_dry_run_leaves_nothing(table: Path) -> None:
    said, _complaints = run(table, "--map", "odd=", "--dry-run")
    assert "create:         2" in said
    assert not Record.objects.exists()
    assert not Import.objects.exists()


def test_an_unknown_column_is_refused(table: Path) -> None:
    with pytest.raises(CommandError, match="Unknown column “odd”"):
        run(table)
    assert run(table, "--leave-out-others", "--dry-run")


def test_rows_with_problems_are_named_and_nothing_is_imported(table: Path) -> None:
    complained = io.StringIO()
    options = ["--map", "odd=phase"]
    with pytest.raises(CommandError, match="2 rows have problems; nothing was imported"):
        call_command("import_table", str(table), *options, stderr=complained, stdout=io.StringIO())
    assert "row 2, odd: “x” is none of: prevention" in complained.getvalue()
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [(["--map", "odd"], "lacks its ="), (["--set", "speed=9"], "no setting speed")],
)
def test_what_is_said_wrongly_is_refused(args: list[str], message: str, table: Path) -> None:
    with pytest.raises(CommandError, match=message):
        run(table, *args)
