"""What `make scale` looks at, in a process that has the servers in its settings."""
# ruff: noqa: E402, PLC0415, PLR2004

from __future__ import annotations

import subprocess
import sys
from typing import Any

import django

django.setup()

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connections
from django.test import Client

from accounts.models import Role
from lessons import jobs, replica
from lessons.importers import tables
from lessons.models import Job, Record
from lessons.search.limits import TooLong, within

from .scale import ROOT, Servers, told, until


def ask(alias: str, query: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def run(servers: Servers) -> None:
    """Say what holds of this installation; SystemExit at the first that does not."""
    settings.ALLOWED_HOSTS.append("testserver")
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    from tests.factories import make_published, make_user

    analyst, visitor = make_user(Role.ANALYST), Client()
    make_published(title="Warn before the rain")
    told("a search finds what was published", b"Warn before the" in find(visitor, "rain"))
    told("an export holds it", b"Warn before the rain" in body(visitor, "/lessons.csv?q=rain"))
    over_pooled_connections(analyst)
    person = Client()
    person.force_login(analyst)
    while_the_replica_stands_still(person, visitor)
    servers.stop("replica")
    pages = [visitor.get("/records/").status_code for _page in range(5)]
    told("a replica that dies costs nobody a page", pages == [200] * 5)


def body(client: Client, path: str) -> bytes:
    answer = client.get(path)
    return b"".join(answer) if answer.streaming else answer.content


def find(client: Client, word: str) -> bytes:
    return body(client, f"/records/?q={word}")


def over_pooled_connections(analyst: Any) -> None:
    one = tables.start(ContentFile(b"Title,Statement\nA,B\n", "t.csv"), "t.csv", by=analyst)
    told("a table is read", one.columns == ["Title", "Statement"])
    job = jobs.start("check import", by=analyst, title="t", **{"import": one.pk, "of": one.pk})
    subprocess.run([sys.executable, str(ROOT / "manage.py"), "worker", "--once"], check=True)
    told("a worker took a job up and ended it", not Job.objects.get(pk=job.pk).active)
    try:
        with within(0.2):
            ask("default", "SELECT pg_sleep(5)")
        ended = False
    except TooLong:
        ended = True
    told("a query that takes too long is ended", ended)
    left = {ask("default", "SHOW statement_timeout") for _one in range(20)}
    told("no connection keeps the limit", left == {"0"})


def while_the_replica_stands_still(person: Client, visitor: Client) -> None:
    from tests.factories import make_published

    told("the replica catches up", until(lambda: replica.standing.is_usable(replica.written())))
    before = ask("replica", "SELECT count(*) FROM lessons_record")
    ask("replica", "SELECT pg_wal_replay_pause()")
    record = make_published(title="Seen while replay is paused")
    person.post("/language/", {"language": "en"})
    path = f"/records/{record.code}/"
    held = ask("replica", "SELECT count(*) FROM lessons_record") == before
    told("replay is paused: the replica lacks the record", held)
    told("another reads the replica, which lacks it", visitor.get(path).status_code == 404)
    told("who wrote sees it", person.get(path).status_code == 200)
    told("a search by anybody shows it whole", b"Seen while" in find(visitor, "replay"))
    ask("replica", "SELECT pg_wal_replay_resume()")
    told("replay goes on: everybody sees it", until(lambda: visitor.get(path).status_code == 200))
    place = replica.written()
    told("who wrote is back at the replica", until(lambda: replica.standing.is_usable(place)))
    told("and reads it there", Record.objects.using("replica").filter(pk=record.pk).exists())
