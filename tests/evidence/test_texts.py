"""The verbs of texts: a report's text is replaced, and its citations follow or are lost."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from lessons import curation, evidence
from lessons.evidence import PassageText, Reanchored
from lessons.models import Citation, Passage, Record, Report
from tests.evidence import refusal
from tests.factories import TEXT, cite, make_record, make_report
from tests.models import commit_checks

pytestmark = pytest.mark.django_db


def quoting(report: Report, quotation: str, *, published: bool = False) -> Citation:
    """Return the citation of a new record that rests on ``quotation``."""
    record = make_record()
    passage = next(one for one in report.passages.current() if quotation in one.text)
    citation = evidence.cite(record, passage, quotation, by=None)
    if published:
        curation.publish(curation.submit(record, by=None), by=None)
    return citation


def retext(report: Report, *texts: str, by: User | None = None) -> Reanchored:
    passages = [PassageText(text) for text in texts]
    outcome = evidence.retext(report, passages, by=by, reason="Read anew.")
    commit_checks()
    return outcome


def as_it_stands(citation: Citation) -> tuple[str, int, int, str]:
    citation.refresh_from_db()
    passage = citation.passage
    return citation.state, passage.text_version, passage.ordinal, citation.exact


def test_a_quotation_that_stands_once_moves_to_the_new_text(analyst):
    report = make_report()
    citation = quoting(report, "was warned in January")
    outcome = retext(report, "New.", "In it the mission was\nwarned in Jan-\nuary.", by=analyst)
    assert as_it_stands(citation) == ("moved", 2, 2, "was\nwarned in Jan-\nuary")
    assert (citation.prefix, citation.suffix) == ("In it the mission ", ".")
    assert evidence.holds(citation)
    assert outcome == Reanchored(2, [citation], [], [])
    assert report.text_version == Report.objects.get().text_version == 2


def test_what_is_not_found_stays_with_the_old_text_and_is_lost():
    report = make_report()
    citation = quoting(report, "was warned in January")
    outcome = retext(report, "The mission was told in January.")
    assert as_it_stands(citation) == ("lost", 1, 1, "was warned in January")
    assert citation.passage.text == TEXT[0]
    assert outcome == Reanchored(2, [], [citation], [])


def test_a_published_record_that_keeps_a_citation_stays_published():
    report = make_report()
    citation = quoting(report, "was warned in January", published=True)
    cite(citation.record)
    outcome = retext(report, "Nothing of it.")
    assert (outcome.lost, outcome.sent_back) == ([citation], [])
    assert Record.objects.get(pk=citation.record_id).status == "published"


def test_a_published_record_that_rests_on_nothing_any_more_goes_back_to_review(reviewer):
    report = make_report()
    citation = quoting(report, "was warned in January", published=True)
    version = citation.record.version
    outcome = retext(report, "Nothing of it.", by=reviewer)
    assert outcome.sent_back == [citation.record]
    record = Record.objects.get(pk=citation.record_id)
    assert (record.status, record.version) == ("in_review", version + 1)
    event = Record.pgh_event_model.objects.filter(pgh_obj=record).latest("pgh_id")
    told = event.pgh_context.metadata
    assert (told["verb"], told["user"]) == ("recall", reviewer.pk)
    assert told["reason"] == (
        f"Its quotation is no longer found in text version 2 of “{report.title}”."
    )


def test_the_way_back_is_to_resolve_and_to_publish():
    report = make_report()
    citation = quoting(report, "was warned in January", published=True)
    retext(report, "The mission was told in January.")
    evidence.resolve(citation, report.passages.current().get(), "was told", by=None)
    curation.publish(Record.objects.get(), by=None)
    commit_checks()
    assert as_it_stands(citation) == ("verified", 2, 1, "was told")


def test_all_that_one_replacement_writes_is_one_act():
    report = make_report()
    moved, lost = quoting(report, "Nobody"), quoting(report, "was warned", published=True)
    retext(report, "Nobody acted.")
    rows = (moved, lost, lost.record, report)
    events = [
        type(row).pgh_event_model.objects.filter(pgh_obj=row).latest("pgh_id") for row in rows
    ]
    acts = {event.pgh_context.metadata["act"] for event in events}
    assert len(acts) == 1
    reasons = [event.pgh_context.metadata["reason"] for event in events]
    assert reasons[0] == reasons[3] == "Read anew."


def test_what_was_lost_is_found_again_in_a_better_text():
    report = make_report()
    citation = quoting(report, "was warned in January")
    retext(report, "Badly read.")
    outcome = retext(report, *TEXT, "And more.")
    assert as_it_stands(citation) == ("moved", 3, 1, "was warned in January")
    assert outcome.moved == [citation]


def test_what_is_still_lost_is_not_told_again():
    report = make_report()
    citation = quoting(report, "was warned in January")
    retext(report, "Badly read.")
    assert retext(report, "Badly read again.") == Reanchored(3, [], [], [])
    assert as_it_stands(citation)[:2] == ("lost", 1)


def test_no_record_comes_to_cite_the_same_words_twice():
    report = make_report(("It was cut.",))
    lost = quoting(report, "It was cut")
    retext(report, "It was cut. So.", "It was cut. No.")
    chosen = evidence.cite(lost.record, report.passages.current()[0], "It was cut", by=None)
    outcome = retext(report, "It was cut. So.")
    assert (outcome.moved, outcome.lost) == ([chosen], [])
    assert as_it_stands(lost)[:2] == ("lost", 1)


def test_an_undone_replacement_leaves_no_number_that_is_used_again():
    report = make_report(("One.",))
    retext(report, "Two.")
    Report.objects.update(text_version=1)
    report.refresh_from_db()
    assert retext(report, "Three.").text_version == 3


REFUSED = {
    "no_reason": ([PassageText("New.")], " "),
    "no_text": ([], "Read anew."),
    "unchanged": ([PassageText(text) for text in TEXT], "Read anew."),
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_replacement_that_says_nothing_is_refused(code):
    passages, reason = REFUSED[code]
    report = make_report()
    assert refusal(evidence.retext, report, passages, by=None, reason=reason).code == code
    assert Report.objects.get().text_version == 1


def test_an_empty_passage_is_refused():
    passages = [PassageText("One."), PassageText(" \n")]
    assert refusal(evidence.retext, make_report(), passages, by=None, reason="A").code == "no_text"


def test_readers_replace_no_text(reader):
    with pytest.raises(PermissionDenied):
        retext(make_report(), "New.", by=reader)


def test_an_analyst_replaces_no_text_that_published_records_would_lose_words_of(analyst, reviewer):
    report = make_report()
    citation = quoting(report, "was warned", published=True)
    cite(citation.record)
    with pytest.raises(PermissionDenied, match="A published record would lose 1 citation"):
        retext(report, "Nothing of it.", by=analyst)
    assert as_it_stands(citation)[:2] == ("verified", 1)
    retext(report, "It was warned.", by=analyst)
    assert as_it_stands(citation)[:2] == ("moved", 2)
    retext(report, "Nothing of it.", by=reviewer)
    assert as_it_stands(citation)[:2] == ("lost", 2)


def test_what_a_replacement_would_do_is_told_without_doing_it():
    report = make_report()
    citation = quoting(report, "was warned in January", published=True)
    passages = [PassageText("Nothing of it.")]
    outcome = evidence.foresee(evidence.retext, report, passages, by=None, reason="Read anew.")
    assert (outcome.lost, outcome.sent_back) == ([citation], [citation.record])
    assert as_it_stands(citation)[:2] == ("verified", 1)
    assert Record.objects.get().status == "published"
    assert Passage.objects.filter(text_version=2).count() == 0


def test_one_passage_is_corrected_and_the_others_keep_their_citations():
    # The same words stand in several passages, which alone would make them lost.
    report = make_report(("It was cut.", "It was cat.", "It was cut."))
    first, third = quoting(report, "was cut"), make_record()
    wrong = quoting(report, "was cat")
    kept = evidence.cite(third, report.passages.get(ordinal=3), "was cut", by=None)
    passage = report.passages.get(ordinal=2)
    outcome = evidence.correct_passage(
        passage, by=None, reason="A typing error.", text="It was cut."
    )
    commit_checks()
    assert as_it_stands(first) == ("moved", 2, 1, "was cut")
    assert as_it_stands(kept) == ("moved", 2, 3, "was cut")
    assert as_it_stands(wrong) == ("lost", 1, 2, "was cat")
    assert (outcome.moved, outcome.lost) == ([first, kept], [wrong])


def test_words_that_stay_in_a_corrected_passage_stay_cited():
    report = make_report(("It was cut in may.", "It was cut."))
    citation = quoting(report, "was cut")
    passage = report.passages.get(ordinal=1)
    evidence.correct_passage(passage, by=None, reason="A", text="And it was cut in May.")
    assert as_it_stands(citation) == ("moved", 2, 1, "was cut")


def test_where_a_passage_stands_is_corrected_too():
    report = make_report(("One.", "Two."))
    where = {"page": 7, "page_label": "v", "section_path": ["1 Introduction"]}
    evidence.correct_passage(report.passages.get(ordinal=2), by=None, reason="Seen.", **where)
    report.refresh_from_db()
    one, two = report.passages.current()
    assert (two.text, two.page, two.page_label, two.section_path) == (
        "Two.", 7, "v", ["1 Introduction"],
    )  # fmt: skip
    assert (one.page, one.page_label) == (None, "")


def test_a_text_that_was_replaced_is_neither_corrected_nor_cited():
    report = make_report()
    old = report.passages.get(ordinal=1)
    lost = quoting(report, "Nobody")
    retext(report, "New.")
    verbs = [
        lambda: evidence.correct_passage(old, by=None, reason="A", text="Other."),
        lambda: evidence.cite(make_record(), old, "was warned", by=None),
        lambda: evidence.resolve(lost, old, "was warned", by=None),
    ]
    assert [refusal(verb).code for verb in verbs] == ["superseded"] * 3


def test_citations_are_found_again_in_few_queries_however_many_there_are():
    counts = []
    for number in (2, 8):
        report = make_report(tuple(f"Passage {n} says so." for n in range(number)))
        for n in range(number):
            quoting(report, f"Passage {n}", published=n % 2 == 0)
        texts = [
            PassageText(f"Passage {n} says it, or." if n % 2 else "So.") for n in range(number)
        ]
        with CaptureQueriesContext(connection) as asked:
            outcome = evidence.retext(report, texts, by=None, reason="Read anew.")
        counts.append(len(asked))
        assert (len(outcome.moved), len(outcome.sent_back)) == (number // 2, number // 2)
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_nobody_cites_a_text_while_it_is_replaced():
    report, record = make_report(), make_record()
    old = report.passages.get(ordinal=1)
    replacing, told = threading.Event(), []

    def cite_the_old() -> None:
        replacing.wait(5)
        try:
            told.append(refusal(evidence.cite, record, old, "was warned", by=None).code)
        finally:
            connection.close()

    other = threading.Thread(target=cite_the_old)
    other.start()
    with transaction.atomic():
        evidence.retext(report, [PassageText("New.")], by=None, reason="Read anew.")
        replacing.set()
        other.join(0.5)  # it waits for our lock
        assert other.is_alive()
    other.join(5)
    assert told == ["superseded"]
