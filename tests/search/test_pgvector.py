"""Where the database has pgvector it finds the neighbours, and the same ones.

Only a superuser may create that extension, which no role of ours is: so a cluster of its own is
prepared here as the owner of a server would.
"""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from config.embedded_pg.cluster import Cluster, program
from tests.embedded_pg.conftest import short_directory

CONTROL = "share/extension/vector.control"
COMPARED = """
import json, random, sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.db import connection
from lessons.models import RecordEmbedding, RecordNeighbour
from lessons.search.meaning import neighbours
from lessons.search.meaning.vectors import fill
from tests.factories import make_record
from tests.search.by_concept import CONCEPTS, ByConcept
chance = random.Random(1)
words = sorted(set().union(*CONCEPTS)) + ["ship", "tent", "road"]
made = [make_record(title=" ".join(chance.choices(words, k=3)),
                    statement=" ".join(chance.choices(words, k=6)),
                    discussion=" ".join(chance.choices(words, k=4))).pk for _n in range(40)]
fill(ByConcept())
neighbours.place("by-concept")
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = %s",
                   ["lessons_recordembedding_near"])
    (indexes,) = cursor.fetchone()
kept = {pk: sorted(RecordNeighbour.objects.filter(record=pk).values_list("similarity", flat=True))
        for pk in made}
exact = {pk: sorted(s for _o, s in found)
         for pk, found in neighbours.Exact("by-concept").nearest(made).items()}
print(json.dumps({"indexes": indexes, "kept": kept, "exact": exact}))
"""


def prepare(cluster: Cluster) -> None:
    """Make a cluster whose databases all have the extension."""
    cluster.make_directory()
    lock = cluster.open("lock")
    cluster.create(lock)
    done = cluster.run(
        *("postgres", "--single", "-c", "exit_on_error=on", "template1"),
        pass_fds=[lock],
        input="CREATE EXTENSION vector\n",
    )
    os.close(lock)
    assert done.returncode == 0, done.stdout


@pytest.fixture
def with_pgvector():
    """Return the environment of a project whose cluster has the extension."""
    pytest.importorskip("numpy", reason="comparing needs numpy")
    if not (program("postgres").parents[1] / CONTROL).exists():
        pytest.skip("this PostgreSQL has no pgvector")
    with short_directory() as folder:
        prepare(Cluster(folder / "postgres"))
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        yield {
            **environment,
            "HINDSIGHT_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }


def test_pgvector_finds_the_same_neighbours(with_pgvector):
    done = subprocess.run(
        [sys.executable, "-c", COMPARED],
        cwd=settings.BASE_DIR, env=with_pgvector, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["indexes"] == 1
    assert any(found["exact"].values())
    for pk, similarities in found["exact"].items():
        assert found["kept"][pk] == pytest.approx(similarities, abs=1e-5), pk
