"""The filters of the admin's tables ask what the desk asks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from lessons import curation, reviewing
from lessons.models import Kind, Record
from lessons.models.desk import QUALITIES
from tests.admin import client_of
from tests.factories import cite, make_published, make_record, make_theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything() -> None:
    actor, failure = make_published(Kind.ACTOR), make_published(Kind.FAILURE)
    curation.link(actor, "failed_in", failure, by=None)
    make_published(Kind.FAILURE, themes=[make_theme()])
    cite(make_record(Kind.FAILURE)).citations.update(state="lost")
    make_record(origin="inferred")
    waiting = curation.submit(cite(make_record(Kind.FAILURE)), by=None)
    long_ago = timezone.now() - timedelta(days=15)
    Record.objects.filter(pk=waiting.pk).update(submitted_at=long_ago)


@pytest.mark.parametrize("table", ["record", "failure"])
@pytest.mark.parametrize("quality", QUALITIES)
def test_a_weakness_is_found_there_as_at_the_desk(
    quality: str, table: str, everything: None, reviewer: User
) -> None:
    page = client_of(reviewer).get(f"/admin/lessons/{table}/?quality={quality}")
    expected = Record.objects.lacking(quality)
    if table != "record":
        expected = expected.filter(kind=table)
    found = {record.pk for record in page.context["cl"].result_list}
    assert found == {record.pk for record in expected}
    assert found


def test_what_is_assigned_to_somebody_is_found(everything: None, reviewer: User) -> None:
    record = Record.objects.filter(kind=Kind.FAILURE).latest("pk")
    reviewing.assign(record, reviewer, by=None)
    page = client_of(reviewer).get(f"/admin/lessons/failure/?assigned_to__id__exact={reviewer.pk}")
    assert [one.pk for one in page.context["cl"].result_list] == [record.pk]
