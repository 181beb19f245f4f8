"""How fast lists leave as files, beside what the database and Datasette do with the same rows."""

from __future__ import annotations

import os
import re
import statistics
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from bench import others, servers
from bench.figures import Report
from lessons.exporters import export, rows
from lessons.exporters.about import of_list
from lessons.exporters.cited import SMALL
from lessons.exporters.columns import COLUMNS, USUAL
from lessons.exporters.records import Records
from lessons.models import Kind
from lessons.search import Filters, Found

ANYONE = AnonymousUser()
TIMES = 3
PLAIN = tuple(name for name, one in USUAL.items() if not one.part)  # of the record's own table

# What Datasette is given of a record (others.ROWS).
OWN = "code,kind,title,statement,discussion"
THEIRS = "code,kind,title,statement,discussion,quotations,themes,actors,tags,sources,countries"


class Counting:
    """A file that keeps nothing."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: bytes) -> None:
        self.size += len(data)


def measure(report: Report, folder: Path, *, with_others: bool) -> None:
    """Goal 8: rows a second and memory of every format that streams, and what they are beside."""
    lessons = Found(Filters(), ANYONE, Kind.LESSON).total
    report.say(f"  exporting {lessons:,} lessons, load {os.getloadavg()[0]:.1f}")
    for named, columns in (("all", tuple(USUAL)), ("its table's", PLAIN)):
        ratio, ours = beside_copy(columns)
        what = f"CSV / bare COPY, {named} columns ({lessons / ours:,.0f} rows/s)"
        report.goal(8, what, ratio, "×", least=0.5)
    for named, columns in (("all", tuple(USUAL)), ("its table's", PLAIN)):
        took = statistics.median(_timed(lambda: taken("jsonl", columns)) for _run in range(TIMES))  # noqa: B023
        report.goal(8, f"JSON Lines, {named} columns", lessons / took, "rows/s", least=50_000)
    took = _timed(lambda: taken("xlsx"))
    what = f"rows of a workbook with all its sheets ({lessons / took:,.0f} records/s)"
    report.goal(8, what, _rows_of_workbook() / took, "rows/s", least=10_000)
    for suffix in ("csv", "jsonl", "xlsx"):
        report.goal(8, f"memory that .{suffix} takes", memory(suffix), "MB", most=100)
    if with_others:
        _beside_datasette(report, folder)


def taken(suffix: str, columns: tuple[str, ...] = ()) -> int:
    """Export all lessons, from finding them to the last byte; return the number of bytes."""
    found = Found(Filters(), ANYONE, Kind.LESSON)
    about = of_list("Lessons", found, "/lessons/")
    pieces = export(suffix, found.every(), ANYONE, about=about, columns=columns)
    return sum(map(len, pieces))


def _rows_of_workbook() -> int:
    found = Found(Filters(), ANYONE, Kind.LESSON)
    records = Records(found.every(), ANYONE, of_list("Lessons", found, "/lessons/"))
    return sum(len(list(sheet)) for batch in records.sheets() for sheet in batch.values())


def beside_copy(columns: tuple[str, ...]) -> tuple[float, float]:
    """Return our speed over that of a bare COPY of the same columns, and our seconds."""
    query = _bare(columns)
    ours, bare = [], []
    for _run in range(TIMES):
        bare.append(_timed(lambda: _copy(query)))
        ours.append(_timed(lambda: taken("csv", columns)))
    return statistics.median(bare) / statistics.median(ours), statistics.median(ours)


def _bare(columns: tuple[str, ...]) -> str:
    """Return one query for all lessons: no escaping of formulas, no batches; ordered by title."""
    asked = rows.Rows(ANYONE, columns)
    selected = ", ".join(rows._joined(COLUMNS[name]) for name in columns)
    parts = dict.fromkeys(COLUMNS[name].part for name in columns if COLUMNS[name].part)
    joins = " ".join(
        f"LEFT JOIN ({re.sub('WHERE [^ ]+ = ANY[^ ]+', '', rows.PARTS[part])}) AS {part}"
        f" ON {part}.record_id = r.id"
        for part in parts
    )
    query = (
        f"SELECT {selected} FROM {{visible}} AS r {joins}"  # noqa: S608
        " WHERE r.kind = 'lesson' ORDER BY r.title"
    )
    many = list(range(1, 2 * SMALL))  # so many that what is said of all reports is asked for
    return asked._filled([query], many)[0]


def _copy(query: str) -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT csv)", Counting())


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def memory(suffix: str) -> float:
    """Return the MB by which the peak of a process of its own grows while all records leave."""
    reading, writing = os.pipe()
    connection.close()  # two processes cannot share one
    child = os.fork()
    if not child:
        taken("csv", ("code",))  # what is imported and kept anyway
        before = _resident()
        found = Found(Filters(), ANYONE)
        about = of_list("Records", found, "/records/")
        for _piece in export(suffix, found.every(), ANYONE, about=about):
            pass
        os.write(writing, f"{_resident() - before}".encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as answer:
        return float(answer.read())


def _resident() -> float:
    status = Path("/proc/self/status").read_text("ascii")
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert peak  # noqa: S101
    return int(peak[1]) / 1024


def _beside_datasette(report: Report, folder: Path) -> None:
    """Stream the same lessons as CSV from Datasette and from us, each over HTTP by itself."""
    reason = others.install()
    if reason:
        report.say(f"(8) Datasette skipped: {reason}")
        return
    lines, base = folder / "rows.jsonl", folder / "bench.db"
    others.write_rows(lines)
    base.unlink(missing_ok=True)
    others.fill_datasette(lines, base)
    stream = "/bench/records.csv?_stream=on&kind=lesson"
    with others.datasette(base) as ports:
        plain = _streamed(ports[0], f"{stream}&_col=kind&_col=title&_col=statement&_col=discussion")
        whole = _streamed(ports[0], stream)
    with servers.hindsight() as (port, _pid):
        _streamed(port, "/lessons.csv?columns=code&year_from=9999")  # it opens what it needs
        for named, columns, theirs in (
            ("of one table", OWN, plain),
            ("with all it holds", THEIRS, whole),
        ):
            ours = _streamed(port, f"/lessons.csv?columns={columns}")
            for name, (count, took) in (("Datasette", theirs), ("Hindsight", ours)):
                report.say(f"  {name}: {count:,} lines of CSV {named} in {took:.1f} s over HTTP")
            ratio = (ours[0] / ours[1]) / (theirs[0] / theirs[1])
            report.goal(8, f"CSV {named} over HTTP against Datasette", ratio, "×", least=5)


def _streamed(port: int, path: str) -> tuple[int, float]:
    """Return how many lines a file has and the seconds it takes."""
    began, lines = time.perf_counter(), 0
    visit = HTTPConnection("127.0.0.1", port, timeout=600)
    visit.request("GET", path)
    answer = visit.getresponse()
    while piece := answer.read(1 << 16):
        lines += piece.count(b"\n")
    visit.close()
    return lines, time.perf_counter() - began
