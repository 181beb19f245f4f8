"""Did you mean: what is suggested, and that it finds something."""

import pytest
from django.contrib.auth.models import AnonymousUser

from lessons.models import Kind
from lessons.search import Filters, Found
from tests.factories import make_published, make_record

pytestmark = pytest.mark.django_db

ANYONE = AnonymousUser()


def suggested(text: str, **asked) -> str | None:
    return Found(Filters(q=text, **asked), ANYONE).suggestion


@pytest.fixture
def corpus():
    make_published(title="The peacekeeping mandate", statement="Intervention was delayed.")
    make_published(title="Le déni élargi", statement="Génocide annoncé.", language="fr")
    make_published(Kind.ACTOR, title="United Nations", statement="An organization.")
    make_published(Kind.ACTOR, title="Paul LaRose-Edwards", statement="The author.")


MEANT = {
    "mandaet": "mandate",
    "mandte": "mandate",
    "mandaate": "mandate",
    "nandate": "mandate",
    "amndate": "mandate",
    "peecekeepng": "peacekeeping",
    "epacekeeping": "peacekeeping",
    "delaied intervension": "delayed intervention",
    "elrgi": "élargi",
    "genocde": "génocide",
    "Unted Nations": "United Nations",
    "untied natoins": "united nations",
    "Larose-Edwrds": "Larose-Edwards",
    "peacekeepingmandate": "peacekeeping mandate",
    '"mandte"': '"mandate"',
    "mandte -nothing": "mandate -nothing",
}


@pytest.mark.parametrize("text", MEANT)
def test_a_misspelt_word_is_suggested_as_the_corpus_writes_it(corpus, text):
    assert suggested(text) == MEANT[text]


@pytest.mark.parametrize("text", ["mandate", "deni", "interv", "xq", "zzzzzzzz", "-mandte", "1994"])
def test_nothing_is_suggested_for_what_is_found_or_like_nothing(corpus, text):
    assert suggested(text) is None


def test_only_what_finds_something_is_suggested(corpus):
    assert suggested("mandte", kind=("actor",)) is None
    assert suggested("mandte", kind=("lesson",)) == "mandate"


def test_words_of_drafts_are_not_given_away():
    make_record(title="Confidential")
    assert suggested("confidental") is None
