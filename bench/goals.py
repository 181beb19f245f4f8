"""The goals, one method for those that are measured together."""

from __future__ import annotations

import os
import statistics
from pathlib import Path

from django.core.management import call_command

from bench import exports, importing, inside, insights, others, queries, servers
from bench.figures import Report, elapsed
from bench.queries import Queries
from bench.visitors import Load, ask
from lessons.models import Record
from lessons.search.index import machine_index

EIGHT = 8
REQUESTS, SECONDS = 400, 45.0
BROWSED = ("/records/", "/lessons/", "/records/?sort=recent", "/records/?sort=recurrence")
MILLION = 1_000_000
IMPORTED = 100_000


class Bench:
    """Measures a corpus that grows; keeps what later goals compare with."""

    def __init__(self, report: Report, folder: Path) -> None:
        self.report, self.folder = report, folder
        self.size = 0
        self.queries = Queries({})
        self.one_percent: dict[int, Load] = {}

    def grow(self, size: int) -> None:
        """Write records until there are ``size``."""
        missing = size - Record.objects.count()
        self.size = size
        self.report.say(f"\n{size:,} records, load {os.getloadavg()[0]:.1f}")
        if missing > 0:
            took = elapsed(lambda: call_command("make_corpus", records=missing, seed=size))
            self.report.say(f"  make_corpus with its indexes and checks: {took / 1000:.1f} s")

    def index(self) -> None:
        """Build the index, goal 7's rate, and choose words from it."""
        took = elapsed(machine_index().rebuild) / 1000
        self.report.goal(7, "rebuild", self.size / took, "records/s", least=10_000)
        self.queries = queries.choose()

    def inside(self) -> None:
        """Goals 1, 6 and 7, in this process."""
        for share, words in self.queries.by_share.items():
            ratio, took = inside.finder_over_bare(words[0])
            what = f"finder / bare tantivy, a word in {share:.2%} ({took:.1f} ms)"
            self.report.goal(1, what, ratio, "×", most=2)
        word = self.queries.by_share[0.01][0]
        self.report.goal(6, "rendering a list with words", inside.rendering(word), "ms", most=2)
        self.report.goal(6, "rendering a list without", inside.rendering(""), "ms", most=2)
        once = statistics.median(inside.catching_up(1) for _edit in range(7))
        self.report.goal(7, "catching up after one edit", once, "ms", most=30)
        many = inside.catching_up(10_000)
        self.report.goal(7, "catching up after 10,000", many, "ms", most=2000)

    def pages(self) -> None:
        """Goals 3 (our part), 4, 5 and memory: whole pages from gunicorn."""
        with servers.hindsight() as (port, pid):
            one, two = self.queries.one_word(), self.queries.two_words()
            rare = [queries.path(word) for word in self.queries.by_share[0.01]]
            _quiet(port, [*rare, *BROWSED])  # both workers open what they need
            before = servers.memory_of_workers(pid)
            worded = _quiet(port, [queries.path(words) for words in [*one, *two]])
            self.report.say(f"  pages with one or two words: {worded}")
            browsed = _quiet(port, list(BROWSED))
            self.report.say(f"  pages without words: {browsed}")
            self.one_percent[self.size] = _quiet(port, rare)
            busy = ask([port], rare, at_once=EIGHT, requests=REQUESTS, seconds=SECONDS)
            self.report.say(f"  eight at once, 1 % words: {busy}")
            after = servers.memory_of_workers(pid)
        self.report.goal(
            0, "memory of a worker, after / before", max(after) / max(before), "×", most=1.2
        )
        self.report.say(f"  memory of workers: {before} → {after} MB")
        if self.size >= MILLION:
            self.report.goal(5, "p95 of a page with words", worded.p95, "ms", most=40)
            self.report.goal(5, "p95 of a page without", browsed.p95, "ms", most=80)

    def naive(self) -> None:
        """Goal 2: the page's data the way Django makes easiest."""
        for share in (0.1, 0.01):
            word = self.queries.by_share[share][0]
            slow = statistics.median(elapsed(inside.naive(word)) for _run in range(2))
            fast = inside.finder_over_bare(word)[1]
            what = f"naive Django {slow:.0f} ms / finder {fast:.1f} ms, a word in {share:.0%}"
            self.report.goal(2, what, slow / fast, "×", least=100)

    def others(self) -> None:
        """Goal 3: the same rows served by Datasette and by Wagtail."""
        reason = others.install()
        if reason:
            self.report.say(f"(3) skipped, Datasette and Wagtail cannot be installed: {reason}")
            return
        rows = self.folder / "rows.jsonl"
        others.write_rows(rows)
        words = [*self.queries.by_share[0.1], *self.queries.by_share[0.01]]
        with servers.hindsight() as (port, _pid):
            paths = [queries.path(word) for word in words]
            _quiet(port, paths[:4])
            ours = ask([port], paths, at_once=EIGHT, requests=REQUESTS, seconds=SECONDS)
        self.report.say(f"  Hindsight: {ours}")
        self._against("Datasette", ours, self._datasette(rows, words))
        wrong = others.fill_wagtail(rows)
        if wrong:
            self.report.say(f"(3) Wagtail skipped: {wrong}")
            return
        with others.wagtail() as ports:
            paths = [others.wagtail_path(word) for word in words]
            self._against(
                "Wagtail",
                ours,
                ask(ports, paths, at_once=EIGHT, requests=REQUESTS, seconds=SECONDS),
            )

    def _datasette(self, rows: Path, words: list[str]) -> Load:
        base = self.folder / "bench.db"
        base.unlink(missing_ok=True)
        others.fill_datasette(rows, base)
        with others.datasette(base) as ports:
            paths = [others.datasette_path(word) for word in words]
            return ask(ports, paths, at_once=EIGHT, requests=REQUESTS, seconds=SECONDS)

    def _against(self, name: str, ours: Load, theirs: Load) -> None:
        self.report.say(f"  {name}: {theirs}")
        if not theirs.took:
            return
        self.report.goal(3, f"requests/s against {name}", ours.rate / theirs.rate, "×", least=15)
        self.report.goal(3, f"p95 against {name}", ours.p95 / theirs.p95, "×", most=1)

    def exports(self, *, with_others: bool) -> None:
        """Goal 8: lists as files."""
        exports.measure(self.report, self.folder, with_others=with_others)

    def insights(self) -> None:
        """Goal 10: each page under /insights/, with nothing kept and with all."""
        insights.measure(self.report)

    def importing(self) -> None:
        """Goal 9: a table of new records, from the file to the commit. Last, for it adds them."""
        took = importing.importing(IMPORTED, seed=self.size)
        self.report.say(
            f"  import of {took.rows:,} rows: looking {took.looking:.1f} s, writing"
            f" {took.writing:.1f} s; COPY of the same rows {took.bare:.2f} s: {took.ratio:.0f} ×"
        )
        self.report.goal(9, "import with tags, themes, actors", took.rate, "records/s", least=5000)
        self.report.goal(9, "memory an import takes", took.memory, "MB", most=50)

    def growth(self) -> None:
        """Goal 4: what ten times the records cost."""
        small, large = self.one_percent.get(100_000), self.one_percent.get(MILLION)
        if small and large:
            ratio = large.p95 / small.p95
            self.report.goal(4, "p95 for 1 % words, 1,000,000 / 100,000", ratio, "×", most=3)


def _quiet(port: int, paths: list[str]) -> Load:
    """Ask for one page at a time, each of them a few times."""
    return ask([port], paths, at_once=1, requests=max(60, 3 * len(paths)), seconds=SECONDS)
