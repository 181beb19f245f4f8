"""``manage.py search``: what it says and when it fails."""

import pytest
from django.core.management import CommandError, call_command

from lessons import merging
from lessons.models import Passage, Record, SearchOutbox
from lessons.search import building, checking, documents
from lessons.search.index import machine_index
from tests.factories import make_many, make_published

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    """Return a function that runs a subcommand and returns what it printed."""

    def call(*arguments: str) -> str:
        call_command("search", *arguments)
        return capsys.readouterr().out

    return call


def test_rebuild_says_how_many_and_leaves_no_sign_of_building(run):
    make_many(5)
    assert f"holds {5 + Passage.objects.count()} documents" in run("rebuild")
    assert building.read_progress(machine_index().root) is None


def test_rebuild_if_needed_leaves_a_good_index_alone(run):
    run("rebuild")
    generation = machine_index().snapshot().generation
    run("rebuild", "--if-needed")
    assert machine_index().snapshot().generation == generation
    run("rebuild")
    assert machine_index().snapshot().generation != generation


def test_status_changes_nothing_and_says_how_far_behind_it_is(run):
    assert "there is no index" in run("status")
    make_many(3)
    run("rebuild")
    assert "0 changes behind" in run("status")
    Record.objects.update(discussion="New.")
    for _time in range(2):
        told = run("status")
        assert "3 changes behind" in told
        assert "3 records, 3 passages" in told
        assert str(machine_index().root) in told
    SearchOutbox.objects.all().delete()
    assert "must be built anew" in run("status")


def test_verify_names_the_records_that_differ_and_fails(run, capsys, monkeypatch):
    records = make_many(5)
    machine_index().snapshot()
    assert "are as the database has them" in run("verify")
    monkeypatch.setattr(documents, "documents", lambda name, ids: iter([]))  # a faulty writer
    Record.objects.filter(pk=records[2].pk).update(title="Zanzibar")
    with pytest.raises(CommandError, match="1 documents differ"):
        call_command("search", "verify")
    assert f"record {records[2].pk}\n" in capsys.readouterr().err


def test_verify_sees_what_is_left_over_and_what_is_there_twice(monkeypatch):
    record = make_published()
    index = machine_index()
    index.snapshot()
    twice = [*documents.documents("records", [record.pk])] * 2
    monkeypatch.setattr(documents, "documents", lambda name, ids: iter(twice))
    Record.objects.filter(pk=record.pk).update(version=9)
    assert list(checking.differences(index)) == [("records", record.pk)]
    merging.merge(make_published(), Record.objects.get(pk=record.pk), by=None)
    assert ("records", record.pk) in list(checking.differences(index))


def test_prune_keeps_at_least_one_row(run):
    make_many(3)
    assert "Forgot 0 changes" in run("prune")
    with pytest.raises(CommandError, match="at least one"):
        call_command("search", "prune", "--keep", "0")
