"""The pages of things lead to the insights narrowed to them."""

import pytest
from django.test import Client

from lessons.models import Kind, Link
from tests.factories import make_published, make_theme

pytestmark = pytest.mark.django_db


def test_themes_reports_and_actors_lead_to_the_insights_narrowed_to_them(client: Client) -> None:
    theme = make_theme()
    actor = make_published(Kind.ACTOR, themes=[theme])
    report = actor.citations.get().passage.report
    for address, query in (
        (theme.get_absolute_url(), f"theme={theme.slug}"),
        (report.get_absolute_url(), f"report={report.slug}"),
        (actor.get_absolute_url(), f"actor={actor.code}"),
    ):
        page = client.get(address).content.decode()
        for name in ("chain", "recurrence", "uptake", "time"):
            assert f'href="/insights/{name}/?{query}"' in page
            assert client.get(f"/insights/{name}/?{query}").status_code == 200
    page = client.get(report.get_absolute_url()).content.decode()
    assert f"/insights/compare/?report={report.slug}" in page


def test_a_record_leads_to_its_chain_if_it_has_one(client: Client) -> None:
    actor, failure = make_published(Kind.ACTOR), make_published(Kind.FAILURE)
    lead = f"/insights/chain/?focus={failure.code}"
    assert lead not in client.get(failure.get_absolute_url()).content.decode()
    Link.objects.create(source=actor, predicate="failed_in", target=failure)
    assert lead in client.get(failure.get_absolute_url()).content.decode()
