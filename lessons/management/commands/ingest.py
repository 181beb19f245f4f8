"""``manage.py ingest``: take documents in as reports, described by what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lessons.ingest import uploads
from lessons.models import Access

BAR = 30  # characters of a bar of progress
CLEAR = "\x1b[K"  # the rest of the line; ECMA-48, “erase in line”


class Command(BaseCommand):
    help = "Take documents in as reports: files, or all documents below a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER")
        parser.add_argument("--restricted", action="store_true", help="show them at the desk alone")
        parser.add_argument("--dry-run", action="store_true", help="read them, and add nothing")
        parser.add_argument(
            "--no-suggestions", action="store_false", dest="suggest",
            help="let no job look for suggestions in them",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each file with what came of it; CommandError if one was refused."""
        files = list(documents(options["paths"]))
        refused = 0
        access = Access.RESTRICTED if options["restricted"] else Access.PUBLIC
        for number, path in enumerate(files, start=1):
            try:
                came = self._take(path, access, options)
            except (ValidationError, OSError) as error:
                came, refused = f"refused: {_reason(error)}", refused + 1
            clear = CLEAR if self.stdout.isatty() else ""
            self.stdout.write(f"{clear}[{number}/{len(files)}] {path}: {came}")
            self.stdout.flush()
        if not files:
            raise CommandError("There is no document to read.")
        if refused:
            raise CommandError(f"{refused} of {len(files)} were refused.")

    def _take(self, path: Path, access: Access, options: dict[str, Any]) -> str:
        how = {name: options[name] for name in ("dry_run", "suggest")}
        try:
            with path.open("rb") as file:
                taken = uploads.take_in(
                    File(file), path, by=None, access=access, heed=self._show, **how
                )
        except uploads.AlreadyHere as error:
            return f"already here: {error.found.get_absolute_url()}"
        passages = f"{taken.passages} passage{'' if taken.passages == 1 else 's'}"
        if options["dry_run"]:
            return f"would be added: “{taken.title}”, {passages}"
        return f"added: {taken.address}, {passages}"

    def _show(self, done: int, total: int | None) -> None:
        """Show how far a file is, on a line that what came of it overwrites."""
        if total and self.stdout.isatty():
            filled = BAR * done // total
            bar = "█" * filled + "░" * (BAR - filled)
            self.stdout.write(f"\r{bar} page {done} of {total}{CLEAR}\r", ending="")
            self.stdout.flush()


def documents(paths: list[Path]) -> Iterator[Path]:
    """Yield the files named, and those below the folders named that can be read, in order."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                one for one in path.rglob("*")
                if one.is_file() and one.name.lower().endswith(uploads.SUFFIXES)
            )  # fmt: skip
        else:
            yield path


def _reason(error: ValidationError | OSError) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(f"{name}: {' '.join(found)}" for name, found in error.message_dict.items())
