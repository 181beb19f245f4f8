"""``manage.py search``: build, look at, check and tidy up this machine's search index."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from lessons.models import Passage, Record
from lessons.search import SearchUnavailable, building, checking, outbox, state
from lessons.search.index import machine_index, on_disk

NAMED = 20  # differences that are named
KEPT = 1_000_000  # rows of the outbox
EVERY = 0.5  # seconds between two signs of progress


class Command(BaseCommand):
    """One method per subcommand, named after it."""

    help = "Builds, shows and checks this machine's search index, and prunes the outbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        rebuild = verbs.add_parser("rebuild", help="Build the index anew; the old one serves on.")
        catch_up = verbs.add_parser("catch-up", help="Index what has changed, however much.")
        for verb in (rebuild, catch_up):
            verb.add_argument(
                "--if-needed", action="store_true", help="Build only what is not there."
            )
        verbs.add_parser("status", help="Where is it, how large, how far behind?")
        verbs.add_parser("verify", help="Compare the index with the database, row by row.")
        prune = verbs.add_parser("prune", help="Forget the oldest changes in the outbox.")
        prune.add_argument("--keep", type=int, default=KEPT, help=f"Rows kept (default {KEPT}).")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand; CommandError says what went wrong and what to do."""
        self.index = machine_index()
        self.shown = 0.0
        try:
            getattr(self, options["verb"].replace("-", "_"))(options)
        except (SearchUnavailable, building.Building) as error:
            raise CommandError(str(error)) from error

    def rebuild(self, options: dict[str, Any]) -> None:
        """Build a new generation, showing how far it is here and on the pages."""
        begun = time.monotonic()
        self.total = Record.objects.count() + Passage.objects.count()
        self.passed = {"records": 0, "passages": 0}
        try:
            self.index.rebuild(self._progress, if_needed=options["if_needed"])
        finally:
            building.clear_progress(self.index.root)
        number = self._documents()
        seconds = time.monotonic() - begun
        self.stdout.write(
            f"The index holds {number} documents; that took {seconds:.1f} s "
            f"({number / seconds:.0f} a second)."
        )

    def catch_up(self, options: dict[str, Any]) -> None:
        """Index all that has changed; build anew if there is nothing to go on from."""
        held = state.read(self.index.root)
        self.total = (outbox.behind(held.position) or 0) if held else 0
        self.passed = {"changes": 0}
        try:
            done = self.index.catch_up(self._progress)
        finally:
            building.clear_progress(self.index.root)
        if not done:
            self.rebuild(options)
            return
        self.stdout.write(f"The index has read {self.passed['changes']} changes.")

    def status(self, options: dict[str, Any]) -> None:
        """Say what there is without changing anything."""
        held = state.read(self.index.root)
        rows: dict[str, Any] = {"Folder": self.index.root}
        if held is None:
            rows["State"] = "there is no index of this version; the next search builds one"
        else:
            behind = outbox.behind(held.position)
            rows |= {
                "State": "must be built anew" if behind is None else f"{behind} changes behind",
                "Generation": f"{held.generation}, version {held.version}",
                "Watermark": f"outbox row {held.position.row}",
                "Waiting for": f"{len(held.position.holes)} ranges of rows not yet committed",
                "Documents": _documents_on_disk(self.index.root / held.generation),
            }
        building_now = building.read_progress(self.index.root)
        if building_now is not None:
            rows["Being built"] = f"{building_now} done"
        rows["Size"] = f"{filesizeformat(_bytes_in(self.index.root))} on disk"
        for name, value in rows.items():
            self.stdout.write(f"{name + ':':16}{value}")

    def verify(self, options: dict[str, Any]) -> None:
        """Name what differs and fail; nothing is changed."""
        damaged = list(checking.damaged_files(self.index))
        for path in damaged:
            self.stderr.write(f"damaged: {path}")
        found = list(checking.differences(self.index))
        for name, pk in islice(found, NAMED):
            self.stderr.write(f"differs: {name.removesuffix('s')} {pk}")
        if damaged or found:
            raise CommandError(
                f"{len(found)} documents differ from the database and {len(damaged)} files are "
                "damaged. 'manage.py search rebuild' builds the index anew."
            )
        self.stdout.write(f"All {self._documents()} documents are as the database has them.")

    def prune(self, options: dict[str, Any]) -> None:
        """Forget old changes; an index that has not read them is built anew."""
        if options["keep"] < 1:
            raise CommandError("--keep: at least one row stays, to know the outbox by.")
        gone = outbox.prune(options["keep"])
        self.stdout.write(f"Forgot {gone} changes that are older than an hour.")

    def _progress(self, name: str, done: int) -> None:
        self.passed[name] = done
        now = time.monotonic()
        if now - self.shown < EVERY:
            return
        self.shown = now
        together = sum(self.passed.values())
        building.write_progress(self.index.root, together, os.getpid())
        if self.stdout.isatty():
            self.stdout.write(f"\r{together} of {self.total}", ending="")
            self.stdout.flush()

    def _documents(self) -> int:
        snapshot = self.index.snapshot()
        return snapshot.records.num_docs + snapshot.passages.num_docs


def _documents_on_disk(folder: Path) -> str:
    try:
        counts = on_disk(folder)
    except (OSError, ValueError) as error:
        return f"unreadable ({error})"
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def _bytes_in(directory: Path) -> int:
    files = (path for path in directory.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files)
