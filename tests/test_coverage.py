"""Coverage: who has read what, and how much of a report is left."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from lessons import coverage, evidence, merging
from lessons.coverage import Coverage
from lessons.models import Citation, Kind, PassageReading, Report
from tests.factories import cite, make_record, make_report, make_user
from tests.models import refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> Report:
    return make_report(("One.", "Two.", "Three.", "Four.", "Five."))


def of(report: Report) -> Coverage:
    return coverage.coverage(report).get(report.pk, Coverage())


def passage(report: Report, ordinal: int):
    return report.passages.get(ordinal=ordinal)


def test_each_passage_counts_once_the_strongest_state_first(report: Report, analyst: User) -> None:
    cite(make_record(), passage(report, 1))
    cite(make_record(Kind.FAILURE), passage(report, 1))
    coverage.mark_read([passage(report, 1), passage(report, 2)], "read", by=analyst)
    coverage.mark_read([passage(report, 3)], "empty", by=analyst)
    other = make_user()
    coverage.mark_read([passage(report, 2)], "empty", by=other)
    found = of(report)
    assert found == Coverage(cited=1, read=1, empty=1, left=2)
    assert (found.total, found.done, found.percent) == (5, 3, 60)


def test_a_report_without_text_has_no_coverage() -> None:
    empty = make_report(())
    assert of(empty) == Coverage()
    assert of(empty).percent == 0


def test_all_reports_are_counted_apart(report: Report, analyst: User) -> None:
    other = make_report()
    coverage.mark_read([passage(report, 1)], "read", by=analyst)
    assert coverage.coverage() == {
        report.pk: Coverage(read=1, left=4),
        other.pk: Coverage(left=3),
    }


def test_a_lost_quotation_covers_nothing_and_that_of_a_merged_record_is_its_survivors(
    report: Report,
) -> None:
    cite(make_record(), passage(report, 1))
    Citation.objects.update(state="lost")
    merged = cite(make_record(), passage(report, 2))
    merging.merge(make_record(), merged, by=None)
    assert of(report) == Coverage(cited=1, left=4)


def test_only_the_text_that_is_read_today_counts(report: Report, analyst: User) -> None:
    coverage.mark_read(report.passages.all(), "read", by=analyst)
    report.passages.create(ordinal=1, text_version=2, text="New.")
    report.text_version = 2
    report.save()
    assert of(report) == Coverage(left=1)


def test_a_later_mark_of_the_same_person_replaces_the_earlier(
    report: Report, analyst: User
) -> None:
    coverage.mark_read([passage(report, 1)], "read", by=analyst)
    coverage.mark_read([passage(report, 1)], "empty", by=analyst)
    assert PassageReading.objects.get().state == "empty"


def test_what_is_taken_back_is_ones_own_alone(report: Report, analyst: User) -> None:
    other = make_user()
    for person in (analyst, other):
        coverage.mark_read([passage(report, 1)], "read", by=person)
    coverage.unmark([passage(report, 1)], by=analyst)
    assert PassageReading.objects.get().reader == other


@pytest.mark.parametrize("state", ["", "cited", "unread"])
def test_an_unknown_state_is_refused(state: str, report: Report, analyst: User) -> None:
    with pytest.raises(ValidationError):
        coverage.mark_read([passage(report, 1)], state, by=analyst)
    with refused_by("reading_state_is_known"):
        PassageReading.objects.create(
            passage=passage(report, 1), reader=analyst, state=state, at="2026-01-01T00:00Z"
        )


def test_a_reader_marks_nothing_and_the_console_reads_nothing(report: Report, reader: User) -> None:
    for verb in (
        lambda by: coverage.mark_read([passage(report, 1)], "read", by=by),
        lambda by: coverage.unmark([passage(report, 1)], by=by),
    ):
        with pytest.raises(PermissionDenied):
            verb(reader)
    with pytest.raises(ValidationError):
        coverage.mark_read([passage(report, 1)], "read", by=None)


def test_marks_are_in_the_history_with_who_made_them(report: Report, analyst: User) -> None:
    coverage.mark_read([passage(report, 1)], "read", by=analyst)
    coverage.unmark([passage(report, 1)], by=analyst)
    events = PassageReading.pgh_event_model.objects.order_by("pgh_id").select_related("pgh_context")
    told = [(e.pgh_label, e.pgh_context.metadata["verb"]) for e in events]
    assert told == [("insert", "read"), ("delete", "unread")]
    assert {e.pgh_context.metadata["user"] for e in events} == {analyst.pk}


def test_what_was_read_stays_read_in_a_new_text_with_the_same_words(
    report: Report, analyst: User
) -> None:
    coverage.mark_read([passage(report, 1), passage(report, 2)], "read", by=analyst)
    coverage.mark_read([passage(report, 3)], "empty", by=analyst)
    evidence.correct_passage(passage(report, 2), by=analyst, reason="A slip.", text="Two, now.")
    report.refresh_from_db()
    assert of(report) == Coverage(read=1, empty=1, left=3)
