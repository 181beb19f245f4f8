"""``manage.py export``: a list as a file, as its address would give it."""

from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from lessons.exporters import FORMATS, export
from lessons.exporters.about import of_list
from lessons.exporters.options import Options
from lessons.models import Kind
from lessons.models.vocabulary import KIND_PLURALS
from lessons.search import BadQuery, Building, Filters, Found, SearchUnavailable


class Command(BaseCommand):
    help = "Write a list of records to a file, in the format that its suffix says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=f"ends in .{', .'.join(FORMATS)}")
        parser.add_argument("--kind", choices=Kind.values, default="", help="only these records")
        parser.add_argument(
            "--query", default="", help="what follows “?” in an address, e.g. theme=early-warning"
        )
        parser.add_argument(
            "--as",
            dest="person",
            metavar="USERNAME",
            help="as this person sees it (default: what is public)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file whole or not at all."""
        file: Path = options["file"]
        suffix = file.suffix.removeprefix(".")
        if suffix not in FORMATS:
            raise CommandError(f"{file.name}: give one of .{', .'.join(FORMATS)}")
        try:
            records = self._write(file, suffix, options)
        except (BadQuery, SearchUnavailable, Building, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{records} records in {file}.")

    def _write(self, file: Path, suffix: str, options: dict[str, Any]) -> int:
        asked, query = Options.taken_from(QueryDict(options["query"]))
        kind = options["kind"]
        found = Found(Filters.parse(query), _person(options["person"]), kind)
        words = found.asked.with_().query()
        address = reverse("records", args=[kind]) + (f"?{words}" if words else "")
        title = str(KIND_PLURALS[Kind(kind)]).capitalize() if kind else "Records"
        pieces = export(
            suffix,
            found.every(),
            found.user,
            about=of_list(title, found, address),
            columns=asked.columns,
            group=asked.group,
        )
        unfinished = file.with_name(f"{file.name}.part")
        try:
            with unfinished.open("wb") as target:
                target.writelines(pieces)
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
        return found.total


def _person(name: str | None) -> Any:
    if name is None:
        return AnonymousUser()
    found = User.objects.filter(username=name).first()
    if found is None:
        raise CommandError(f"There is nobody called “{name}”.")
    return found
