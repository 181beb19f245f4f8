"""A synthetic corpus keeps every rule that its loading goes past."""

from collections import Counter
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from lessons import evidence
from lessons.importers import corpus, synthetic
from lessons.insights import recurrence, uptake
from lessons.models import (
    JOINS,
    Citation,
    Link,
    Record,
    Report,
    SearchOutbox,
    Status,
    Tag,
    Theme,
    Uptake,
)
from lessons.search import Filters, Found
from tests.factories import make_published

pytestmark = pytest.mark.django_db

SMALL = {"records": 300, "reports": 3}
SCHEMA = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated::text
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled::text
    FROM pg_trigger WHERE NOT tgisinternal
    UNION SELECT indrelid::regclass::text, indexrelid::regclass::text,
        pg_get_indexdef(indexrelid), indisvalid::text
    FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE relnamespace = 'public'::regnamespace
"""


def make(seed: int = 1, **options: object) -> str:
    told = StringIO()
    call_command("make_corpus", seed=seed, stdout=told, **{**SMALL, **options})
    return told.getvalue()


def schema() -> set[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        return set(cursor.fetchall())


def written() -> list[tuple[object, ...]]:
    """Return what a corpus says, without the ids that depend on what was there before."""
    records = Record.objects.order_by("identifier").values_list(
        "identifier", "kind", "status", "title", "statement", "discussion", "year_from", "language"
    )
    words = Citation.objects.order_by("record__identifier", "id").values_list(
        "record__identifier", "exact", "start", "passage__report__slug", "passage__ordinal"
    )
    links = Link.objects.order_by("source__identifier", "predicate", "target__identifier")
    ends = links.values_list("source__identifier", "predicate", "target__identifier")
    claims = Uptake.objects.order_by("record__identifier", "id").values_list(
        "record__identifier", "claim", "date", "claimed_by", "url", "citation__exact"
    )
    return [*records, *words, *ends, *claims]


def test_the_same_seed_writes_the_same_corpus():
    with transaction.atomic():
        make()
        first = written()
        transaction.set_rollback(True)
    make()
    assert written() == first
    assert len(first) > 3 * SMALL["records"]


def test_another_seed_writes_another_one_beside_it():
    make()
    actors = Record.objects.filter(kind="actor").count()
    make(seed=2)
    assert Record.objects.count() == 2 * SMALL["records"]
    assert Record.objects.values("title").distinct().count() > SMALL["records"]
    assert Record.objects.filter(kind="actor").count() == 2 * actors


def test_a_seed_is_used_once():
    make()
    with pytest.raises(CommandError, match="seed 1"):
        make()
    assert Record.objects.count() == SMALL["records"]


def test_every_citation_holds():
    make()
    citations = Citation.objects.select_related("passage")
    assert len(citations) > SMALL["records"]
    assert all(evidence.holds(citation) for citation in citations)


def test_every_published_record_has_evidence_and_every_link_fits_its_kinds():
    make()
    published = Record.objects.published()
    assert published.count() > SMALL["records"] / 2
    assert not published.filter(citations=None).exists()
    assert Record.objects.filter(status=Status.DRAFT).exists()
    links = Link.objects.select_related("source", "target")
    assert len(links) > SMALL["records"] / 4
    assert all((one.source.kind, one.target.kind) in JOINS[one.predicate] for one in links)


def test_insights_have_something_to_show():
    make()
    published = Record.objects.published()
    assert (
        recurrence.recurring(recurrence.histogram(published, AnonymousUser()))
        > SMALL["records"] / 10
    )
    answers = uptake.by_addressee(published, AnonymousUser())
    outcomes = sum((one.counts for one in answers), Counter())
    assert set(+outcomes) == set(uptake.OUTCOMES)
    assert any(one.actor for one in answers)
    assert all(claim.url or claim.citation.record == claim.record for claim in claims())


def claims():
    return Uptake.objects.select_related("record", "citation__record")


def test_triggers_keys_and_indexes_are_as_they_were():
    before = schema()
    make()
    assert schema() == before
    citation = Citation.objects.first()
    assert citation is not None
    with pytest.raises(IntegrityError, match="does not stand"), transaction.atomic():
        Citation.objects.filter(pk=citation.pk).update(exact="something else")
    SearchOutbox.objects.all().delete()
    citation.record.save()
    assert SearchOutbox.objects.filter(record=citation.record_id).exists()


def test_a_corpus_that_breaks_a_rule_is_not_written(monkeypatch):
    before = schema()
    monkeypatch.setattr(synthetic, "ABOUT", {"l": ("caused_by", "f")})
    with pytest.raises(CommandError, match="links that do not fit"):
        make()
    assert not Record.objects.exists()
    assert schema() == before


def test_it_is_found_by_the_next_search_beside_what_was_there():
    mine = make_published(title="Heed the ombudsman")
    assert Found(Filters(), AnonymousUser()).total == 1
    make()
    assert Found(Filters(q="ombudsman"), AnonymousUser()).ids() == [mine.pk]
    assert Found(Filters(), AnonymousUser()).total == Record.objects.published().count()


def test_it_says_what_it_is():
    make()
    assert not Report.objects.exclude(title__startswith="Synthetic report ").exists()
    assert not Report.objects.exclude(note=synthetic.NOTE).exists()
    assert not Uptake.objects.exclude(claimed_by__startswith="Synthetic body ").exists()
    assert not Tag.objects.exclude(name__startswith="synthetic/").exists()
    assert not Record.objects.exclude(identifier__startswith="synthetic/").exists()
    assert Tag.objects.count() == corpus.TAGS
    assert Theme.objects.count() == corpus.TOP_THEMES * (1 + corpus.NARROWER)


def test_a_tenth_is_french():
    make()
    french = Record.objects.filter(language="fr").count()
    assert 0.04 < french / SMALL["records"] < 0.2


def test_a_public_installation_is_spared(settings):
    settings.HTTPS = True
    with pytest.raises(CommandError, match="--yes"):
        make()
    make(yes=True)
    assert Record.objects.count() == SMALL["records"]


@pytest.mark.parametrize("options", [{"records": 3}, {"reports": 0}])
def test_too_small_a_corpus_is_refused(options):
    with pytest.raises(CommandError, match="at least"):
        make(**options)
