"""What it costs to import a table of new records, beside copying its rows into a bare table."""

from __future__ import annotations

import csv
import io
import random
import resource
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection, transaction

from bench.figures import elapsed
from lessons.curation import create_record
from lessons.importers import tables
from lessons.importers.synthetic import SEEDS
from lessons.importers.synthetic_words import Words, sentence
from lessons.importers.tables.fields import Settings
from lessons.models import Import, Kind, Record, Theme

ACTORS, TAGS, SOURCES = 200, 2_000, 500
COLUMNS = (
    "reference", "kind", "title", "statement", "discussion", "origin", "tags", "themes", "actors",
    "year_from", "source_title",
)  # fmt: skip
BARE = f"CREATE TEMP TABLE bare ({', '.join(f'{name} text' for name in COLUMNS)})"


@dataclass(frozen=True)
class Importing:
    """Seconds that each step took, and the memory it took beyond what was held before, in MB."""

    rows: int
    looking: float
    writing: float
    bare: float
    memory: float

    @property
    def rate(self) -> float:
        """Records imported a second, from the file to the commit."""
        return self.rows / (self.looking + self.writing)

    @property
    def ratio(self) -> float:
        """How many times as long as a COPY of the same rows."""
        return (self.looking + self.writing) / self.bare


def importing(number: int, seed: int) -> Importing:
    """Import ``number`` new lessons with two tags, a theme, an actor and a source each."""
    table = _table(number, seed)
    held = _memory()
    one = tables.start(ContentFile(table), "bench.csv", by=None)
    mapping = {name: name for name in COLUMNS}
    tables.name_columns(one, mapping, Settings(scheme=f"bench-{seed}"), by=None)
    looking = elapsed(lambda: tables.check(one, by=None))
    one.refresh_from_db()
    if one.counts != {"create": number}:
        raise SystemExit(f"The table to measure with is wrong: {one.counts}.")
    writing = elapsed(lambda: tables.apply(one, by=None))
    memory = _memory() - held
    bare = elapsed(lambda: _copy(table))
    Import.objects.get(pk=one.pk).file.delete()
    return Importing(number, looking / 1000, writing / 1000, bare / 1000, memory)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@transaction.atomic
def _copy(table: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        cursor.copy_expert("COPY bare FROM STDIN CSV HEADER", io.BytesIO(table))
        cursor.execute("DROP TABLE bare")


def _table(number: int, seed: int) -> bytes:
    chance = random.Random(seed)  # noqa: S311  (the same rows each time)
    clauses = Words("en", SEEDS).clauses("en")
    slugs = list(Theme.objects.filter(deprecated=False).values_list("slug", flat=True))
    actors = _actors()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in range(number):
        tags = "; ".join(f"bench {chance.randrange(TAGS)}" for _tag in range(2))
        words: list[Any] = [sentence(chance.sample(clauses, 3)) for _text in range(3)]
        writer.writerow(
            (row, "lesson", words[0][:120], words[1], words[2], "stated", tags,
             chance.choice(slugs), chance.choice(actors), chance.randrange(1990, 2020),
             f"Bench source {seed}-{chance.randrange(SOURCES)}")
        )  # fmt: skip
    return text.getvalue().encode()


def _actors() -> list[str]:
    titles = [f"Bench actor {number}" for number in range(ACTORS)]
    if not Record.objects.filter(title=titles[0]).exists():
        for title in titles:
            create_record(
                Kind.ACTOR, by=None, title=title, statement="Measures.", actor_type="office"
            )
    return titles
