"""Merging: whatever two records hold, the survivor holds it all, once."""

import random
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from lessons import curation, evidence, merging
from lessons.models import (
    Citation,
    Country,
    Kind,
    Link,
    Predicate,
    ReadingList,
    ReadingListItem,
    Record,
    Status,
    Tag,
    Uptake,
    predicates_between,
)
from lessons.models.history import told
from lessons.models.records import RecordCountry, RecordTheme
from lessons.models.tags import RecordTag
from lessons.search import Filters, Found
from tests.factories import cite, make_published, make_record, make_report, make_theme, make_user
from tests.models import commit_checks

pytestmark = pytest.mark.django_db

ANYONE = AnonymousUser()


def fresh(record: Record) -> Record:
    return Record.objects.get(pk=record.pk)


# Whatever they hold


def held(*records: Record) -> dict[str, set[Any]]:
    """Return all that ``records`` hold together, each of them counted as ``one``."""
    ids = {record.pk for record in records}

    def ends(link: Link) -> tuple[Any, ...]:
        pair = (link.source_id, link.target_id)
        return tuple("one" if pk in ids else pk for pk in pair)

    links = Link.objects.filter(source__in=ids) | Link.objects.filter(target__in=ids)
    return {
        "words": set(Citation.objects.filter(record__in=ids).values_list(
            "passage", "start", "end")),
        "links": {(e[0], link.predicate, e[1]) for link in links if len({*(e := ends(link))}) == 2},
        "said": {(link.predicate, *ends(link)) for link in links
                 if link.citation_id and len({*ends(link)}) == 2},
        "tags": set(RecordTag.objects.filter(content_object__in=ids).values_list("tag")),
        "themes": set(RecordTheme.objects.filter(record__in=ids).values_list("theme")),
        "countries": set(RecordCountry.objects.filter(record__in=ids).values_list("country")),
        "lists": set(ReadingListItem.objects.filter(record__in=ids).values_list("reading_list")),
        "claims": set(Uptake.objects.filter(record__in=ids).values_list("pk")),
    }  # fmt: skip


