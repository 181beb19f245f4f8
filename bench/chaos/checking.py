"""Whether what was promised is there, and what is there is whole. Needs Django to be set up."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.db import connection

from bench.chaos.notes import read
from lessons.models import Import, ImportState, Job, Record

SETTLED = 150.0  # seconds: a job whose worker died is taken up after 30, and large ones take some
UNFORESEEN = {500, 502, 504}
# A row of which the history says something else than the row itself.
UNLIKE_HISTORY = """
    SELECT record.id FROM lessons_record AS record
    JOIN LATERAL (SELECT version, title, status FROM lessons_recordevent AS event
                  WHERE event.pgh_obj_id = record.id ORDER BY pgh_id DESC LIMIT 1) AS last ON true
    WHERE (record.version, record.title, record.status)
          IS DISTINCT FROM (last.version, last.title, last.status)
"""
# A record made with its quotation, of which one is there without the other, or in another act.
HALF_MADE = """
    SELECT record.id FROM lessons_record AS record
    WHERE record.title LIKE 'Chaos %%' AND NOT EXISTS (
        SELECT FROM lessons_citationevent AS cited
        JOIN pghistory_context AS its ON its.id = cited.pgh_context_id
        JOIN lessons_recordevent AS made ON made.pgh_obj_id = record.id
        JOIN pghistory_context AS ours ON ours.id = made.pgh_context_id
        WHERE cited.record_id = record.id AND its.metadata->>'act' = ours.metadata->>'act')
"""


class Findings:
    """Counts of what holds, and sentences of what does not."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.breaches: list[str] = []

    def see(self, what: str, holds: bool, wrong: str) -> None:
        """Count one that was looked at."""
        self.counts[what] += 1
        if not holds:
            self.breaches.append(f"{what}: {wrong}")


def check(notes: Path) -> Findings:
    """Look at everything, once what still works has ended."""
    found, lines = Findings(), list(read(notes))
    _jobs_end(found)
    records(found, [line for line in lines if line["what"] == "record"])
    imports(found, lines)
    _whole(found, "acts whole in the history", HALF_MADE)
    _whole(found, "rows like their history", UNLIKE_HISTORY)
    answers(found, lines)
    for command in (("search", "verify"), ("verify_evidence",)):
        _passes(found, *command)
    return found


def _jobs_end(found: Findings) -> None:
    until = time.monotonic() + SETTLED
    while Job.objects.active().exists() and time.monotonic() < until:
        time.sleep(1)
    for job in Job.objects.all():
        found.see("jobs ended", not job.active, f"{job.pk} is {job.state} for ever")
        found.counts[f"jobs {job.state}"] += 1


def records(found: Findings, promised: Iterable[dict[str, Any]]) -> None:
    """See that each version of a record that was acknowledged is in the history, and not undone."""
    for line in promised:
        number = int(line["code"].partition("-")[2])
        kept = Record.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
            pgh_obj_id=number, version=line["version"], title=line["title"], status=line["status"]
        ).exists()
        now = Record.objects.filter(pk=number).values_list("version", flat=True).first() or 0
        holds = kept and now >= line["version"]
        found.see("acknowledged writes", holds, f"{line['code']} version {line['version']} is lost")


def imports(found: Findings, lines: list[dict[str, Any]]) -> None:
    """See that of each table every row was imported or none, and every one where that was said."""
    said = {line["prefix"] for line in lines if line["what"] == "import"}
    for line in lines:
        if line["what"] != "tried import":
            continue
        made = Record.objects.filter(identifier__contains=line["prefix"]).count()
        holds = made == line["rows"] or (made == 0 and line["prefix"] not in said)
        wrong = f"{made} of {line['rows']} rows of {line['prefix']} are there"
        found.see("imports acknowledged" if line["prefix"] in said else "imports broken off",
                  holds, wrong)  # fmt: skip
    for one in Import.objects.filter(state=ImportState.APPLIED):
        events = Record.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
            pgh_context__metadata__act=one.act
        ).values("pgh_obj_id")
        made = events.distinct().count()
        expected = sum(one.counts.get(outcome, 0) for outcome in ("create", "change"))
        found.see("imports whole in the history", made == expected, f"{one.pk}: {made} records")


def answers(found: Findings, lines: list[dict[str, Any]]) -> None:
    """See that nothing unforeseen was answered, and that what people noticed was no breach."""
    for line in lines:
        match line["what"]:
            case "breach":
                found.breaches.append(line["wrong"])
            case "answer":
                wrong = f"{line['status']} for {line['to']}"
                found.see(f"answers {line['status']}", line["status"] not in UNFORESEEN, wrong)
            case "broken":
                found.counts["answers broken off"] += 1
            case "export":
                found.counts["exports read to the end, whole"] += 1
            case "search":
                found.counts["own writes found at once"] += 1
            case "page":
                found.counts["searches"] += 1


def _whole(found: Findings, what: str, query: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, [])
        wrong = [row[0] for row in cursor.fetchall()]
    found.see(what, not wrong, f"not for {wrong[:10]}")


def _passes(found: Findings, *command: str) -> None:
    said = io.StringIO()
    try:
        call_command(*command, stdout=said, stderr=said)
        wrong = ""
    except CommandError as error:
        wrong = f"{error} {said.getvalue()[:500]}"
    found.see(f"manage.py {' '.join(command)}", not wrong, wrong)


def lines_of(found: Findings) -> Iterator[str]:
    """Yield the report."""
    for what, number in found.counts.items():
        yield f"{number:>8,}  {what}"
    for wrong in found.breaches:
        yield f"BREACH  {wrong}"
    yield f"{len(found.breaches)} breaches."
