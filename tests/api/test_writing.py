"""Writing by the API: the verbs, their refusals, and two who write at once."""

from typing import Any

import pytest

from accounts.models import User
from lessons import curation
from lessons.models import Country, Kind, Record, Status
from tests.api import Program, problem
from tests.factories import cite, make_published, make_record, make_report, make_theme

pytestmark = pytest.mark.django_db
NEW = {"kind": "lesson", "title": "Listen", "statement": "Listen to warnings.", "origin": "stated"}


@pytest.fixture
def writer(analyst: User) -> Program:
    return Program(analyst)


def test_a_record_goes_through_its_whole_life(writer: Program, reviewer: User) -> None:
    make_theme(slug="early")
    Country.objects.create(code="RWA", label_en="Rwanda", label_fr="Rwanda")
    passage = make_report(slug="r").passages.get(ordinal=1)
    quotation = {"report": "r", "passage": 1, "quotation": passage.text}
    made = writer.ask("POST", "records", {**NEW, "citation": quotation, "themes": ["early"],
                                          "tags": ["mandate"], "countries": ["RWA"]})  # fmt: skip
    assert made.status_code == 201
    path = made["Location"]
    assert made.json() == writer.get(path).json()
    assert made.json()["citations"][0]["exact"] == passage.text

    changed = writer.ask("PATCH", path, {"title": "Hear", "tags": []}, If_Match=made["ETag"])
    assert (changed.json()["title"], changed.json()["tags"]) == ("Hear", [])
    assert changed.json()["themes"] == ["early"]

    sent = writer.change("POST", f"{path}/steps", 2, {"step": "submit"})
    assert sent.json()["status"] == Status.IN_REVIEW
    by_author = writer.change("POST", f"{path}/steps", 3, {"step": "publish"})
    assert problem(by_author)[0] == 403
    checker = Program(reviewer)
    back = {"step": "send_back", "reason": "Say why."}
    assert checker.change("POST", f"{path}/steps", 3, back).json()["status"] == Status.DRAFT
    writer.change("POST", f"{path}/steps", 4, {"step": "submit"})
    assert checker.change("POST", f"{path}/steps", 5, {"step": "publish"}).status_code == 200
    assert Program().get(path).json()["status"] == Status.PUBLISHED
    silent = checker.change("POST", f"{path}/steps", 6, {"step": "withdraw"})
    assert problem(silent) == (422, "Say why, for whoever reads the history.")
    gone = {"step": "withdraw", "reason": "Wrong."}
    assert checker.change("POST", f"{path}/steps", 6, gone).json()["status"] == Status.WITHDRAWN


def test_what_was_done_is_told_in_the_history_by_name(writer: Program, analyst: User) -> None:
    made = writer.ask("POST", "records", NEW).json()
    writer.change("POST", f"records/{made['code']}/tags", 1, {"name": "mandate"})
    record = Record.objects.with_code(made["code"]).get()
    told = [event.pgh_context.metadata for event in record.events.order_by("pgh_id")]
    assert [(one["verb"], one["user"]) for one in told] == [
        ("save", analyst.pk), ("add tag", analyst.pk),
    ]  # fmt: skip


def test_what_hangs_on_a_record_is_added_and_taken_away(writer: Program) -> None:
    theme, failure = make_theme(slug="early"), make_published(Kind.FAILURE)
    make_report(slug="r")
    record = cite(make_record())
    path = f"records/{record.code}"
    quotation = {"report": "r", "passage": 2, "quotation": "Nobody in the capitals", "start": 0}
    told = writer.change("POST", f"{path}/citations", 1, quotation).json()
    assert told["version"] == 1  # what it says is the same
    second = next(one["id"] for one in told["citations"] if one["report"] == "r")
    link = {"predicate": "drawn_from", "target": failure.code, "asserted_by": "source",
            "citation": second, "note": "n"}  # fmt: skip
    (made,) = writer.change("POST", f"{path}/links", 1, link).json()["links"]
    assert made["citation"] == second
    resting = writer.change("DELETE", f"{path}/citations/{second}", 1)
    assert problem(resting)[0] == 422
    assert not writer.change("DELETE", f"{path}/links/{made['id']}", 1).json()["links"]
    left = writer.change("DELETE", f"{path}/citations/{second}", 1).json()["citations"]
    assert len(left) == 1
    assert writer.change("POST", f"{path}/themes", 1, {"theme": "early"}).json()["themes"] == [
        theme.slug
    ]
    assert not writer.change("DELETE", f"{path}/themes/early", 2).json()["themes"]
    assert writer.change("POST", f"{path}/tags", 3, {"name": "A b"}).json()["tags"] == ["A b"]
    assert not writer.change("DELETE", f"{path}/tags/a-b", 4).json()["tags"]
    claim = {
        "claim": "accepted",
        "date": "2001-02-03",
        "claimed_by": "A",
        "url": "https://a.example",
    }
    (claimed,) = writer.change("POST", f"{path}/uptake", 5, claim).json()["uptake"]
    assert (claimed["date"], claimed["claim"]) == ("2001-02-03", "accepted")


