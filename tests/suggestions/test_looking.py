"""Looking for suggestions: what is proposed, what stays decided, and what plug-ins may do."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from accounts.models import User
from lessons import curation, evidence, suggestions
from lessons.models import Cue, Kind, Record, Report, Suggestion
from lessons.suggesting import Candidate
from tests.factories import cite, make_published, make_record, make_report

pytestmark = pytest.mark.django_db

TEXT = ("It rained. The force failed to act in time.", "The Council should act at once.")


@pytest.fixture(autouse=True)
def cues(db: None) -> None:
    for phrase, kind, use in (
        ("fail*", "failure", "cue"), ("should", "recommendation", "cue"),
        ("council", "actor", "name"), ("finger pointing", "", "silence"),
    ):  # fmt: skip
        suggestions.save_cue(Cue(phrase=phrase, kind=kind, use=use, prior=0.6), by=None)


def looked(report: Report) -> list[tuple[str, str]]:
    suggestions.look(report, by=None)
    return [(one.kind, one.exact) for one in Suggestion.objects.of(report).waiting().as_read()]


FOUND = [("failure", "The force failed to act in time."),
         ("recommendation", "The Council should act at once.")]  # fmt: skip


def test_what_rules_find_waits_and_no_record_is_made(analyst: User) -> None:
    report = make_report(TEXT)
    first = suggestions.look(report, by=analyst)
    assert (first.new, first.waiting, first.warnings) == (2, 2, [])
    assert looked(report) == FOUND
    assert not Record.objects.exists()
    one = Suggestion.objects.get(kind="failure")
    assert (one.cue, one.score, one.passage.text[one.start : one.end]) == ("fail*", 0.6, one.exact)
    assert one.marked == [(False, "The force "), (True, "failed"), (False, " to act in time.")]


def test_looking_again_changes_nothing() -> None:
    report = make_report(TEXT)
    looked(report)
    rows = list(Suggestion.objects.values())
    assert suggestions.look(report, by=None).new == 0
    assert list(Suggestion.objects.values()) == rows


def test_what_was_rejected_stays_so_in_a_new_text_too() -> None:
    report = make_report(TEXT)
    looked(report)
    suggestions.reject(Suggestion.objects.get(kind="failure"), by=None)
    assert looked(report) == FOUND[1:]
    again = ("A new first line.", "The FORCE  failed to act in time!", TEXT[1])
    evidence.retext(report, [evidence.PassageText(one) for one in again], by=None, reason="Read")
    assert not Suggestion.objects.of(report).waiting().exists()
    report.refresh_from_db()
    assert looked(report) == FOUND[1:]
    assert [one.state for one in Suggestion.objects.order_by("pk")] == [
        "rejected", "replaced", "waiting",
    ]  # fmt: skip


def test_what_a_record_of_the_kind_cites_is_not_proposed() -> None:
    report = make_report(TEXT)
    passage = report.passages.get(ordinal=1)
    cite(make_record(Kind.FAILURE), passage, "failed to act")
    cite(make_record(Kind.ACTOR, aliases=["Council"]), report.passages.get(ordinal=2), "Council")
    assert looked(report) == FOUND[1:]


def test_a_cue_that_is_switched_off_proposes_no_more() -> None:
    report = make_report(TEXT)
    looked(report)
    suggestions.switch_cue(Cue.objects.get(phrase="fail*"), by=None, active=False)
    assert looked(report) == FOUND[1:]
    suggestions.switch_cue(Cue.objects.get(phrase="fail*"), by=None, active=True)
    assert looked(report) == FOUND


def test_a_cue_that_is_often_wrong_sinks_and_falls_silent() -> None:
    texts = tuple(f"Force {number} failed to act in time." for number in range(9))
    report = make_report((*texts, *TEXT))
    looked(report)
    for one in Suggestion.objects.filter(cue="fail*").order_by("pk")[:2]:
        suggestions.reject(one, by=None)
    looked(report)
    weak = Suggestion.objects.filter(cue="fail*").waiting()
    assert [one.score for one in weak] == pytest.approx([4 * 0.6 / (2 + 4)] * len(weak))
    assert Suggestion.objects.waiting().strongest_first().first().kind == "recommendation"
    (row,) = suggestions.strengths(list(Cue.objects.filter(phrase="fail*")))
    assert row[1:3] == (0, 2)
    for one in weak[:2]:
        suggestions.reject(one, by=None)
    looked(report)
    assert not Suggestion.objects.filter(cue="fail*").waiting().exists()


def test_the_names_of_actors_are_known_and_the_longest_wins() -> None:
    make_record(Kind.ACTOR, title="World Council", aliases=["World Council of Towns", "WCT"])
    report = make_report(("The World Council of Towns met. The WCT left, as wct.",))
    assert looked(report) == [("actor", "World Council of Towns"), ("actor", "WCT")]


def test_what_is_published_is_shown_to_those_who_may_add_to_it(
    analyst: User, reviewer: User
) -> None:
    make_published(Kind.ACTOR, title="Great Lakes Watch")
    report = make_report(("The Great Lakes Watch met.",))
    looked(report)
    assert not suggestions.open_to(analyst, report).exists()
    assert suggestions.open_to(reviewer, report).count() == 1


def test_only_the_desk_looks(reader: User) -> None:
    with pytest.raises(PermissionDenied):
        suggestions.look(make_report(TEXT), by=reader)


# Plug-ins

STRONGER = Candidate(0, "lesson", 11, 43, "my model", 0.9)


def model(passages: Sequence[Any]) -> Iterator[Candidate]:
    assert passages[0].text == TEXT[0]
    assert passages[0].section_path == []
    yield STRONGER


def broken(passages: Sequence[Any]) -> Iterator[Candidate]:
    yield STRONGER
    raise RuntimeError("no weights")


def beyond(passages: Sequence[Any]) -> Iterator[Candidate]:
    yield Candidate(0, "lesson", 11, 99, "my model", 0.9)


def test_a_model_of_the_installation_proposes_too(settings: Any) -> None:
    settings.SUGGESTERS = [f"{__name__}.model"]
    report = make_report(TEXT)
    assert looked(report) == [("lesson", FOUND[0][1]), FOUND[1]]
    suggestions.reject(Suggestion.objects.get(kind="lesson"), by=None)
    assert looked(report) == FOUND[1:]
    assert looked(make_report(TEXT))[0] == ("lesson", FOUND[0][1])
    assert Suggestion.objects.waiting().filter(cue="my model").get().score == pytest.approx(0.72)


@pytest.mark.parametrize("name", ["broken", "beyond", "missing"])
def test_a_model_that_fails_costs_a_message_only(name: str, settings: Any, caplog: Any) -> None:
    settings.SUGGESTERS = [f"{__name__}.{name}"]
    report = make_report(TEXT)
    (warning,) = suggestions.look(report, by=None).warnings
    assert name in warning
    assert looked(report) == FOUND


# The command


def test_the_command_says_what_it_found(capsys: Any) -> None:
    make_report(TEXT, slug="one")
    call_command("suggest", "one")
    call_command("suggest", "--all")
    assert capsys.readouterr().out == "one: 2 new, 2 waiting\none: 0 new, 2 waiting\n"


@pytest.mark.parametrize("slugs", [["nowhere"], []])
def test_the_command_refuses_what_is_no_report(slugs: list[str]) -> None:
    with pytest.raises(CommandError, match=r"nowhere|--all"):
        call_command("suggest", *slugs)


# Cues


@pytest.mark.parametrize("phrase", ["(a|b)", "…", "^", " "])
def test_a_cue_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(ValidationError):
        suggestions.save_cue(Cue(phrase=phrase, kind="failure"), by=None)


def test_a_cue_stands_once_and_needs_a_kind() -> None:
    for cue in (Cue(phrase="fail*", kind="failure"), Cue(phrase="new")):
        with pytest.raises(ValidationError):
            suggestions.save_cue(cue, by=None)


def test_cues_are_the_desks(analyst: User, reader: User) -> None:
    cue = suggestions.save_cue(Cue(phrase="did...not", kind="failure"), by=analyst)
    assert cue.phrase == "did…not"
    for verb in (suggestions.save_cue, suggestions.discard_cue):
        with pytest.raises(PermissionDenied):
            verb(cue, by=reader)
    suggestions.discard_cue(cue, by=analyst)
    assert not Cue.objects.filter(phrase="did…not").exists()


def test_an_actor_that_was_accepted_is_known_from_then_on(analyst: User) -> None:
    looked(make_report(("The Grand Council of All met.",)))
    record = suggestions.accept(Suggestion.objects.get(), by=analyst)
    assert record.title == "Grand Council of All"
    assert curation.Record.objects.count() == 1
    (one,) = looked(make_report(("Nobody asked the grand council of all.",)))
    assert one == ("actor", "grand council of all")
