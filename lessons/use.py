"""Counting what is used: kept in the process, written now and then, nothing of who it was (ADR 19).

Not a verb of curation: nobody acts, the history tells nothing of it, and a lost count does no harm.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone

from .models import RecordUse, Use

MOST = 500  # numbers kept before they are written
EVERY = 60.0  # seconds that they are kept at most while somebody goes on using the site
REFERENCES = {"bib", "ris"}  # the files that hold nothing but a reference

log = logging.getLogger(__name__)
Key = tuple[int, date, str]

WRITE = """
    INSERT INTO lessons_recorduse (record_id, day, what, count)
    SELECT record.id, one.day, one.what, one.count
    FROM unnest(%s::bigint[], %s::date[], %s::text[], %s::int[]) AS one (record, day, what, count)
    JOIN lessons_record record ON record.id = one.record
    ORDER BY 1, 2, 3
    ON CONFLICT (record_id, day, what)
    DO UPDATE SET count = lessons_recorduse.count + EXCLUDED.count
"""
FOLD = """
    WITH folded AS (
        DELETE FROM lessons_recorduse
        WHERE day < %s AND day <> date_trunc('month', day)
        RETURNING record_id, day, what, count
    )
    INSERT INTO lessons_recorduse (record_id, day, what, count)
    SELECT record_id, date_trunc('month', day)::date, what, sum(count) FROM folded
    GROUP BY 1, 2, 3
    ON CONFLICT (record_id, day, what)
    DO UPDATE SET count = lessons_recorduse.count + EXCLUDED.count
"""


class Tally:
    """Counts not yet written, of all threads of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Key] = Counter()
        self._since = time.monotonic()
        self._watched = False

    def add(self, records: Iterable[int], what: Use) -> None:
        """Count that ``what`` was done today with each of ``records`` (ids)."""
        today = timezone.localdate()
        with self._lock:
            if not self._watched:
                # Only now: what closes the database at exit is registered already, and runs later.
                atexit.register(self.write)
                self._watched = True
            if not self._counts:
                self._since = time.monotonic()
            self._counts.update((record, today, what.value) for record in records)

    @property
    def is_due(self) -> bool:
        """Whether what is kept should be written."""
        waiting = len(self._counts)
        return bool(waiting) and (waiting >= MOST or time.monotonic() - self._since >= EVERY)

    def write(self) -> None:
        """Add to the database what is kept; where it cannot be written it is kept, up to MOST."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            _write(counts)
        except Error:
            log.warning("The use of records could not be written.", exc_info=True)
            with self._lock:
                self._counts.update(counts if len(counts) < MOST else {})
                self._since = time.monotonic()


tally = Tally()


def count(records: Iterable[int], what: Use) -> None:
    """Count that ``what`` was done with each of ``records`` (ids), unless COUNT_USE is off."""
    if settings.COUNT_USE:
        tally.add(records, what)


def of_file(suffix: str) -> Use:
    """Return what taking along a file of this format is."""
    return Use.CITATION if suffix in REFERENCES else Use.EXPORT


def fold_old() -> int:
    """Keep by the month what is older than the 12 months before this; return the rows that went."""
    today = timezone.localdate()
    before = today.replace(year=today.year - 1, day=1)
    rows = RecordUse.objects.filter(day__lt=before)
    with transaction.atomic():
        earlier = rows.count()
        with connection.cursor() as cursor:
            cursor.execute(FOLD, [before])
        return earlier - rows.count()


def _write(counts: Counter[Key]) -> None:
    records, days, whats = zip(*counts, strict=True)
    columns = [list(records), list(days), list(whats), list(counts.values())]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITE, columns)