class Mess:
    """Records of all kinds that share passages, tags, themes, lists and links at random."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.passages = list(make_report().passages.all()) + list(make_report().passages.all())
        self.themes = [make_theme() for _number in range(3)]
        codes = ("RWA", "BDI", "UGA")
        self.countries = [Country.objects.create(code=c, label_en=c, label_fr=c) for c in codes]
        owner = make_user()
        self.lists = [ReadingList.objects.create(owner=owner, title=str(n)) for n in range(3)]
        self.records = [self.record(kind) for kind in Kind for _number in range(3)]
        for _number in range(20):
            self.link()
        for record in self.records:
            if record.kind in {Kind.LESSON, Kind.RECOMMENDATION}:
                self.claim(record)

    def some(self, values: list[Any]) -> list[Any]:
        return self.chance.sample(values, self.chance.randint(0, len(values)))

    def record(self, kind: Kind) -> Record:
        record = make_record(
            kind, themes=self.some(self.themes), countries=self.some(self.countries),
            tags=self.some(["red", "green", "blue"]),
        )  # fmt: skip
        for passage in self.some(self.passages):
            cite(record, passage)
            if self.chance.random() < 0.5:
                cite(record, passage, passage.text.split()[0])
        for one in self.some(self.lists):
            ReadingListItem.objects.create(reading_list=one, record=record)
        if record.citations.exists() and self.chance.random() < 0.5:
            curation.publish(curation.submit(record, by=None), by=None)
        return record

    def link(self) -> None:
        source, target = self.chance.sample(self.records, 2)
        fitting = predicates_between(source.kind, target.kind)
        citation = self.chance.choice([None, *source.citations.all(), *target.citations.all()])
        if fitting:
            said = {"citation": citation, "asserted_by": "source" if citation else "analyst"}
            Link.objects.get_or_create(
                source=source, target=target, predicate=self.chance.choice(fitting), defaults=said
            )

    def claim(self, record: Record) -> None:
        sources = [{"url": "https://a.example"}, *({"citation": c} for c in record.citations.all())]
        source = self.chance.choice(sources)
        curation.claim_uptake(
            record, by=None, claim="accepted", date="2000-01-01", claimed_by="A", **source
        )


@pytest.mark.parametrize("seed", range(6))
def test_a_survivor_holds_what_both_held_and_nothing_else_changes(seed: int) -> None:
    mess = Mess(seed)
    commit_checks()
    chance, living = mess.chance, list(mess.records)
    for _merge in range(6):
        kind = chance.choice(list(Kind))
        pair = [record for record in living if record.kind == kind]
        if len(pair) < 2:
            continue
        survivor, absorbed = map(fresh, chance.sample(pair, 2))
        if absorbed.status == Status.PUBLISHED != survivor.status:
            survivor, absorbed = absorbed, survivor
        others = [record for record in living if record not in (survivor, absorbed)]
        united = held(survivor, absorbed)
        apart = {r.pk: held(r)["words"] for r in others}
        public = Found(Filters(), ANYONE).total
        gone = absorbed.status == Status.PUBLISHED
        merging.merge(survivor, absorbed, by=None)
        commit_checks()
        living.remove(absorbed)
        assert held(survivor) == united
        assert not any(held(absorbed).values())
        assert {r.pk: held(r)["words"] for r in others} == apart
        check_the_whole(public - gone, living)


def check_the_whole(public: int, living: list[Record]) -> None:
    """What must hold after any merge: one step to a survivor, counts, the index, recurrence."""
    assert Found(Filters(), ANYONE).total == public
    assert {r.pk for r in Record.objects.filter(merged_into=None)} == {r.pk for r in living}
    assert not Record.objects.filter(merged_into__merged_into__isnull=False).exists()
    for record in Record.objects.with_recurrence(ANYONE):
        reports = {citation.passage.report_id for citation in record.citations.all()}
        assert record.recurrence == len(reports)
    by_recurrence = Found(Filters(sort="recurrence"), make_user()).ids()
    assert {*by_recurrence} == {record.pk for record in living}
    rests = Uptake.objects.filter(citation__isnull=False).select_related("citation")
    assert all(claim.citation.record.merged_into is None for claim in rests)


def test_every_model_that_names_records_is_considered() -> None:
    """One added later must move with a merge (see merging.py), or say here why not."""
    known = {
        "Citation.record", "Link.source", "Link.target", "Uptake.record",
        "ReadingListItem.record", "NotSame.first", "NotSame.second", "Record.merged_into",
        "Record_themes.record", "Record_countries.record", "RecordTag.content_object",
        "Comment.record", "Suggestion.record",
        "PublicChange.record",  # what was public stays told under the code it was public by
        "RecordUse.record",  # added up under the survivor where it is read
        # Made from records by `manage.py embed`; what is merged away is shown nowhere.
        "RecordEmbedding.record", "RecordNeighbour.record", "RecordNeighbour.other",
    }  # fmt: skip
    fields = Record._meta.get_fields(include_hidden=True)
    found = {
        f"{one.related_model.__name__}.{one.field.name}"
        for one in fields
        if one.auto_created and not one.concrete and (one.one_to_many or one.one_to_one)
        and not one.related_model.__name__.endswith("Event")
    }  # fmt: skip
    assert found == known


# What stays and what is taken


def test_what_rests_on_a_quotation_both_have_rests_on_the_survivors() -> None:
    passage = make_report().passages.get(ordinal=1)
    survivor, absorbed = cite(make_record(), passage), cite(make_record(), passage)
    twin = absorbed.citations.get()
    failure = make_record(Kind.FAILURE)
    link = curation.link(
        absorbed, "drawn_from", failure, by=None, asserted_by="source", citation=twin
    )
    claim = curation.claim_uptake(
        absorbed, by=None, claim="accepted", date="2000-01-01", claimed_by="A", citation=twin
    )
    merging.merge(survivor, absorbed, by=None)
    commit_checks()
    (kept,) = survivor.citations.all()
    link.refresh_from_db()
    claim.refresh_from_db()
    assert (link.source, link.citation, claim.record, claim.citation) == (
        survivor, kept, survivor, kept,
    )  # fmt: skip
    assert not Citation.objects.filter(pk=twin.pk).exists()


def test_of_two_links_that_become_one_the_word_of_the_source_stays() -> None:
    survivor, absorbed, failure = make_record(), cite(make_record()), make_record(Kind.FAILURE)
    kept = curation.link(survivor, "drawn_from", failure, by=None)
    curation.link(absorbed, "drawn_from", failure, by=None, asserted_by="source",
                  citation=absorbed.citations.get(), note="In so many words.")  # fmt: skip
    merging.merge(survivor, absorbed, by=None)
    commit_checks()
    link = Link.objects.get()
    assert (link.pk, link.asserted_by, link.note) == (kept.pk, "source", "In so many words.")
    assert link.citation == survivor.citations.get()


def test_a_link_between_the_two_is_dropped() -> None:
    survivor, absorbed = make_record(), make_record()
    curation.link(absorbed, Predicate.REFINES, survivor, by=None)
    merging.merge(survivor, absorbed, by=None)
    assert not Link.objects.exists()


def test_the_survivor_keeps_its_texts_but_those_chosen() -> None:
    survivor = make_record(title="Mine", statement="Ours.", phase="warning")
    absorbed = make_record(title="Theirs", statement="Others.", discussion="Why.")
    merging.merge(survivor, absorbed, by=None, fields=["statement", "discussion"])
    survivor = fresh(survivor)
    assert (survivor.title, survivor.statement, survivor.discussion, survivor.phase) == (
        "Mine", "Others.", "Why.", "warning",
    )  # fmt: skip
    assert fresh(absorbed).title == "Theirs"


def test_an_actor_goes_by_the_names_of_both() -> None:
    survivor = make_record(Kind.ACTOR, title="UN", aliases=["ONU"], external_ids={"wikidata": "Q1"})
    absorbed = make_record(
        Kind.ACTOR, title="United Nations", aliases=["ONU", "U.N."],
        external_ids={"wikidata": "Q2", "isni": "1"},
    )  # fmt: skip
    merging.merge(survivor, absorbed, by=None, fields=["title"])
    survivor = fresh(survivor)
    assert survivor.title == "United Nations"
    assert survivor.aliases == ["ONU", "UN", "U.N."]
    assert survivor.external_ids == {"wikidata": "Q1", "isni": "1"}


def test_recurrence_counts_a_report_once_after_a_merge() -> None:
    report, other = make_report(), make_report()
    survivor = cite(make_record(), report.passages.get(ordinal=1))
    absorbed = cite(cite(make_record(), report.passages.get(ordinal=2)), other.passages.first())
    merging.merge(survivor, absorbed, by=None)
    assert Record.objects.with_recurrence(ANYONE).get(pk=survivor.pk).recurrence == 2


def test_both_versions_rise_and_the_whole_is_one_act() -> None:
    survivor, absorbed = make_published(), make_published()
    before = (survivor.version, absorbed.version, survivor.updated_at)
    merging.merge(survivor, absorbed, by=None)
    survivor, absorbed = fresh(survivor), fresh(absorbed)
    assert (survivor.version, absorbed.version) == (before[0] + 1, before[1] + 1)
    assert absorbed.updated_at > before[2]
    acts = {
        row.pgh_context.metadata["act"]
        for model in (Record, Citation)
        for row in model.pgh_event_model.objects.filter(pgh_context__metadata__verb="merge")
    }
    assert len(acts) == 1


def test_a_merge_within_another_verb_shares_its_act() -> None:
    survivor, absorbed = make_record(), make_record()
    with told("merge", by=None) as act:
        merging.merge(survivor, absorbed, by=None)
    events = Record.pgh_event_model.objects.filter(pgh_context__metadata__act=act)
    assert {event.pgh_obj_id for event in events} == {survivor.pk, absorbed.pk}


def test_a_chain_of_merges_is_one_step_long() -> None:
    first, second, third = make_record(), make_record(), make_record()
    merging.merge(second, first, by=None)
    merging.merge(third, fresh(second), by=None)
    assert fresh(first).merged_into == fresh(second).merged_into == third


def test_the_counts_of_tags_follow() -> None:
    survivor, absorbed = make_published(tags=["red"]), make_published(tags=["red", "blue"])
    merging.merge(survivor, absorbed, by=None)
    used = Counter(Tag.objects.values_list("name", "record_tags__content_object"))
    assert used == {("red", survivor.pk): 1, ("blue", survivor.pk): 1}


def test_evidence_of_the_survivor_can_be_taken_away_as_before() -> None:
    survivor, absorbed = make_record(), cite(make_record())
    merging.merge(survivor, absorbed, by=None)
    evidence.uncite(survivor.citations.get(), by=None)
    assert not Citation.objects.exists()
