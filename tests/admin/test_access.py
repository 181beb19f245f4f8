"""Who may read a report, said in its form in the admin."""

import pytest
from django.forms import model_to_dict
from django.test import Client

from accounts.models import User
from lessons.forms.reports import ReportForm
from lessons.models import Access, Report
from tests.admin import client_of, errors_of
from tests.factories import make_published, make_report

FIELDS = ReportForm.Meta.fields
pytestmark = pytest.mark.django_db


@pytest.fixture
def report(db: None) -> Report:
    return make_report(["It was late."], slug="r", title="As it was")


def save(desk: Client, report: Report, **changes: str) -> str:
    """Send the form; return what is wrong with ``access``."""
    was = {name: value for name, value in model_to_dict(report, FIELDS).items() if value}
    sent = {**was, "authors": "", "countries": [], **changes}
    response = desk.post(f"/admin/lessons/report/{report.pk}/change/", sent)
    wrong = [] if response.status_code == 302 else errors_of(response).pop("access")
    report.refresh_from_db()
    return " ".join(wrong)


def test_an_analyst_restricts_what_no_published_record_rests_on(
    analyst: User, report: Report
) -> None:
    assert not save(client_of(analyst), report, access="restricted", title="Now")
    assert (report.access, report.title) == (Access.RESTRICTED, "Now")


def test_what_published_records_rest_on_needs_a_reviewer_and_nothing_is_saved_without(
    analyst: User, reviewer: User, report: Report
) -> None:
    make_published(passage=report.passages.get())
    events = Report.pgh_event_model.objects  # type: ignore[attr-defined]
    before = events.count()
    told = save(client_of(analyst), report, access="restricted", title="Now")
    assert "a reviewer says who may read it" in told
    assert (report.access, report.title) == (Access.PUBLIC, "As it was")
    assert events.count() == before
    assert not save(client_of(analyst), report, title="Now")
    assert not save(client_of(reviewer), report, access="restricted")
    assert (report.access, report.title) == (Access.RESTRICTED, "Now")
