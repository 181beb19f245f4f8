"""What has changed in public, for everyone."""

from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lessons import curation, history, merging, migrations
from lessons.models import Kind, PublicChange, Record
from tests.factories import cite, make_many, make_published, make_record
from tests.history import last_act
from tests.models import execute
from tests.views import text_of, words_of

pytestmark = pytest.mark.django_db


def noted() -> list[tuple[str, str]]:
    """Return code and event of every change, oldest first."""
    rows = PublicChange.objects.order_by("id").select_related("record")
    return [(row.record.code, row.event) for row in rows]


def renamed(record: Record, title: str = "Changed") -> Record:
    record.title = title
    return curation.save_record(record, by=None)


def live(record: Record) -> Record:
    """Take a record through all that can happen to one, in public and before."""
    renamed(record, "Secret draft")
    curation.publish(curation.submit(cite(record), by=None), by=None)
    curation.withdraw(renamed(record), by=None, reason="A private reason.")
    renamed(record, "Secret while withdrawn")
    return record


def test_what_happens_before_everyones_eyes_is_noted_and_nothing_else():
    record = live(make_record())
    curation.publish(curation.submit(record, by=None), by=None)
    events = ["published", "changed", "withdrawn", "published"]
    assert noted() == [(record.code, event) for event in events]


def test_bulk_writes_raw_sql_and_undoing_are_noted():
    (record,) = make_many(1)
    Record.objects.update(phase="warning")
    execute("UPDATE lessons_record SET title = 'By hand'")
    execute("UPDATE lessons_record SET updated_at = now()")
    curation.withdraw(Record.objects.get(), by=None, reason="Wrong.")
    history.undo(last_act(), by=None)
    events = ["published", "changed", "changed", "withdrawn", "published"]
    assert noted() == [(record.code, event) for event in events]


def test_a_merged_record_is_told_as_merged():
    record, survivor = make_published(), make_published()
    merging.merge(survivor, record, by=None)
    assert noted()[-1] == (record.code, "merged")


def test_what_was_noted_before_is_taken_from_the_history():
    live(make_record())
    live(make_record(Kind.FAILURE))
    before = noted()
    PublicChange.objects.all().delete()
    (file,) = Path(migrations.__path__[0]).glob("*_public_changes.py")
    execute(import_module(f"{migrations.__name__}.{file.stem}").BACKFILL)
    assert noted() == before


# The page


def page(client: Client, query: str = "") -> Any:
    return client.get(f"/changes/{query}")


def shown(response: Any) -> list[tuple[str, str]]:
    return [(c.record.code, c.event) for _day, changes in response.context["days"] for c in changes]


def test_the_newest_comes_first_and_leads_to_the_record(client):
    first, second = make_published(title="First"), make_published(title="Second")
    renamed(first)
    response = page(client)
    assert shown(response) == [
        (first.code, "changed"), (second.code, "published"), (first.code, "published"),
    ]  # fmt: skip
    assert f'href="{first.get_absolute_url()}"' in text_of(response)
    assert f'href="/records/{first.code}/history/"' in text_of(response)


def test_changes_stand_under_their_day(client):
    for days, record in enumerate([make_published(), make_published()]):
        at = timezone.now() - timedelta(days=days)
        PublicChange.objects.filter(record=record).update(at=at)
    assert len(page(client).context["days"]) == 2


@pytest.mark.parametrize("again", ["withdrawn", "in review"])
def test_no_wording_name_or_reason_of_what_is_hidden_shows(again, client, reviewer):
    record = live(make_record(by=reviewer))
    if again == "in review":
        curation.submit(record, by=None)
    make_record(title="Never published")
    for query in ("", "?event=withdrawn", "?kind=lesson"):
        text = text_of(page(client, query))
        for hidden in ("Secret", "Changed", "private reason", reviewer.username, "Never",
                       record.get_absolute_url()):  # fmt: skip
            assert hidden not in text
        assert record.code in text


@pytest.mark.parametrize(
    ("query", "events"),
    [
        ("?event=changed", ["changed"]), ("?kind=failure", ["published"]),
        ("?kind=lesson&event=published", ["published"]), ("?kind=actor", []),
    ],
)  # fmt: skip
def test_the_page_narrows_by_kind_and_by_event(query, events, client):
    renamed(make_published())
    make_published(Kind.FAILURE)
    assert [event for _code, event in shown(page(client, query))] == events


def test_older_changes_follow_page_by_page(client):
    make_many(120)
    seen, query = [], ""
    while True:
        response = page(client, query)
        seen += shown(response)
        if not response.context["older"]:
            break
        query = f"?{response.context['older']}"
    assert len(seen) == len(set(seen)) == 120
    assert seen[0][0] == Record.objects.latest("pk").code
    assert "Newest" in words_of(response)


@pytest.mark.parametrize(
    "query",
    ["?x=1", "?kind=dog", "?event=", "?event=changed&event=changed", "?before=x", "?before=-1",
     "?before=99999999999999999999", "?before=", "?kind=lesson%00"],
)  # fmt: skip
def test_an_unclear_question_is_answered_with_what_is_wrong(query, client):
    response = page(client, query)
    assert response.status_code == 400
    assert query[1:].split("=")[0] in words_of(response)


def test_an_empty_page_says_so(client):
    assert "Nothing has changed yet" in words_of(page(client))