CHANGES: dict[str, tuple[str, str, Any]] = {
    "change": ("PATCH", "", {"title": "x"}),
    "step": ("POST", "/steps", {"step": "submit"}),
    "cite": ("POST", "/citations", {"report": "r", "passage": 2, "quotation": "Nobody"}),
    "uncite": ("DELETE", "/citations/1", None),
    "link": ("POST", "/links", {"predicate": "drawn_from", "target": "F-1"}),
    "unlink": ("DELETE", "/links/1", None),
    "tag": ("POST", "/tags", {"name": "x"}),
    "untag": ("DELETE", "/tags/x", None),
    "theme": ("POST", "/themes", {"theme": "early"}),
    "untheme": ("DELETE", "/themes/early", None),
    "uptake": ("POST", "/uptake", {"claim": "accepted", "date": "2001-02-03", "claimed_by": "A",
                                   "url": "https://a.example"}),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_names_the_version_that_was_read(
    what: str, writer: Program, reader: User
) -> None:
    make_report(slug="r"), make_theme(slug="early")
    record = cite(make_record())
    record.title = "Newer"
    curation.save_record(record, by=None)
    method, path, body = CHANGES[what]
    path = f"records/{record.code}{path}"
    assert problem(writer.ask(method, path, body))[0] == 428
    assert problem(writer.ask(method, path, body, If_Match='W/"x"'))[0] == 400
    assert problem(writer.change(method, path, 1, body))[0] == 412
    assert problem(Program().change(method, path, 2, body))[0] == 401
    assert problem(Program(reader).change(method, path, 2, body))[0] == 403


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**NEW, "colour": "red"}, "/colour"),
        ({**NEW, "title": 1}, "/title"),
        ({**NEW, "title": "a\0b"}, "/title"),
        ({**NEW, "title": "\ud800"}, "/title"),
        ({**NEW, "year_from": "1994"}, "/year_from"),
        ({**NEW, "kind": "x"}, "/kind"),
        ({**NEW, "themes": ["nowhere"]}, "/themes"),
        ({**NEW, "year_from": 2000, "year_to": 1999}, ""),
        ({**NEW, "consequence": "x"}, ""),  # of failures alone
        ({key: value for key, value in NEW.items() if key != "statement"}, "/statement"),
    ],
)
def test_a_body_that_is_refused_says_where(body: Any, pointer: str, writer: Program) -> None:
    response = writer.ask("POST", "records", body)
    assert problem(response)[0] == 422
    assert pointer in [one["pointer"] for one in response.json()["errors"]]
    assert not Record.objects.exists()


def test_a_draft_with_a_wrong_quotation_is_not_made(writer: Program) -> None:
    make_report(slug="r")
    citation = {"report": "r", "passage": 1, "quotation": "Words that nobody wrote"}
    assert problem(writer.ask("POST", "records", {**NEW, "citation": citation}))[0] == 422
    assert not Record.objects.exists()


def test_the_rules_of_the_house_hold_here_too(writer: Program, reviewer: User) -> None:
    bare, published = make_record(), make_published()
    submitted = writer.change("POST", f"records/{bare.code}/steps", 1, {"step": "submit"})
    assert problem(submitted)[0] == 422
    edited = writer.change("PATCH", f"records/{published.code}", 3, {"title": "x"})
    assert problem(edited) == (403, "Published records are changed by a reviewer.")
    twice = Program(reviewer).change(
        "POST", f"records/{published.code}/steps", 3, {"step": "publish"}
    )
    assert problem(twice)[0] == 409


def test_what_is_sent_must_be_json(writer: Program) -> None:
    form = writer.ask(
        "POST", "records", b"title=x", Content_Type="application/x-www-form-urlencoded"
    )
    assert problem(form)[0] == 415
    assert problem(writer.ask("POST", "records", b"{"))[0] == 400
    assert problem(writer.ask("POST", "records", b"[]"))[0] == 422
    assert problem(writer.ask("PUT", "records", NEW))[0] == 405
    assert writer.ask("PUT", "records", NEW)["Allow"] == "GET, HEAD, OPTIONS, POST"
