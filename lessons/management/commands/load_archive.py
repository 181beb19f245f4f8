"""``manage.py load_archive``: an archive into an empty installation."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lessons import archive


class Command(BaseCommand):
    help = "Load what dump_archive wrote into an installation that has only been migrated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = archive.load(options["file"])
        except archive.ArchiveError as error:
            raise CommandError(str(error)) from error
        rows = sum(about["rows"] for about in manifest["models"].values())
        self.stdout.write(f"Loaded {rows} rows and {len(manifest['files'])} files.")
        if not manifest["accounts"]:
            self.stdout.write("Passwords were left behind: everyone chooses a new one by e-mail.")
        call_command("search", "rebuild", stdout=self.stdout)
