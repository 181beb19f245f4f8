"""What is found first, on the records a new Hindsight starts with."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from lessons.importers import seeds
from lessons.models import Kind
from lessons.search import Filters, Found
from tests.factories import make_published
from tests.search.corpus import shown

pytestmark = pytest.mark.django_db

ANYONE = AnonymousUser()
FIRST = 3  # places
# Sentences as a memo has them, and the record that says the same.
MEMOS = {
    "We should not let power politics blind us to our duty.": "realpolitik-must-not-blind",
    "Before drawing any lessons we have to find out who made mistakes and what went wrong.": (
        "identify-what-went-wrong-first"
    ),
    "An inquiry can establish the facts without pointing fingers or accusing anybody.": (
        "inquire-without-accusing"
    ),
    "The people concerned, Rwandan civil society, carry the main responsibility for their own "
    "future.": "local-primary-responsibility",
    "Outsiders who intervene may make matters worse rather than better.": (
        "outsiders-can-worsen-things"
    ),
    "Without some justice for those guilty of genocide there will be no peace.": (
        "some-retributive-justice"
    ),
    "If both sides keep accusing each other, reconciliation and rebuilding are impossible.": (
        "eternal-accusation-bars-reconciliation"
    ),
    "Headquarters should not send yet another visitor to bother staff working on the ground.": (
        "spare-field-workers-another-visitor"
    ),
    "If you cannot travel, interview people who were in Rwanda at the time.": (
        "ask-those-who-were-there"
    ),
    "Decisions were taken in New York and Geneva, so that is where we should look for lessons.": (
        "look-where-decisions-were-taken"
    ),
    "We learn best from our mistakes, and Rwanda was the worst of failures.": (
        "mistakes-teach-best"
    ),
    "Nobody can rescue a people from itself.": "limits-of-outside-rescue",
    "Donors must stop defending client regimes whatever their human rights record.": (
        "no-blind-defence-of-client-regimes"
    ),
    "We need the capacity to intervene quickly but responsibly.": (
        "capacity-for-responsible-rapid-intervention"
    ),
    "“Listen to the victims’ advice”, the minister said in the House – we agree.": (
        "heed-victims-advice"
    ),
    "State collapse and repression are warning signs that should trigger early action.": (
        "read-breakdown-as-warning"
    ),
}
WORDS = {
    "realpolitik": "realpolitik-must-not-blind",
    "retributive justice": "some-retributive-justice",
    "Larose-Edwards": "paul-larose-edwards",
    "larose-edwrds": "paul-larose-edwards",
    "Unted Nations": "united-nations",
    "U.N.": "united-nations",
    "l'ONU": "united-nations",
    "warlrods": "warlords-and-anarchy",
}


@pytest.fixture
def seeded():
    seeds.load(Path(settings.BASE_DIR) / "seeds")


def first(text: str, user=ANYONE) -> list[str]:
    """Return the keys of what is found first for ``text``."""
    found = Found(Filters(q=text, status=("draft", "in_review", "published")), user)
    return [record.identifier.rpartition("/")[2] for record in shown(found, 0, FIRST)]


def test_a_sentence_of_a_memo_finds_the_record_that_says_the_same(seeded, analyst):
    missed = {text: first(text, analyst) for text, key in MEMOS.items()}
    assert {t: f for t, f in missed.items() if MEMOS[t] not in f} == {}


def test_words_and_names_find_their_record_even_misspelt(seeded, analyst):
    missed = {text: first(text, analyst) for text in WORDS}
    assert {t: f for t, f in missed.items() if WORDS[t] not in f} == {}


def test_a_french_sentence_finds_the_french_record():
    said = {"language": "fr", "statement": "Les régimes clients ne doivent pas être défendus."}
    meant = make_published(title="Ne pas défendre les régimes clients", **said)
    for number in range(4):
        make_published(title=f"Alerter à temps les États membres {number}", language="fr")
    asked = "Qu'avons-nous appris ? Il ne fallait pas défendre un régime client, dit l’ONU."
    assert shown(Found(Filters(q=asked), ANYONE), 0, 1) == [meant]


def test_an_actor_comes_before_the_records_that_speak_of_it():
    for number in range(4):
        make_published(title=f"Warning {number}", statement="The United Nations were warned.")
    actor = make_published(Kind.ACTOR, title="United Nations", aliases=["UN", "ONU"])
    for text in ("United Nations", "united nat", "U.N.", "l'ONU"):
        assert shown(Found(Filters(q=text), ANYONE), 0, 1) == [actor], text


def test_few_hits_with_all_the_words_are_followed_by_those_with_a_part_of_them():
    both = make_published(title="Mandates before deployment")
    part = make_published(title="A mandate of its own")
    found = Found(Filters(q="mandate deployment"), ANYONE)
    assert found.relaxed
    assert shown(found, 0, 2) == [both, part]


def test_enough_hits_with_all_the_words_are_all_there_is():
    for number in range(3):
        make_published(title=f"Mandates before deployment {number}")
    make_published(title="A mandate of its own")
    found = Found(Filters(q="mandate deployment"), ANYONE)
    assert (found.relaxed, found.total) == (False, 3)
