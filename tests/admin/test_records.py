"""Writing records in the admin: the form, its citations and links, and what it refuses."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from lessons import curation, evidence
from lessons.models import Country, Kind, Link, Passage, Record, RecordTag, Status, Tag
from tests.admin import change_page, client_of, errors_of, form_for, form_of, kept, rows, told
from tests.factories import cite, make_published, make_record, make_report, make_theme
from tests.views import text_of, words_of

pytestmark = pytest.mark.django_db

ADD = "/admin/lessons/failure/add/"


@pytest.fixture
def desk(analyst: User) -> Client:
    return client_of(analyst)


@pytest.fixture
def passage(db: None) -> Passage:
    return make_report(("A warning came. A warning was lost.",)).passages.get()


def refused(client: Client, data: dict[str, Any], path: str = ADD) -> dict[str, list[str]]:
    """Send a form that must come back with errors and leave everything as it was."""
    before = list(Record.objects.order_by("pk").values())
    response = client.post(path, data)
    assert response.status_code == 200
    assert list(Record.objects.order_by("pk").values()) == before
    return errors_of(response)


def link_row(target: Record | None, predicate: str, **more: Any) -> dict[str, Any]:
    return {"predicate": predicate, "target": target.pk if target else "",
            "asserted_by": "analyst", **more}  # fmt: skip


def test_a_record_is_written_with_everything_in_one_go(
    desk: Client, analyst: User, passage: Passage
) -> None:
    theme, tag = make_theme(), Tag.objects.create(name="mandate", slug="mandate")
    rwanda = Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    cause = make_published(Kind.FAILURE)
    actor = make_published(Kind.ACTOR)
    data = form_of(
        Kind.FAILURE, title="Lost", phase="warning", year_from=1990, year_to=1994,
        themes=[theme.pk], tags=[tag.pk], new_tags='weapons, "early, signs"', countries=["RWA"],
        consequence="Many died.",
        **rows("citations", {"passage": passage.pk, "exact": "was\n lost"}),
        **rows("links_out", link_row(cause, "caused_by")),
        **rows("links_in", {"source": actor.pk, "predicate": "failed_in", "asserted_by": "analyst",
                            "note": "So it seems."}),
    )  # fmt: skip
    assert desk.post(ADD, data)["Location"] == "/admin/lessons/failure/"
    record = Record.objects.get(title="Lost")
    assert (record.kind, record.status, record.version) == ("failure", Status.DRAFT, 1)
    assert record.created_by == analyst
    assert (record.failure_type, record.consequence) == ("omission", "Many died.")
    assert list(record.themes.all()) == [theme]
    assert set(record.tags.names()) == {"mandate", "weapons", "early, signs"}
    assert list(record.countries.all()) == [rwanda]
    citation = record.citations.get()
    assert (citation.exact, citation.start, citation.passage) == ("was lost", 26, passage)
    assert {str(link) for link in Link.objects.all()} == {
        f"{record.code} caused by {cause.code}",
        f"{actor.code} failed in {record.code}",
    }


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_own_form(kind: Kind, desk: Client) -> None:
    page = desk.get(f"/admin/lessons/{kind}/add/")
    fields = set(page.context["adminform"].form.fields)
    own = {"lesson": "polarity", "failure": "failure_type", "actor": "aliases",
           "recommendation": "number"}  # fmt: skip
    assert {name for name in own.values() if name in fields} == {own[kind]}
    desk.post(f"/admin/lessons/{kind}/add/", form_of(kind))
    assert Record.objects.get().kind == kind


def test_names_of_an_actor_stand_one_a_line(desk: Client) -> None:
    data = form_of(Kind.ACTOR, aliases="UNAMIR\r\n\r\nMission, the")
    desk.post("/admin/lessons/actor/add/", data)
    record = Record.objects.get()
    assert record.aliases == ["UNAMIR", "Mission, the"]
    page = text_of(desk.get(change_page(record)))
    assert "UNAMIR\nMission, the</textarea>" in page


QUOTATIONS = {
    "the end": "does not contain “the end”",
    "A warning": "“A warning” stands 2 times in the passage. Quote a few words more.",
    " ": "This field is required.",
}


@pytest.mark.parametrize("quotation", QUOTATIONS)
def test_a_quotation_that_cannot_be_placed_is_told_at_its_field(
    quotation: str, desk: Client, passage: Passage
) -> None:
    errors = refused(desk, form_of(
        Kind.FAILURE, **rows("citations", {"passage": passage.pk, "exact": quotation})
    ))  # fmt: skip
    (message,) = errors.pop("citations-0-exact")
    assert QUOTATIONS[quotation] in message
    assert not errors


def test_the_same_words_are_not_cited_twice(desk: Client, passage: Passage) -> None:
    row = {"passage": passage.pk, "exact": "was lost"}
    errors = refused(desk, form_of(Kind.FAILURE, **rows("citations", row, row)))
    assert errors == {"citations-1-exact": ["This record cites these words already."]}
    record = cite(make_record(Kind.FAILURE), passage, "was lost")
    data = form_for(record, **rows("citations", row, old=(kept(record.citations.get()),)))
    errors = refused(desk, data, change_page(record))
    assert errors == {"citations-1-exact": ["This record cites these words already."]}


def test_a_link_that_does_not_fit_is_told_at_its_field(desk: Client) -> None:
    actor, failure = make_published(Kind.ACTOR), make_published(Kind.FAILURE)
    wrong = {
        "Nothing links failure to actor": link_row(actor, "caused_by"),
        "part_of is not one of the available choices": link_row(actor, "part_of"),
    }
    for message, row in wrong.items():
        errors = refused(desk, form_of(Kind.FAILURE, **rows("links_out", row)))
        assert message in errors["links_out-0-predicate"][0]
    unnamed = form_of(Kind.FAILURE, **rows("links_out", link_row(None, "caused_by")))
    assert refused(desk, unnamed) == {"links_out-0-target": ["This field is required."]}
    incoming = rows("links_in", {"source": failure.pk, "predicate": "failed_in",
                                 "asserted_by": "analyst"})  # fmt: skip
    errors = refused(desk, form_of(Kind.FAILURE, **incoming))
    assert "“failed in” does not join failure and failure" in errors["links_in-0-predicate"][0]


def test_a_link_of_the_source_needs_its_citation(desk: Client, passage: Passage) -> None:
    cause = make_published(Kind.FAILURE)
    record = cite(make_record(Kind.FAILURE), passage, "was lost")
    citation = record.citations.get()
    row = link_row(cause, "caused_by", asserted_by="source")
    old = rows("citations", old=(kept(citation),))
    errors = refused(desk, form_for(record, **old, **rows("links_out", row)), change_page(record))
    assert "needs the citation it rests on" in errors["links_out-0"][0]
    row["citation"] = citation.pk
    response = desk.post(change_page(record), form_for(record, **old, **rows("links_out", row)))
    assert response.status_code == 302
    assert record.links_out.get().citation == citation


def test_only_the_records_own_citations_are_offered_to_its_links(
    desk: Client, passage: Passage
) -> None:
    foreign = make_published(Kind.FAILURE)
    record = cite(make_record(Kind.FAILURE), passage, "was lost")
    row = link_row(foreign, "caused_by", citation=make_published().citations.get().pk)
    errors = refused(desk, form_for(record, **rows("links_out", row)), change_page(record))
    assert set(errors) == {"links_out-0-citation"}


def test_a_link_keeps_the_citation_of_its_other_end(desk: Client, passage: Passage) -> None:
    record, other = make_record(Kind.FAILURE), cite(make_record(Kind.FAILURE), passage)
    citation = other.citations.get()
    link = curation.link(other, "caused_by", record, by=None, citation=citation)
    page = desk.get(change_page(record))
    assert f'<option value="{citation.pk}" selected>' in text_of(page)
    row = {"id": link.pk, "target": record.pk, "source": other.pk, "predicate": "caused_by",
           "asserted_by": "analyst", "citation": citation.pk, "note": "Noted."}  # fmt: skip
    desk.post(change_page(record), form_for(record, **rows("links_in", old=(row,))))
    link.refresh_from_db()
    assert (link.citation, link.note) == (citation, "Noted.")


def test_a_record_is_not_linked_to_itself_or_twice(desk: Client) -> None:
    record, cause = make_record(Kind.FAILURE), make_published(Kind.FAILURE)
    itself = form_for(record, **rows("links_out", link_row(record, "caused_by")))
    (errors,) = refused(desk, itself, change_page(record)).values()
    assert errors == ["A record cannot be linked to itself."]
    twice = rows("links_out", link_row(cause, "caused_by"), link_row(cause, "caused_by"))
    assert refused(desk, form_for(record, **twice), change_page(record))


FIELDS: dict[str, tuple[dict[str, Any], str]] = {
    "title": ({"title": " "}, "required"),
    "statement": ({"statement": ""}, "required"),
    "failure_type": ({"failure_type": ""}, "required"),
    "": ({"year_from": 1995, "year_to": 1994}, "The first year is after the last."),
    "year_from": ({"year_from": "then"}, "whole number"),
    "themes": ({"themes": ["0"]}, "valid choice"),
    "countries": ({"countries": ["XX"]}, "valid choice"),
    "new_tags": ({"new_tags": "x" * 101}, "100 characters"),
}


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_wrong_in_a_field_is_told_there(name: str, desk: Client) -> None:
    fields, message = FIELDS[name]
    errors = refused(desk, form_of(Kind.FAILURE, **fields))
    assert message in " ".join(errors.pop(name))
    assert not errors


def test_an_identifier_is_given_once(desk: Client) -> None:
    desk.post(ADD, form_of(Kind.FAILURE, identifier="seeds/one"))
    assert set(refused(desk, form_of(Kind.FAILURE, identifier="seeds/one"))) == {"identifier"}
    desk.post(ADD, form_of(Kind.FAILURE, identifier=""))
    desk.post(ADD, form_of(Kind.FAILURE, identifier=""))
    assert Record.objects.filter(identifier=None).count() == 2


def test_two_editors_never_overwrite_each_other(desk: Client, reviewer: User) -> None:
    record = make_record(Kind.FAILURE, title="As it was", statement="It was.")
    passage = make_report(("A warning came.",)).passages.get()
    row = rows("citations", {"passage": passage.pk, "exact": "A warning"})
    mine = form_for(record, title="Mine", discussion="Why.", **row)
    theirs = form_for(record, title="Theirs", statement="It was so.")
    assert client_of(reviewer).post(change_page(record), theirs).status_code == 302
    for _time in range(2):  # nor at the second try
        page = desk.post(change_page(record), mine)
        assert "Somebody else saved this record while you were editing" in words_of(page)
        record.refresh_from_db()
        assert (record.title, record.version) == ("Theirs", 2)
    again = dict(page.context["carried"]) | {"read_version": 1, "compared_version": 2}
    assert desk.post(change_page(record), again).status_code == 200  # a choice is missing
    settled = desk.post(change_page(record), {**again, "pick-title": "mine"})
    assert settled.status_code == 302
    record.refresh_from_db()
    assert (record.title, record.statement, record.version) == ("Mine", "It was so.", 3)
    assert record.discussion == "Why."
    assert record.citations.get().exact == "A warning"  # what stood below the form came along


def test_what_an_analyst_typed_shows_even_when_it_can_no_longer_be_saved(desk: Client) -> None:
    record = cite(make_record(Kind.FAILURE))
    mine = form_for(record, title="Typed in vain")
    curation.publish(curation.submit(record, by=None), by=None)
    page = desk.post(change_page(record), mine)
    assert page.status_code == 200
    assert "Typed in vain" in words_of(page)
    assert "only a reviewer may by now" in words_of(page)
    again = {**mine, "compared_version": record.version, "pick-title": "mine"}
    assert desk.post(change_page(record), again).status_code == 403
    record.refresh_from_db()
    assert record.title != "Typed in vain"


def test_a_form_without_its_version_saves_nothing(desk: Client) -> None:
    record = make_record(Kind.FAILURE, title="As it was")
    page = desk.post(change_page(record), form_for(record, read_version="", title="New"))
    assert "changed by both" in words_of(page)
    record.refresh_from_db()
    assert record.title == "As it was"


def test_tags_and_themes_are_taken_away_by_leaving_them_out(desk: Client) -> None:
    record = make_record(Kind.FAILURE, themes=[make_theme()], tags=["one", "two"])
    one = Tag.objects.get(name="one")
    assert desk.post(change_page(record), form_for(record, tags=[one.pk])).status_code == 302
    assert list(record.tags.names()) == ["one"]
    assert not record.themes.exists()
    assert RecordTag.objects.count() == 1


def test_a_published_record_keeps_its_last_evidence(reviewer: User, passage: Passage) -> None:
    desk = client_of(reviewer)
    record = make_published(Kind.FAILURE, passage)
    citation = record.citations.get()
    gone = rows("citations", old=(kept(citation, DELETE="on"),))
    errors = refused(desk, form_for(record, title="New", **gone), change_page(record))
    assert errors == {"citations": [
        f"{record.code} is published: it must keep a citation that holds. "
        "Cite another passage first."
    ]}  # fmt: skip
    evidence.cite(record, passage, "was lost", by=None)
    other = record.citations.exclude(pk=citation.pk).get()
    old = (kept(citation, DELETE="on"), kept(other))
    assert (
        desk.post(change_page(record), form_for(record, **rows("citations", old=old))).status_code
        == 302
    )
    assert list(record.citations.all()) == [other]


def test_a_citation_that_a_link_rests_on_stays(desk: Client, passage: Passage) -> None:
    record = cite(make_record(Kind.FAILURE), passage, "was lost")
    citation = record.citations.get()
    cause = make_published(Kind.FAILURE)
    gone = rows("citations", old=(kept(citation, DELETE="on"),))
    row = link_row(cause, "caused_by", asserted_by="source", citation=citation.pk)
    both = desk.post(
        change_page(record), form_for(record, **gone, **rows("links_out", row)), follow=True
    )
    assert both.status_code == 200
    assert record.citations.exists()
    assert not Link.objects.exists()
    curation.link(record, "caused_by", cause, by=None, asserted_by="source", citation=citation)
    errors = refused(desk, form_for(record, **gone), change_page(record))
    assert "“was lost”" in errors["citations"][0]
    assert f"{record.code} caused by {cause.code}" in errors["citations"][0]


def test_a_draft_is_discarded_with_its_citations_and_links(desk: Client) -> None:
    record, cause = cite(make_record(Kind.FAILURE, tags=["one"])), make_published(Kind.FAILURE)
    curation.link(record, "caused_by", cause, by=None)
    path = f"/admin/lessons/failure/{record.pk}/delete/"
    assert "Are you sure" in words_of(desk.get(path))
    assert desk.post(path, {"post": "yes"}).status_code == 302
    assert not Record.objects.filter(pk=record.pk).exists()
    assert not Link.objects.exists()


@pytest.mark.parametrize("table", ["failure", "record"])
def test_what_was_published_cannot_be_deleted(table: str, admin: User) -> None:
    desk = client_of(admin)
    published = make_published(Kind.FAILURE)
    withdrawn = curation.withdraw(make_published(Kind.FAILURE), by=None, reason="Wrong.")
    for record in (published, withdrawn):
        path = f"/admin/lessons/{table}/{record.pk}/delete/"
        assert desk.get(path).status_code == 403
        assert desk.post(path, {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [published.pk], "post": "yes"}
    assert "No action selected" in told(desk.post(f"/admin/lessons/{table}/", bulk, follow=True))
    assert Record.objects.count() == 2


def test_an_analyst_reads_a_published_record_and_cannot_change_it(desk: Client) -> None:
    record = make_published(Kind.FAILURE)
    page = desk.get(change_page(record))
    assert page.status_code == 200
    assert 'name="title"' not in text_of(page)
    assert "Add another" not in words_of(page)
    assert desk.post(change_page(record), form_for(record, title="New")).status_code == 403
    record.refresh_from_db()
    assert record.title != "New"


def test_an_analyst_links_a_draft_to_what_is_published(desk: Client) -> None:
    published, draft = make_published(Kind.FAILURE), make_record(Kind.FAILURE)
    data = form_for(draft, **rows("links_out", link_row(published, "caused_by")))
    assert desk.post(change_page(draft), data).status_code == 302
    link = Link.objects.get()
    assert (link.source_id, link.target_id) == (draft.pk, published.pk)
    old = {"id": link.pk, "source": draft.pk, **link_row(published, "led_to", DELETE="")}
    draft.refresh_from_db()
    desk.post(change_page(draft), form_for(draft, **rows("links_out", old=(old,))))
    assert Link.objects.get().predicate == "led_to"
    draft.refresh_from_db()
    old["DELETE"] = "on"
    desk.post(change_page(draft), form_for(draft, **rows("links_out", old=(old,))))
    assert not Link.objects.exists()
