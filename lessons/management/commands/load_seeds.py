"""``manage.py load_seeds``: themes, countries and the first report with its records."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lessons.importers import seeds


class Command(BaseCommand):
    help = "Load seeds/: what is there already is left as it is, so it may be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "directory", nargs="?", type=Path, default=settings.BASE_DIR / "seeds",
            help="a folder laid out like seeds/ (default: the one that comes with Hindsight)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = seeds.load(options["directory"])
        except (seeds.SeedError, OSError) as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        told = ", ".join(f"{count} {name}" for name, count in added.items() if count)
        self.stdout.write(f"Loaded {told}." if told else "Everything is there already.")
