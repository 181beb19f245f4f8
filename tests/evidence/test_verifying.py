"""``manage.py verify_evidence``: whatever is wrong is named, and the command fails."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Role
from lessons import evidence, merging
from lessons.models import Citation, Passage, Record, Report
from tests.factories import cite, make_many, make_published, make_record, make_report, make_user

pytestmark = pytest.mark.django_db


def verify(*options: str) -> tuple[str, str]:
    """Return what the command prints, and why it failed (nothing if it did not)."""
    out = io.StringIO()
    try:
        call_command("verify_evidence", *options, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


@contextmanager
def unguarded() -> Iterator[None]:
    """Write past the guards of the database, and take it back afterwards."""
    with pgtrigger.ignore(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_where_all_citations_hold_it_says_how_many() -> None:
    make_published()
    cite(make_record())
    assert verify() == ("2 citations: 0 fail, 0 are lost.\n", "")


def test_an_empty_base_is_in_order() -> None:
    assert verify() == ("0 citations: 0 fail, 0 are lost.\n", "")


def test_what_is_lost_is_listed_and_is_no_failure() -> None:
    report = make_report(slug="r")
    record = cite(make_record(), report.passages.get(ordinal=2))
    evidence.retext(report, [evidence.PassageText("New.")], by=None, reason="Read anew.")
    printed, failure = verify()
    assert printed == (
        f"lost: {record.code} r ¶ 2 (text version 1): it is not found in the text that is read\n"
        "1 citations: 0 fail, 1 are lost.\n"
    )
    assert failure == ""


def change_words(citation: Citation) -> None:
    Citation.objects.update(exact="Other words")


def change_place(citation: Citation) -> None:
    Citation.objects.update(start=1)


def change_end(citation: Citation) -> None:
    Citation.objects.update(end=9_999)


def change_hash(citation: Citation) -> None:
    Citation.objects.update(text_sha256="0" * 64)


def change_passage(citation: Citation) -> None:
    Passage.objects.filter(pk=citation.passage_id).update(text="Changed past all guards.")


def replace_text(citation: Citation) -> None:
    Report.objects.update(text_version=2)


def lose_the_last(citation: Citation) -> None:
    Citation.objects.update(state="lost")


BREAKING = {
    change_words: "the quotation does not stand between its start and end",
    change_place: "the quotation does not stand between its start and end",
    change_end: "the quotation does not stand between its start and end",
    change_hash: "the text of the passage is not the one that was quoted",
    change_passage: "the text of the passage is not the one that was quoted",
    replace_text: "its text was replaced by version 2",
    lose_the_last: "it is published without a citation that holds",
}


@pytest.mark.parametrize("break_it", BREAKING, ids=lambda one: one.__name__)
def test_what_fails_is_named_and_the_command_fails(break_it: Any) -> None:
    record = make_published()
    citation = record.citations.get()
    with unguarded():
        break_it(citation)
        printed, failure = verify()
    assert f"FAILS: {record.code}" in printed
    assert BREAKING[break_it] in printed
    assert failure == "1 findings break what the knowledge base promises."


def test_a_lost_citation_whose_words_are_gone_fails_too() -> None:
    citation = cite(make_record()).citations.get()
    with unguarded():
        Citation.objects.update(state="lost", exact="Other words")
        assert f"FAILS: {citation.record.code}" in verify()[0]


def test_one_report_is_verified_alone() -> None:
    good, bad = make_report(slug="good"), make_report(slug="bad")
    for report in (good, bad):
        make_published(passage=report.passages.get(ordinal=1))
    with unguarded():
        Citation.objects.filter(passage__report=bad).update(state="lost")
        assert verify("--report", "good") == ("1 citations: 0 fail, 0 are lost.\n", "")
        assert "FAILS" in verify("--report", "bad")[0]
    assert verify("--report", "none") == ("", "There is no report “none”.")


def test_programs_read_one_json_document() -> None:
    record = make_published(passage=make_report(slug="r").passages.get(ordinal=1))
    assert json.loads(verify("--json")[0]) == {
        "findings": [], "checked": 1, "failed": 0, "lost": 0,
    }  # fmt: skip
    with unguarded():
        Citation.objects.update(state="lost")
        printed, failure = verify("--json")
    told = json.loads(printed)
    assert failure
    assert (told["checked"], told["failed"], told["lost"]) == (1, 1, 1)
    lost, unsupported = told["findings"]
    assert (lost["record"], lost["report"], lost["passage"], lost["lost"]) == (
        record.code, "r", 1, True,
    )  # fmt: skip
    assert lost["citation"] == record.citations.get().pk
    assert (unsupported["record"], unsupported["lost"]) == (record.code, False)


def test_a_published_record_without_any_citation_fails() -> None:
    with unguarded():
        record = Record.objects.get(pk=make_published().pk)
        record.citations.all().delete()
        printed, failure = verify()
    assert f"FAILS: {record.code}: it is published without a citation that holds" in printed
    assert failure


def test_a_record_that_was_merged_needs_no_citation_of_its_own() -> None:
    reviewer = make_user(Role.REVIEWER)
    merging.merge(make_published(), make_published(), by=reviewer)
    assert verify() == ("2 citations: 0 fail, 0 are lost.\n", "")


def test_memory_stays_flat_however_many_citations_there_are() -> None:
    passage = make_report(("Word. " * 100,)).passages.get()
    peaks = []
    for number in (2_000, 4_000):
        make_many(number, passage)
        tracemalloc.start()
        verify()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]
