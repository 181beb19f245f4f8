"""Whatever writes, however it writes, the index hears of it in the same transaction."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from lessons import curation, evidence, merging, tagging, theming
from lessons.evidence import PassageText
from lessons.models import Country, Kind, Link, Passage, Record, Report, SearchOutbox, Tag, Theme
from lessons.search import outbox
from lessons.search.index import machine_index
from tests.factories import cite, make_many, make_published, make_record, make_report, make_theme

pytestmark = pytest.mark.django_db


def sql(statement: str) -> Callable[[], None]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


@pytest.fixture
def corpus():
    country = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    top = make_theme(slug="top")
    theme = make_theme(slug="below", broader=top)
    make_theme(slug="elsewhere")
    report = make_report(slug="report")
    passage = report.passages.get(ordinal=1)
    shared = {"themes": [theme], "tags": ["red"], "countries": [country], "title": "Zanzibar"}
    failure = make_published(Kind.FAILURE, passage, **shared)
    actor = make_published(Kind.ACTOR, report.passages.get(ordinal=2), **shared)
    curation.link(actor, "failed_in", failure, by=None)
    make_record(title="A draft", tags=["blue"])


WRITES = {
    "a statement on many records": sql("UPDATE lessons_record SET title = title || ' again'"),
    "a bulk update": lambda: Record.objects.update(status="withdrawn"),
    "a bulk creation": lambda: make_many(50),
    "a record deleted": lambda: Record.objects.filter(published_at=None).delete(),
    "a record merged away": lambda: merging.merge(
        make_published(Kind.FAILURE), Record.objects.get(kind="failure", title="Zanzibar"), by=None
    ),
    "a tag merged away": lambda: tagging.merge_tags(
        Tag.objects.get(slug="blue"), Tag.objects.get(slug="red"), by=None
    ),
    "a theme merged away": lambda: theming.merge_themes(
        Theme.objects.get(slug="elsewhere"), Theme.objects.get(slug="top"), by=None
    ),
    "a theme replaced": lambda: theming.deprecate(
        Theme.objects.get(slug="below"), by=None, replaced_by=Theme.objects.get(slug="elsewhere")
    ),
    "a tag renamed": sql("UPDATE lessons_tag SET name = 'dark ' || name, slug = 'dark-' || slug"),
    "a tag given": lambda: Record.objects.get(title="A draft").tags.add("new"),
    "tags taken away": sql("DELETE FROM lessons_recordtag"),
    "a tag deleted": lambda: Tag.objects.filter(slug="red").delete(),
    "a theme given another name": sql(
        "UPDATE lessons_theme SET pref_label_fr = 'Alerte ' || notation"
    ),
    "a broader theme's address": lambda: Theme.objects.filter(slug="top").update(slug="summit"),
    "a theme moved": lambda: Theme.objects.filter(slug="below").update(
        broader=Theme.objects.get(slug="elsewhere")
    ),
    "a theme moved to the top": lambda: Theme.objects.filter(slug="below").update(broader=None),
    "themes given": lambda: Record.objects.get(title="A draft").themes.set(Theme.objects.all()),
    "themes taken away": sql("DELETE FROM lessons_record_themes"),
    "a country renamed": lambda: Country.objects.update(label_en="The Land of Hills"),
    "countries taken away": lambda: Record.objects.get(kind="actor").countries.set([]),
    "a report given another title": lambda: Report.objects.update(title="Of other things"),
    "a report moved": lambda: Report.objects.filter(slug="report").update(slug="moved"),
    "a report in another language": lambda: Report.objects.update(language="fr"),
    "a citation added": lambda: cite(Record.objects.get(title="A draft")),
    "a citation moved": lambda: Record.objects.get(kind="actor").citations.update(
        exact="Nobody", end=6
    ),
    "citations taken away": lambda: (
        Record.objects.filter(kind="actor").update(status="withdrawn"),
        Record.objects.get(kind="actor").citations.all().delete(),
    ),
    "a link taken away": lambda: Link.objects.all().delete(),
    "a link turned to another": lambda: Link.objects.update(
        source=make_record(Kind.ACTOR, title="Another")
    ),
    "a passage's text": lambda: Passage.objects.filter(citations=None).update(text="Pemba."),
    "a passage deleted": lambda: Passage.objects.filter(citations=None).delete(),
    "a new text of a report": lambda: evidence.retext(
        Report.objects.get(slug="report"), [PassageText("Pemba.")], by=None, reason="Read anew."
    ),
    "a table emptied": sql("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE lessons_recordtag"),
}


@pytest.mark.parametrize("name", WRITES)
def test_the_index_follows(name, corpus, assert_true):
    assert_true()
    WRITES[name]()
    assert_true()


@pytest.mark.parametrize("name", WRITES)
def test_what_is_rolled_back_was_never_in_the_outbox(name, corpus):
    before = list(SearchOutbox.objects.values_list("pk", flat=True))
    with transaction.atomic():
        WRITES[name]()
        assert list(SearchOutbox.objects.values_list("pk", flat=True)) != before
        transaction.set_rollback(True)
    assert list(SearchOutbox.objects.values_list("pk", flat=True)) == before


def test_a_statement_on_many_rows_is_one_insert_of_each_row_once():
    make_many(100)
    SearchOutbox.objects.all().delete()
    Record.objects.update(discussion="New.")
    changed = list(SearchOutbox.objects.values_list("record", flat=True))
    assert len(changed) == len(set(changed)) == 100
    assert len(set(SearchOutbox.objects.values_list("at", flat=True))) == 1


def test_pruning_keeps_the_newest_and_the_last_hour(assert_true):
    make_many(30)
    machine_index().snapshot()
    assert outbox.prune(keep=10) == 0
    SearchOutbox.objects.update(at=timezone.now() - timedelta(hours=2))
    machine_index().rebuild()
    before = SearchOutbox.objects.count()
    assert outbox.prune(keep=10) == before - 10
    assert SearchOutbox.objects.count() == 10
    generation = machine_index().snapshot().generation
    make_published()
    assert machine_index().snapshot().generation == generation
    assert_true()


def test_an_index_that_missed_what_was_pruned_is_built_anew(assert_true):
    make_many(3)
    generation = machine_index().snapshot().generation
    for _number in range(5):
        Record.objects.update(discussion="New.")
    outbox.prune(keep=1, older_than=timedelta(0))
    assert_true()
    assert machine_index().snapshot().generation != generation


def test_the_outbox_says_how_far_behind_an_index_is():
    make_many(3)
    position = machine_index().snapshot().position
    assert outbox.behind(position) == 0
    Record.objects.update(discussion="New.")
    assert outbox.behind(position) == 3
    SearchOutbox.objects.all().delete()
    assert outbox.behind(position) is None
