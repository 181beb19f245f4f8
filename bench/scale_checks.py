"""What `make scale` looks at over pooled connections, in a process that has the servers in its
settings; bench/scale_replica.py has what it looks at while a replica stands still or is gone."""
# ruff: noqa: E402, PLC0415, PLR2004

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse

from accounts.models import Role
from lessons import evidence, replica
from lessons.models import Access, Import, Job, JobState, Record
from lessons.search.limits import TooLong, within

from .scale import POOL, ROOT, Servers, told, until

BACKENDS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"""
PUBLISHED, IMPORTED, AT_ONCE = 6_000, 2_500, 12


def run(servers: Servers, pooled: bool) -> None:
    """Say what holds of this installation; SystemExit at the first that does not."""
    setup_test_environment()  # hosts, and what a page was made of
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.WHITENOISE_AUTOREFRESH = True  # nothing was collected
    # Each query is sent with its time; a busy machine must not fail a check of something else.
    settings.READ_TIMEOUT = settings.SEARCH_TIMEOUT = 60.0
    from tests.factories import make_user

    analyst, reviewer = (signed_in(make_user(role)) for role in (Role.ANALYST, Role.REVIEWER))
    visitor = Client()
    written_and_found(analyst, reviewer, visitor)
    restricted_and_public(visitor)
    taken_along(visitor)
    imported_by_a_worker(analyst)
    ended_in_time()
    if pooled:
        shared_by_many(servers)
    from . import scale_replica

    scale_replica.run(servers, analyst, visitor)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body(client: Client, path: str) -> bytes:
    answer = client.get(path)
    return b"".join(answer) if answer.streaming else answer.content


def find(client: Client, word: str) -> bytes:
    return body(client, f"/records/?q={word}")


def ask(alias: str, query: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def caught_up() -> bool:
    """Wait until the replica has all that was written so far."""
    place = replica.written()
    return until(lambda: replica.standing.is_usable(place))


def write(analyst: Client, title: str) -> Record:
    """Write a lesson by its form."""
    data = {"title": title, "statement": "Said once.", "language": "en", "origin": "stated"}
    address = analyst.post("/records/new/lesson/", data)["Location"]
    return Record.objects.with_code(address.strip("/").rpartition("/")[2]).get()


def step(client: Client, record: Record, name: str) -> bool:
    version = Record.objects.get(pk=record.pk).version
    address = f"/records/{record.code}/step/"
    return client.post(address, {"step": name, "version": version}).status_code == 302


def written_and_found(analyst: Client, reviewer: Client, visitor: Client) -> None:
    from tests.factories import cite

    record = write(analyst, "Warn before the rain")
    cite(record)
    step(analyst, record, "submit")
    step(reviewer, record, "publish")
    shown = caught_up() and b"rain" in body(visitor, record.get_absolute_url())
    told("a record is written, submitted and published by forms", shown)
    told("a search finds what was published", b"Warn before the" in find(visitor, "rain"))


def restricted_and_public(visitor: Client) -> None:
    from tests.factories import make_published, make_report

    report = make_report(access=Access.RESTRICTED)
    path = make_published(
        title="Kept among friends", passage=report.passages.get(ordinal=1)
    ).get_absolute_url()
    hidden = caught_up() and not is_shown(visitor, path)
    evidence.set_access(report, Access.PUBLIC, by=None)
    told("what rests on a restricted report alone is shown to nobody", hidden)
    told("and to everybody once it is public", caught_up() and is_shown(visitor, path))


def is_shown(visitor: Client, path: str) -> bool:
    found = {visitor.get(path).status_code == 200, b"Kept among" in find(visitor, "friends")}
    (shown,) = found  # by the page and by the list alike
    return shown


def taken_along(visitor: Client) -> None:
    from tests.factories import make_many

    make_many(PUBLISHED)
    held = Record.objects.visible_to(AnonymousUser()).filter(kind="lesson").count()
    began = time.monotonic()
    lines = len(body(visitor, "/lessons.csv").splitlines())
    took = time.monotonic() - began
    told(f"an export as CSV holds all {held:,} lessons ({took:.1f} s)", lines == held + 1)
    told("and one as a spreadsheet is made", body(visitor, "/lessons.xlsx")[:2] == b"PK")


def imported_by_a_worker(analyst: Client) -> None:
    rows = "".join(
        f"Imported {number},Said in row {number}.,stated\n" for number in range(IMPORTED)
    )
    file = SimpleUploadedFile("t.csv", b"Title,Statement,Origin\n" + rows.encode())
    analyst.post("/curate/import/", {"table": file})
    one = Import.objects.latest("pk")
    told("a table is read", one.columns == ["Title", "Statement", "Origin"])
    columns = reverse("import_columns", args=[one.pk])
    form = analyst.get(columns).context["form"]
    asked = {name: form[name].value() or "" for name in form.fields}
    analyst.post(columns, {**asked, "kind": "lesson"})
    worked("looked through the table")
    before = Record.objects.count()
    analyst.post(reverse("import_apply", args=[one.pk]))
    worked("imported it")
    written = Record.objects.count() - before
    told(f"{written:,} records were written by it", written == IMPORTED)


def worked(what: str) -> None:
    """Let a worker, a process of its own, do the job that waits."""
    (job,) = Job.objects.filter(state=JobState.WAITING)
    subprocess.run([sys.executable, str(ROOT / "manage.py"), "worker", "--once"], check=True)
    job.refresh_from_db()
    told(f"a worker {what} ({job.state})", job.state == JobState.DONE)


def ended_in_time() -> None:
    try:
        with within(0.2):
            ask("default", "SELECT pg_sleep(5)")
        ended = False
    except TooLong:
        ended = True
    told("a query that takes too long is ended", ended)
    left = {ask("default", "SHOW statement_timeout") for _one in range(20)}
    told("no connection keeps the limit", left == {"0"})


def shared_by_many(servers: Servers) -> None:
    """Ask for pages from many threads, each with a connection of its own to the pooler."""
    paths = ["/records/?q=rain", "/lessons.csv?q=listen", "/records/", "/reports/"]

    def visit(number: int) -> set[int]:
        try:
            visitor, found = Client(), set()
            for path in paths:
                answer = visitor.get(path)
                found.add(answer.status_code)
                b"".join(answer)
            return found
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as visitors:
        answers = set().union(*visitors.map(visit, range(AT_ONCE)))
    held = servers.ask(servers.primary, BACKENDS)
    what = f"{AT_ONCE} visitors at once are answered over {held} connections of the primary"
    told(what, answers == {200} and held <= POOL)
