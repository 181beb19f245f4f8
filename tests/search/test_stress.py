"""Processes that search while others write: nothing they find contradicts the database.

HINDSIGHT_STRESS says for how many seconds (default 3; 60 for a release).
"""

import os
import sys
from typing import Any

from lessons.models import Record
from tests.factories import make_many

SECONDS = float(os.environ.get("HINDSIGHT_STRESS", "3"))
SEARCHERS, WRITERS = (8, 4) if SECONDS > 10 else (4, 2)
RECORDS = 48
States = list[tuple[float, float, int, str]]  # began, ended, version, status


def test_what_is_found_is_what_the_database_said_at_that_time(start_worker, assert_true, capsys):
    records = [record.pk for record in make_many(RECORDS)]
    Record.objects.update(year_from=1000)
    searchers = [start_worker() for _number in range(SEARCHERS)]
    writers = [start_worker() for _number in range(WRITERS)]
    for worker in (*searchers, *writers):
        worker.wait_until_ready()
    for number, writer in enumerate(writers):
        own = records[number::WRITERS]
        writer.begin("write_for", seconds=SECONDS, records=own, seed=number)
    for searcher in searchers:
        searcher.begin("search_for", seconds=SECONDS)
    history = history_of(records, [entry for writer in writers for entry in writer.end()])
    searches = [entry for searcher in searchers for entry in searcher.end()]
    for search in searches:
        check(search, history)
    assert_true()
    writes = sum(map(len, history.values())) - RECORDS
    with capsys.disabled():
        sys.stdout.write(f"\n{len(searches)} searches during {writes} changes in {SECONDS:.0f} s\n")
    assert len(searches) > 2 * SECONDS  # or it shows nothing
    assert writes > 2 * SECONDS


def history_of(records: list[int], log: list[dict[str, Any]]) -> dict[int, States]:
    """Return the states of each record in their order, with when each was being committed."""
    history: dict[int, States] = {pk: [(0.0, 0.0, 1000, "published")] for pk in records}
    for entry in sorted(log, key=lambda entry: entry["began"]):
        for change in entry["changes"]:
            history[change["record"]].append(
                (entry["began"], entry["ended"], change["version"], change["status"])
            )
    return history


def check(search: dict[str, Any], history: dict[int, States]) -> None:
    """Compare what a search found with each state that a record may have had meanwhile."""
    found = {int(pk): version for pk, version in search["versions"].items()}
    assert search["total"] == search["counted"] == len(found)
    assert set(search["shown"]) <= {"published"}
    for pk, states in history.items():
        possible = possible_states(states, search["began"], search["ended"])
        shown = {version if status == "published" else None for version, status in possible}
        assert found.get(pk) in shown, (pk, found.get(pk), possible, search)


def possible_states(states: States, began: float, ended: float) -> list[tuple[int, str]]:
    """Return the state committed last before ``began``, and those that came until ``ended``."""
    before = [number for number, state in enumerate(states) if state[1] <= began]
    return [
        (version, status) for start, _end, version, status in states[before[-1] :] if start <= ended
    ]
