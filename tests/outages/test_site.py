"""What people are told while the database or room on the disk is away, and that it comes back."""

import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from bench.chaos.visits import Answer, Broken
from config.embedded_pg.base import DatabaseWrapper
from lessons.importers.tables import BACKGROUND

from . import RECORDS
from .disks import full, unmount
from .site import Site

pytestmark = pytest.mark.django_db  # else there is no test database

FILE = "/records.csv?columns=code,title"
# Whoever reads the last record fails: in the middle of a file of all.
FAILING = """
    ALTER TABLE lessons_record ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY failing ON lessons_record USING (1 / (id - {last}) IS NOT NULL);
"""
WORKING = """
    DROP POLICY failing ON lessons_record;
    ALTER TABLE lessons_record DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
"""


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    """A site with the schema of the test database, that is made only once."""
    shared = connections["default"]
    if not isinstance(shared, DatabaseWrapper):
        pytest.skip("needs the programs of the embedded database")
    with django_db_blocker.unblock():
        server, name = shared.embedded_server, shared.settings_dict["NAME"]
        server.ensure()
    command = [server.program("pg_dump"), "--no-owner"]
    dump = subprocess.run(command, env=server.environment(name), check=True, capture_output=True)
    folder = Path(tempfile.mkdtemp(prefix="hindsight-outages-"))
    folder.chmod(0o711)  # started by root, PostgreSQL runs as somebody who must get in
    one = Site(folder)
    try:
        one.prepare(dump.stdout)
        with one.serve():
            yield one
    finally:
        one.database.stop(force=True)
        one.database.release()
        for disk in filter(Path.is_mount, (one.tables, one.files)):
            unmount(disk)
        shutil.rmtree(folder)


def test_without_its_database_it_says_so_and_is_back_by_itself(site: Site) -> None:
    assert site.anybody.get("/themes/").status == 200
    site.database.stop(force=True)
    for visitor in (site.anybody, site.analyst):
        answer = visitor.get("/themes/")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
        assert "The database does not answer" in answer.body.decode()
    assert site.anybody.get("/readyz").status == 503
    assert site.anybody.get("/healthz").status == 200
    site.database.ensure()
    assert site.anybody.get("/themes/").status == 200


def test_a_file_of_which_the_rest_fails_never_looks_whole(site: Site) -> None:
    assert len(site.anybody.get(FILE).body.splitlines()) == 1 + RECORDS
    site.sql(FAILING.format(last=site.sql("SELECT max(id) FROM lessons_record")))
    with pytest.raises(Broken, match="IncompleteRead"):
        site.anybody.get(FILE)
    site.sql(WORKING)
    assert len(site.anybody.get(FILE).body.splitlines()) == 1 + RECORDS


def test_no_room_for_files_is_told_and_room_is_enough(site: Site) -> None:
    require_small_disks(site)
    with full(site.files):
        answer = upload(site, table(60))
        assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
        assert "its disk is full or read-only" in answer.body.decode()
        assert site.anybody.get("/themes/").status == 200, "reading needs no room"
    assert upload(site, table(60)).status == 302


def test_no_room_for_tables_is_told_to_who_waits_for_a_job_and_at_the_console(site: Site) -> None:
    require_small_disks(site)
    address = upload(site, table(BACKGROUND + 100)).headers["Location"]
    assert site.analyst.post(f"{address}columns/", COLUMNS).status == 302
    (site.folder / "table.tsv").write_text(table(BACKGROUND))
    site.sql("SELECT")  # for what PostgreSQL writes at a first connection
    with full(site.tables):
        worked = site.manage("worker", "--once")
        assert worked.returncode == 0, worked.stderr
        refused = site.manage("import_table", str(site.folder / "table.tsv"), *OF_COLUMNS)
        assert (refused.returncode, "Traceback" in refused.stderr) == (1, False), refused.stderr
        assert "There is no room on the disk" in refused.stderr
    (error,) = site.sql("SELECT error FROM lessons_job").splitlines()
    assert error == "There is no room on the server. Tell whoever runs it."
    address = upload(site, table(60)).headers["Location"]
    assert site.analyst.post(f"{address}columns/", COLUMNS).headers["Location"] == address


def require_small_disks(site: Site) -> None:
    if not site.small:
        pytest.skip("needs root, to mount small disks")


COLUMNS = {"column-0": "reference", "column-1": "title", "column-2": "statement",
           "kind": "lesson", "origin": "stated", "language": "en", "separator": ";"}  # fmt: skip
OF_COLUMNS = ("--set", "kind=lesson", "--set", "origin=stated", "--set", "language=en")


def table(rows: int) -> str:
    lines = [f"small-{row}\tImported {row}\t{secrets.token_hex(200)}." for row in range(rows)]
    return "\n".join(["Reference\tTitle\tStatement", *lines])


def upload(site: Site, pasted: str) -> Answer:
    return site.analyst.post("/curate/import/", {"pasted": pasted})
