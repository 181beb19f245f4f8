"""``manage.py make_corpus``: a synthetic corpus of any size, for measuring and trying out."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lessons.importers import corpus

FEWEST = 10
RECORDS_A_REPORT = 250
MOST_REPORTS = 2000


class Command(BaseCommand):
    help = (
        "Write a synthetic corpus straight into the database: the same for the same seed, told "
        "apart by “synthetic/”. For measuring and trying out; it cannot be taken back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--records", type=int, default=10_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--reports", type=int, help="By default one for 250 records.")
        parser.add_argument(
            "--yes", action="store_true", help="Even where HINDSIGHT_URL is public."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.HTTPS and not options["yes"]:
            raise CommandError(
                "HINDSIGHT_URL says that this installation is public, and published records are "
                "never deleted. Give --yes if you mean it."
            )
        records, reports = options["records"], options["reports"]
        if records < FEWEST or (reports is not None and reports < 1):
            raise CommandError(f"Ask for at least {FEWEST} records and one report.")
        usual = min(MOST_REPORTS, max(3, records // RECORDS_A_REPORT))
        began = time.monotonic()
        try:
            corpus.load(records, reports or usual, options["seed"])
        except corpus.CorpusError as error:
            raise CommandError(str(error)) from error
        took = time.monotonic() - began
        self.stdout.write(
            f"{records:,} records in {took:.1f} s, {records / took:,.0f} a second. "
            "The search index is built at the next search."
        )
