"""Each number of the matrix is that of the list it leads to."""

import random
import re
from html import unescape

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from lessons.insights.matrix import ACROSS, MOST, matrix
from lessons.models import Kind, Link
from lessons.search import Filters, Found
from tests.factories import make_published, make_record, make_theme
from tests.search.corpus import make_corpus

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def test_each_number_is_that_of_the_list_it_leads_to() -> None:
    make_corpus(random.Random(1))
    for across in ACROSS:
        laid = matrix(Found(Filters(), VISITOR), across)
        assert laid.lines
        assert len(laid.columns) <= MOST
        for cell in (cell for line in laid.lines for cell in line.cells):
            assert Found(Filters.from_string(cell.query), VISITOR).total == cell.count, across


def test_chosen_themes_are_laid_out_with_those_below_them() -> None:
    top, other = make_theme(notation="1"), make_theme(notation="2")
    below = make_theme(notation="1.1", broader=top)
    make_published(themes=[below, other])
    laid = matrix(Found(Filters(theme=(top.slug,)), VISITOR), "kind")
    assert [line.theme.value for line in laid.lines] == [top.slug, below.slug]


def test_the_page_leads_to_the_lists(client: Client) -> None:
    theme, actor = make_theme(), make_published(Kind.ACTOR)
    failure = make_published(Kind.FAILURE, themes=[theme])
    Link.objects.create(source=actor, predicate="failed_in", target=failure)
    make_record(themes=[theme])
    page = client.get("/insights/matrix/").content.decode()
    link = next(one for one in re.findall(r'href="([^"]+)">1</a>', page) if "actor" in one)
    assert failure.title in client.get(unescape(link)).content.decode()


def test_what_themes_cannot_be_laid_against_is_refused(client: Client) -> None:
    response = client.get("/insights/matrix/?across=colour")
    assert response.status_code == 400
    assert "across" in response.content.decode()


def test_narrowing_keeps_what_themes_are_laid_against(client: Client) -> None:
    make_published(Kind.FAILURE, themes=[make_theme()], phase="warning")
    page = client.get("/insights/matrix/?across=phase").content.decode()
    links = [unescape(one) for one in re.findall(r'href="/insights/matrix/\?([^"]+)"', page)]
    narrowed = [one for one in links if "kind=" in one or "theme=" in one]
    assert narrowed
    assert all("across=phase" in one for one in narrowed)
