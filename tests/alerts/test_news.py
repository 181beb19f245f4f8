"""What counts as news of a record."""

from datetime import datetime

import pytest

from lessons import alerts, curation, describing, evidence, merging
from lessons.alerts import News
from lessons.models import AnchorState, Citation, Record
from tests.factories import cite, make_published, make_record, make_report, make_theme

pytestmark = pytest.mark.django_db


def told(since: datetime) -> dict[int, News]:
    """Return what is news in every list that finds it."""
    touched = alerts.news_between(since, alerts.horizon())
    return {pk: one for pk, one in touched.items() if one.is_new or one.changed}


def changed(since: datetime, record: Record) -> tuple[str, ...]:
    return told(since)[record.pk].changed


def save(record: Record, **fields: object) -> Record:
    record = Record.objects.get(pk=record.pk)
    for name, value in fields.items():
        setattr(record, name, value)
    return curation.save_record(record, by=None)


@pytest.fixture
def record(db: None) -> Record:
    return make_published()


@pytest.fixture
def since(record: Record) -> datetime:
    """Return a moment at which the record was public already."""
    return alerts.horizon()


def test_a_record_is_new_once_it_is_published() -> None:
    start = alerts.horizon()
    draft = cite(make_record())
    assert told(start) == {}
    curation.publish(curation.submit(draft, by=None), by=None)
    assert told(start) == {draft.pk: News(is_new=True)}


def test_its_words_are_news(record: Record, since: datetime) -> None:
    save(record, statement="Otherwise.", title="Anew")
    assert told(since) == {record.pk: News(False, ("title", "statement"))}
    assert told(alerts.horizon()) == {}


def test_how_it_is_filed_is_not_by_itself(record: Record, since: datetime) -> None:
    describing.add_tag(record, "mandate", by=None)
    describing.add_theme(Record.objects.get(pk=record.pk), make_theme(), by=None)
    save(record, phase="response", year_from=1994)
    assert told(since) == {}
    assert alerts.news_between(since, alerts.horizon()) == {record.pk: News(False)}


def test_a_slip_put_right_at_once_is_not(record: Record, since: datetime) -> None:
    title = record.title
    save(record, title="Slip")
    save(record, title=title)
    assert told(since) == {}


def test_quotations_that_come_and_go_are_news(record: Record, since: datetime) -> None:
    cite(record)
    assert changed(since, record) == ("citations",)
    between = alerts.horizon()
    evidence.uncite(record.citations.last(), by=None)
    assert told(since) == {}
    assert changed(between, record) == ("citations",)


def test_a_quotation_that_is_lost_is_news_and_one_found_again_unchanged_is_not(
    record: Record, since: datetime
) -> None:
    Citation.objects.update(state=AnchorState.MOVED)
    assert told(since) == {}
    cite(record, make_report().passages.get(ordinal=2))
    between = alerts.horizon()
    Citation.objects.filter(pk=record.citations.first().pk).update(state=AnchorState.LOST)
    assert changed(between, record) == ("citations",)


def test_what_became_of_it_is_news(record: Record, since: datetime) -> None:
    curation.claim_uptake(record, by=None, claim="accepted", date="2000-01-01", claimed_by="A",
                          url="https://a.example")  # fmt: skip
    assert changed(since, record) == ("uptake",)


def test_a_merge_tells_of_the_survivor_and_what_it_took_over(
    record: Record, since: datetime
) -> None:
    other = make_published()
    between = alerts.horizon()
    merging.merge(record, other, by=None)
    assert told(between) == {record.pk: News(False, ("citations",))}


def test_what_is_no_longer_public_is_not_told(record: Record, since: datetime) -> None:
    curation.withdraw(save(record, title="Anew"), by=None, reason="Wrong.")
    assert told(since) == {}


def test_a_draft_is_never_news(since: datetime) -> None:
    draft = make_record()
    save(draft, title="Secret")
    cite(draft)
    assert told(since) == {}
