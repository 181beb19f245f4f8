"""A process of its own that searches and writes as it is told, one line of JSON for another.

``python -m tests.search.worker DATABASE FOLDER [CLUSTER]``, the last of an embedded PostgreSQL.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings

RATE = 0.01  # seconds between two writes of one writer, about


def find(query: str) -> dict[str, Any]:
    from django.contrib.auth.models import AnonymousUser

    from lessons.search import Filters, Found

    found = Found(Filters.from_string(query), AnonymousUser())
    return {"ids": found.ids(), "total": found.total}


def find_in_transaction(query: str, record: int, title: str) -> dict[str, Any]:
    """Write, search, and roll back."""
    from django.db import transaction

    from lessons.models import Record

    with transaction.atomic():
        Record.objects.filter(pk=record).update(title=title)
        inside = find(query)
        transaction.set_rollback(True)
    return {"inside": inside, "after": find(query)}


def send_file(path: str) -> dict[str, Any]:
    """Answer a request for a file."""
    from django.test import Client

    answer = Client(headers={"host": "localhost"}).get(path)
    return {"status": answer.status_code, "text": b"".join(answer).decode("latin-1")}


def rebuild() -> str:
    from lessons.search.index import machine_index

    return machine_index().rebuild().generation


def die_at(point: str) -> None:
    """Let this process be killed when it comes to ``point``."""
    from lessons.search import index

    def kill(*args: Any, **named: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    if point == "before the commit":
        real = index.documents.documents
        index.documents.documents = lambda *args: [*list(real(*args)), kill()]
    elif point == "before the state is written":
        index.Index._save = kill
    elif point == "while a generation is filled":
        index._fill = kill
    elif point == "before the old generation is swept":
        index._open_generation = kill
    else:
        raise ValueError(point)


def search_for(seconds: float) -> list[dict[str, Any]]:
    """Search again and again; return what each search found, with its begin and end."""
    from django.contrib.auth.models import AnonymousUser

    from lessons.search import Filters, Found

    log = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        found = Found(Filters(q="listen"), AnonymousUser())
        searcher = found.snapshot.records
        hits = [address for _score, address in searcher.search(found._query, 1000).hits]
        ids = searcher.fast_field_values("id", hits)
        versions = searcher.fast_field_values("first_year", hits)
        (kinds,) = found.facets("kind")
        log.append(
            {
                "began": began,
                "ended": time.monotonic(),
                "versions": dict(zip(map(str, ids), versions, strict=True)),
                "total": found.total,
                "counted": sum(value.count for value in kinds.values),
                "shown": [row.record.status for row in found.rows(0, 1000)],
            }
        )
    return log


def write_for(seconds: float, records: list[int], seed: int) -> list[dict[str, Any]]:
    """Change records again and again, some together and some in vain; return what was committed.

    The year of a record is its version. Each entry says when its transaction began and had ended.
    """
    from django.db import transaction

    from lessons.models import Record

    chance, log = random.Random(seed), []
    versions = dict.fromkeys(records, 1000)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        chosen = chance.sample(records, chance.choice([1, 1, 1, 3]))
        kept = chance.random() < 0.85
        changes = []
        began = time.monotonic()
        with transaction.atomic():
            for pk in chosen:
                versions[pk] += 1
                status = chance.choice(["published", "published", "withdrawn"])
                Record.objects.filter(pk=pk).update(year_from=versions[pk], status=status)
                changes.append({"record": pk, "version": versions[pk], "status": status})
                time.sleep(chance.random() * RATE)  # so that commits overtake one another
            transaction.set_rollback(not kept)
        if kept:
            log.append({"began": began, "ended": time.monotonic(), "changes": changes})
        time.sleep(chance.random() * RATE)
    return log


def edit_for(seconds: float, records: list[int], name: str) -> dict[str, Any]:
    """Edit records as people do: open one, think, add a word, save; where somebody else was faster
    see the difference and settle it, or give up. Return the words that were accepted."""
    from lessons import conflicts, curation
    from lessons.models import Record

    def save(record: Any, words: str) -> bool:
        record.statement = words
        try:
            curation.save_record(record, by=None)
        except curation.EditConflict:
            return False
        return True

    chance, accepted, met = random.Random(name), [], 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        opened = Record.objects.get(pk=chance.choice(records))
        word, began = f"{name}.{len(accepted) + met}", opened.version
        mine = f"{opened.statement} {word}"
        time.sleep(chance.random() * RATE)
        saved = save(opened, mine)
        while not saved and chance.random() < 0.7:
            met += 1
            now = Record.objects.get(pk=opened.pk)
            typed = {**conflicts.values_of(now), "statement": mine}
            (one,) = conflicts.between(now, began, typed).differences
            assert one.both_changed
            saved = save(now, f"{one.theirs} {word}")
        if saved:
            accepted.append([opened.pk, word])
        else:
            met += 1
    return {"accepted": accepted, "met": met}


VERBS = {
    one.__name__: one
    for one in (
        *(find, find_in_transaction, send_file, rebuild, die_at),
        *(search_for, write_for, edit_for),
    )
}


def main() -> None:
    database, folder, *cluster = sys.argv[1:]
    settings.DATABASES["default"]["NAME"] = database
    if cluster:
        settings.DATABASES["default"]["OPTIONS"]["data_dir"] = Path(*cluster)
    settings.SEARCH_DIR = Path(folder)
    settings.SEARCH_SEES_UNCOMMITTED = False
    django.setup()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        verb, named = json.loads(line)
        try:
            answer: Any = {"answer": VERBS[verb](**named)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
