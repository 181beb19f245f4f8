"""``manage.py import_table``: import a table from the console, by the same way as the page."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from lessons.importers import tables
from lessons.importers.tables import Settings
from lessons.models import Import, Outcome

SHOWN = 50  # problems that are printed


class Command(BaseCommand):
    """Looks at the rows, prints what they would do, and imports them if nothing is wrong."""

    help = "Imports records from a table: CSV, TSV, Excel, OpenDocument, JSON or JSON Lines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be said of the table."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--map", action="append", default=[], metavar="COLUMN=FIELD", dest="named",
            help="What a column fills; nothing after the = leaves it out. As often as needed.",
        )  # fmt: skip
        parser.add_argument(
            "--set", action="append", default=[], metavar="NAME=VALUE", dest="told",
            help="What holds for all rows: " + ", ".join(one.name for one in fields(Settings)),
        )  # fmt: skip
        parser.add_argument("--leave-out-others", action="store_true",
                            help="Leave out the columns of which nothing is known.")  # fmt: skip
        parser.add_argument("--leave-out-problems", action="store_true",
                            help="Import the other rows although some have problems.")  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="Only look at the rows.")
        parser.add_argument("--sheet", default="")
        parser.add_argument("--header-row", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file; CommandError for what stands against it."""
        try:
            with options["file"].open("rb") as file:
                one = tables.start(
                    File(file), options["file"].name, by=None,
                    sheet=options["sheet"], header_row=options["header_row"],
                )  # fmt: skip
        except (OSError, ValidationError) as error:
            raise CommandError(_said(error)) from error
        try:
            self._import(one, options)
        except ValidationError as error:
            raise CommandError(_said(error)) from error
        finally:
            if not one.act:
                tables.discard(one, by=None)

    def _import(self, one: Import, options: dict[str, Any]) -> None:
        mapping, settings = tables.suggested(one)
        if options["leave_out_others"]:
            mapping = {**dict.fromkeys(one.columns, ""), **mapping}
        mapping |= dict(_named(said) for said in options["named"])
        told = replace(settings, **_settings(options["told"]))
        tables.name_columns(one, mapping, told, by=None)
        checked = tables.check(one, by=None)
        self._tell(checked)
        problems = checked.counts.get(Outcome.PROBLEM, 0)
        if problems and not options["leave_out_problems"]:
            raise CommandError(f"{problems} rows have problems; nothing was imported.")
        if options["dry_run"]:
            return
        if not checked.counts.get(Outcome.CREATE) and not checked.counts.get(Outcome.CHANGE):
            self.stdout.write("Nothing to import: no row is new or changed.")
            return
        one.act = tables.apply(one, by=None, leave_out_problems=options["leave_out_problems"]).act
        self.stdout.write(f"Imported. The act is {one.act}.")

    def _tell(self, one: Import) -> None:
        for outcome in Outcome:
            self.stdout.write(f"{outcome.value + ':':9}{one.counts.get(outcome, 0):>8}")
        for row in one.rows.filter(outcome=Outcome.PROBLEM).order_by("number", "pk")[:SHOWN]:
            for column, text, against in row.findings:
                if against:
                    self.stderr.write(f"row {row.number}, {column or 'as a whole'}: {text}")


def _named(said: str) -> tuple[str, str]:
    """Return column and field; a column may have a = in its name."""
    column, equals, field = said.rpartition("=")
    return (column, field) if equals else _pair(said)


def _pair(said: str) -> tuple[str, str]:
    name, equals, value = said.partition("=")
    if not equals:
        raise CommandError(f"“{said}” lacks its =.")
    return name, value


def _settings(said: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = dict(_pair(one) for one in said)
    unknown = set(found) - {one.name for one in fields(Settings)}
    if unknown:
        raise CommandError(f"There is no setting {', '.join(sorted(unknown))}.")
    if "title_from_statement" in found:
        found["title_from_statement"] = found["title_from_statement"] in {"1", "yes", "true"}
    return found


def _said(error: Exception) -> str:
    return "\n".join(error.messages) if isinstance(error, ValidationError) else str(error)
