"""A record's page."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from lessons import curation, evidence
from lessons.models import AnchorState, Citation, Country, Kind, Record
from tests.factories import cite, make_published, make_record, make_report, make_theme, make_user
from tests.views import links_of, text_of, words_of

pytestmark = pytest.mark.django_db


def page(client: Client, record: Record) -> Any:
    return client.get(record.get_absolute_url())


@pytest.fixture
def chained(db: None) -> dict[str, Record]:
    """An actor that failed, a lesson drawn from the failure, a recommendation that addresses it."""
    records = {kind.value: make_published(kind, title=f"The {kind}") for kind in Kind}
    citation = records["failure"].citations.get()
    curation.link(records["actor"], "failed_in", records["failure"], by=None,
                  asserted_by="source", citation=citation)  # fmt: skip
    curation.link(records["lesson"], "drawn_from", records["failure"], by=None, note="As I see it.")
    curation.link(records["recommendation"], "addresses", records["lesson"], by=None)
    return records


def test_it_shows_what_the_record_says(client: Client) -> None:
    country = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    record = make_published(
        title="Heed <warnings>", statement="Act & soon.", discussion="Because.\n\nIndeed.",
        polarity="to_avoid", level="strategic", origin="inferred", applies_when="Always.",
        phase="warning", year_from=1990, year_to=1994, themes=[make_theme(pref_label_en="Warning")],
        tags=["mandate"], countries=[country],
    )  # fmt: skip
    response = page(client, record)
    words = words_of(response)
    for shown in ("Heed <warnings>", "Act & soon.", "Because. Indeed.", "to avoid", "strategic",
                  "inferred by the analyst", "Applies when: Always.", "warning", "1990–1994",
                  "Warning", "mandate", "Rwanda", record.code):  # fmt: skip
        assert shown in words
    assert "<warnings>" not in text_of(response)
    assert f'rel="canonical" href="http://127.0.0.1:8000/records/{record.code}/"' in text_of(
        response
    )


KIND_ONLY = {
    Kind.FAILURE: (
        {"failure_type": "delay", "consequence": "Many died."},
        "Consequence: Many died.",
    ),
    Kind.ACTOR: ({"aliases": ["UNAMIR", "The mission"]}, "Also called UNAMIR, The mission"),
    Kind.RECOMMENDATION: ({"number": "12(b)"}, "Number as printed 12(b)"),
}


@pytest.mark.parametrize("kind", KIND_ONLY)
def test_it_shows_what_only_this_kind_has(kind: Kind, client: Client) -> None:
    fields, shown = KIND_ONLY[kind]
    assert shown in words_of(page(client, make_published(kind, **fields)))


def test_it_shows_the_quotation_its_source_and_the_way_into_the_report(client: Client) -> None:
    report = make_report(slug="the-report", title="The report", language="fr")
    record = make_published(passage=report.passages.get(ordinal=2))
    citation = record.citations.get()
    response = page(client, record)
    assert f'<blockquote lang="fr"><p>{citation.exact}</p></blockquote>' in text_of(response)
    assert "The report (Doe, 1996, para. 2) Read it in the report" in words_of(response)
    assert f"/reports/the-report/?cite={citation.pk}#p-2" in links_of(response)


def test_it_says_in_how_many_reports_it_stands(client: Client) -> None:
    record = make_published()
    assert "Said again" not in words_of(page(client, record))
    same = record.citations.get().passage.report
    cite(record, same.passages.get(ordinal=2))
    assert "Said again" not in words_of(page(client, record))
    cite(record)
    again = words_of(page(client, record)).partition("Said again:")[2]
    assert "in 2 reports" in again


def test_it_says_when_a_quotation_is_lost(client: Client) -> None:
    record = cite(make_published())
    Citation.objects.filter(pk=record.citations.last().pk).update(state=AnchorState.LOST)
    assert words_of(page(client, record)).count("no longer found in the text") == 1


def test_a_draft_without_a_citation_says_what_is_missing(signed_in, analyst: User) -> None:
    words = words_of(page(signed_in(analyst), make_record()))
    assert "No citation yet: this record cannot be published before it has one." in words
    assert " draft " in words


@pytest.mark.parametrize("kind", Kind)
def test_the_chain_shows_from_every_record_of_it(
    kind: Kind, client: Client, chained: dict[str, Record]
) -> None:
    response = page(client, chained[kind])
    stages = [
        (stage.question, [step.record.title for step in stage.steps])
        for stage in response.context["stages"]
    ]
    assert stages == [
        ("Who", ["The actor"]),
        ("What went wrong", ["The failure"]),
        ("What was learned", ["The lesson"]),
        ("What was asked for", ["The recommendation"]),
    ]
    assert re.findall(r'aria-current="true"[^>]*>([^<]+)', text_of(response)) == [f"The {kind}"]


def test_the_chain_ends_with_what_became_of_it(client: Client, chained: dict[str, Record]) -> None:
    lesson = chained["lesson"]
    curation.claim_uptake(lesson, by=None, claim="implemented", date="2000-05-04",
                          claimed_by="The office", url="https://a.example/")  # fmt: skip
    curation.claim_uptake(lesson, by=None, claim="not_implemented", date="2001-05-04",
                          claimed_by="The critics", citation=lesson.citations.get(),
                          note="Not so.")  # fmt: skip
    response = page(client, lesson)
    last = response.context["stages"][-1]
    assert last.question == "What became of it"
    assert [claim.claimed_by for claim in last.claims] == ["The office", "The critics"]
    words = words_of(response)
    assert "implemented · May 4, 2000 · The office source" in words
    assert "not implemented · May 4, 2001 · The critics (Doe, 1996, para. 1) Not so." in words
    assert "https://a.example/" in links_of(response)


def test_a_record_alone_has_no_chain_and_no_links(client: Client) -> None:
    words = words_of(page(client, make_published()))
    assert "The chain it belongs to" not in words
    assert " Links " not in words


def test_links_are_told_from_the_side_of_the_record(
    client: Client, chained: dict[str, Record]
) -> None:
    told = {
        kind: [label for label, _links in page(client, record).context["relations"]]
        for kind, record in chained.items()
    }
    assert told == {
        "actor": ["failed in"],
        "failure": ["failure of", "taught"],
        "lesson": ["drawn from", "addressed by"],
        "recommendation": ["addresses"],
    }


def test_links_say_who_asserts_them_and_on_what_ground(
    client: Client, chained: dict[str, Record]
) -> None:
    response = page(client, chained["failure"])
    words = words_of(response)
    assert f"{chained['actor'].code} The actor as the source says (Doe, 1996, para. 1)" in words
    assert f"{chained['lesson'].code} The lesson as the analyst reads it As I see it." in words


def test_it_offers_itself_in_every_format(client: Client) -> None:
    record = make_published()
    links = links_of(page(client, record))
    for suffix in ("csv", "xlsx", "json"):
        assert f"/records/{record.code}.{suffix}" in links


@pytest.fixture
def lived(db: None) -> Record:
    """A record that was sent back once before it was published; its reasons name people."""
    reviewer = make_user(Role.REVIEWER, first_name="Rea", last_name="Viewer")
    record = cite(make_record())
    curation.submit(record, by=None)
    curation.send_back(record, by=reviewer, reason="Ask Ann for the page.")
    curation.submit(record, by=None)
    return curation.publish(record, by=reviewer)


def test_history_tells_everyone_what_was_done_and_when(client: Client, lived: Record) -> None:
    events = page(client, lived).context["history"]
    assert [event.what for event in events] == [
        "published", "sent to review", "sent back", "sent to review", "written or changed",
    ]  # fmt: skip
    assert all(event.at for event in events)


def test_history_keeps_names_and_reasons_for_the_desk(client: Client, lived: Record) -> None:
    assert "Ask Ann" not in text_of(page(client, lived))
    events = page(client, lived).context["history"]
    assert {(event.who, event.why) for event in events} == {("", "")}


def test_the_desk_reads_who_did_it_and_why(signed_in, analyst: User) -> None:
    """People are known where something was done in a request, so it is done through one."""
    reviewer = make_user(Role.REVIEWER, first_name="Rea", last_name="Viewer")
    record = curation.submit(cite(make_record()), by=None)
    signed_in(reviewer).post(
        f"/admin/lessons/lesson/{record.pk}/change/", {**_unchanged(record), "_step": "send_back"}
    )
    record.refresh_from_db()
    words = words_of(page(signed_in(analyst), record))
    assert "sent back · Rea Viewer · Which page?" in words


def _unchanged(record: Record) -> dict[str, Any]:
    data = {
        "title": record.title,
        "statement": record.statement,
        "language": "en",
        "origin": "stated",
        "read_version": record.version,
        "reason": "Which page?",
    }
    for prefix in ("citations", "links_out", "links_in"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return data


EDITORS = {
    "draft": {Role.ANALYST, Role.REVIEWER, Role.ADMIN},
    "in review": {Role.ANALYST, Role.REVIEWER, Role.ADMIN},
    "published": {Role.REVIEWER, Role.ADMIN},
}


@pytest.mark.parametrize("status", EDITORS)
def test_only_those_who_may_edit_find_the_way_to_edit(status: str) -> None:
    record = cite(make_record())
    if status != "draft":
        curation.submit(record, by=None)
    if status == "published":
        curation.publish(record, by=None)
    found = set()
    for role in Role:
        client = Client()
        client.force_login(make_user(role))
        response = page(client, record)
        if response.status_code == 200 and "Edit this record" in words_of(response):
            assert f"/records/{record.code}/edit/" in links_of(response)
            assert client.get(f"/records/{record.code}/edit/").status_code == 200
            found.add(role)
    assert found == EDITORS[status]
    assert "Edit this record" not in words_of(page(Client(), record))


def test_it_speaks_french_but_quotes_in_the_language_of_the_source(client: Client) -> None:
    record = make_published(language="en")
    response = client.get(record.get_absolute_url(), headers={"accept-language": "fr"})
    text = text_of(response)
    assert '<html lang="fr">' in text
    assert f'<h1 lang="en">{record.title}</h1>' in text


def test_a_very_long_word_or_text_is_no_obstacle(client: Client) -> None:
    record = make_published(title="x" * 300, statement="word " * 5000)
    assert page(client, record).status_code == 200


def test_two_quotations_of_one_passage_are_both_shown(client: Client) -> None:
    passage = make_report(("One two. Three four.",)).passages.get()
    record = make_record()
    evidence.cite(record, passage, "One two", by=None)
    evidence.cite(record, passage, "Three four", by=None)
    curation.publish(curation.submit(record, by=None), by=None)
    assert text_of(page(client, record)).count("<blockquote") == 2
