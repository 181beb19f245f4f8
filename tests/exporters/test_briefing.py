"""Briefings: which records stand where, with what, and in whose language."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from lessons import citing, curation
from lessons.exporters.about import about, of_list
from lessons.exporters.briefing import briefing
from lessons.exporters.selection import Briefing
from lessons.models import Citation, Kind
from lessons.search import Filters, Found
from tests.factories import cite, make_published, make_record, make_report, make_theme

pytestmark = pytest.mark.django_db

ANYONE = AnonymousUser()


def made(group: str = "theme", query: str = "", notes: Any = None) -> Briefing:
    found = Found(Filters.from_string(query), ANYONE)
    told = of_list("Lessons", found, "/lessons/")
    return briefing(found.every(), ANYONE, told, group, notes or {})


def plan(one: Briefing) -> dict[str, list[str]]:
    return {part.title: [entry.title for entry in part.entries] for part in one.sections}


def test_each_record_stands_once_under_its_first_theme_in_the_order_of_the_scheme() -> None:
    ninth, tenth = make_theme(notation="1.9", pref_label_en="Ninth"), make_theme(
        notation="1.10", pref_label_en="Tenth", slug="tenth"
    )  # fmt: skip
    make_published(title="B", themes=[tenth, ninth])
    make_published(title="A", themes=[tenth])
    make_published(title="C", themes=[ninth])
    make_published(title="D")
    assert list(plan(made()).items()) == [
        ("Ninth", ["B", "C"]), ("Tenth", ["A"]), ("Without a theme", ["D"]),
    ]  # fmt: skip
    assert plan(made("none")) == {"": ["A", "B", "C", "D"]}


def test_a_theme_that_was_asked_for_goes_before_others() -> None:
    first = make_theme(notation="1", pref_label_en="First")
    asked = make_theme(notation="2", pref_label_en="Asked", slug="asked")
    narrower = make_theme(notation="2.1", pref_label_en="Narrower", broader=asked)
    make_published(title="A", themes=[first, asked])
    make_published(title="B", themes=[first, narrower])
    assert plan(made(query="theme=asked")) == {"Asked": ["A"], "Narrower": ["B"]}


def test_by_actor_who_is_responsible_goes_before_who_was_affected() -> None:
    victim, culprit = (
        make_published(Kind.ACTOR, title="Ana"),
        make_published(Kind.ACTOR, title="Zed"),
    )
    failure = make_published(Kind.FAILURE, title="Delay")
    make_published(title="Alone")
    curation.link(victim, "affected_by", failure, by=None)
    curation.link(culprit, "responsible_for", failure, by=None)
    assert plan(made("actor")) == {
        "Ana": ["Ana"], "Zed": ["Delay", "Zed"], "Without an actor": ["Alone"],
    }  # fmt: skip


def test_by_report_in_the_order_of_the_bibliography() -> None:
    later = make_report(title="Later", authors=["Zed, A"])
    sooner = make_report(title="Sooner", authors=["Abel, B"])
    make_published(title="A", passage=later.passages.get(ordinal=1))
    make_published(title="B", passage=sooner.passages.get(ordinal=1))
    one = made("report")
    assert plan(one) == {"Sooner": ["B"], "Later": ["A"]}
    assert [source.title for source in one.sources] == ["Sooner", "Later"]
    assert one.sections[1].entries[0].quotations[0].number == 2


def test_an_entry_has_its_quotations_facts_links_and_note(analyst: Any) -> None:
    record = make_published(
        title="Listen", themes=[make_theme(pref_label_en="Warning")], tags=["mandate"],
        polarity="to_avoid", year_from=1990, year_to=1994, discussion="One.\n\nTwo.",
        applies_when="Always.",
    )  # fmt: skip
    failure, hidden = make_published(Kind.FAILURE, title="Delay"), make_record(Kind.FAILURE)
    for one in (failure, hidden):
        curation.link(record, "drawn_from", one, by=None)
    curation.claim_uptake(record, by=None, claim="accepted", date="2001-01-01", claimed_by="The UN",
                          url="https://a.example")  # fmt: skip
    (section,) = made(query="kind=lesson", notes={record.pk: "Read this."}).sections
    (entry,) = section.entries
    citation = record.citations.get()
    assert (entry.note, entry.discussion) == ("Read this.", ("One.", "Two."))
    assert entry.details == (
        ("Applies when", "Always."),
        ("Drawn from", f"Delay ({failure.code})"),
        ("Accepted", "The UN, 2001"),
        ("Facts", "to avoid · stated by the source · 1990–1994"),
        ("Themes", "Warning"),
        ("Tags", "mandate"),
    )
    (quoted,) = entry.quotations
    assert (quoted.words, quoted.cited) == (citation.exact, citing.in_text(citation.passage))
    assert quoted.address == f"http://127.0.0.1:8000{citation.get_absolute_url()}"


def test_a_quotation_that_was_not_found_again_says_so() -> None:
    record = make_published()
    cite(record)
    Citation.objects.filter(pk=record.citations.last().pk).update(state="lost")
    (section,) = made().sections
    remarks = {one.remark for one in section.entries[0].quotations}
    assert remarks == {"", "no longer found in the text"}


def test_it_speaks_the_language_of_its_reader() -> None:
    make_published(themes=[make_theme(pref_label_fr="Alerte précoce")])
    with translation.override("fr"):
        one = made()
    assert one.about.language == "fr"
    assert one.about.order == "Titre"
    assert one.sections[0].title == "Alerte précoce"


def test_the_number_of_queries_does_not_grow_with_the_records() -> None:
    numbers = []
    for _round in range(2):
        for _record in range(3):
            cite(make_published(themes=[make_theme()], tags=["a"]))
        Found(Filters(), ANYONE)
        with CaptureQueriesContext(connection) as asked:
            made()
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_what_was_asked_is_said_in_words() -> None:
    actor = make_published(Kind.ACTOR, title="The Council")
    make_theme(slug="a", pref_label_en="Aid")
    make_theme(slug="b", pref_label_en="Blame")
    asked = f"q=early+warning&theme=b&theme=a&actor={actor.code}&kind=lesson&year_from=1990"
    found = Found(Filters.from_string(asked), ANYONE)
    told = of_list("All records", found, "/records/")
    assert told.query == (
        "Words: “early warning”; Theme: Blame or Aid; Actor: The Council; Kind: lessons; From: 1990"
    )
    assert about("x", 0, "/").query == ""
