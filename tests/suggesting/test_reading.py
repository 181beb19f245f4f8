"""Rules over passages: which sentences are proposed, as what, and why."""

from dataclasses import dataclass, field

import pytest

from lessons.suggesting import Candidate, Cue, Lexicon, Use, read, strength

CUES = (
    Cue("should", "recommendation", Use.CUE, 0.7),
    Cue("recommend*", "recommendation", Use.CUE, 0.8),
    Cue("devrait", "recommendation", Use.CUE, 0.7),
    Cue("recommandation*", "recommendation", Use.HEADING, 0.7),
    Cue("recommendation*", "recommendation", Use.HEADING, 0.7),
    Cue("finding*", "failure", Use.HEADING, 0.7),
    Cue("fail*", "failure", Use.CUE, 0.6),
    Cue("lack of", "failure", Use.CUE, 0.5),
    Cue("must learn", "lesson", Use.CUE, 0.8),
    Cue("warlords", "actor", Use.CUE, 0.4),
    *(Cue(head, "actor", Use.NAME, 0.6)
      for head in ("administration", "department", "council", "ministère", "ministry")),
    Cue("successes and failures", "", Use.STOP),
    Cue("finger pointing", "", Use.SILENCE),
)  # fmt: skip
KNOWN = ("United Nations", "UN", "United Nations Security Council")


@dataclass(frozen=True)
class Passage:
    text: str
    section_path: tuple[str, ...] = field(default_factory=tuple)


def candidates(*passages: str | Passage) -> list[tuple[Candidate, str]]:
    """Return what is proposed with its words, actors left aside."""
    sources = [one if isinstance(one, Passage) else Passage(one) for one in passages]
    found = read(sources, Lexicon(CUES, KNOWN))
    return [
        (one, sources[one.position].text[one.start : one.end])
        for one in found
        if one.kind != "actor"
    ]


def told(*passages: str | Passage) -> list[tuple[str, str, str]]:
    return [(one.kind, words, one.cue) for one, words in candidates(*passages)]


def actors(*texts: str) -> list[str]:
    found = read([Passage(text) for text in texts], Lexicon(CUES, KNOWN))
    return [texts[one.position][one.start : one.end] for one in found if one.kind == "actor"]


def test_the_sentence_with_the_cue_is_proposed_and_its_cue_marked() -> None:
    text = "It rained. The force failed to act in time. Then it left."
    ((one, words),) = candidates(text)
    assert (one.kind, words, one.cue) == ("failure", "The force failed to act in time.", "fail*")
    assert text[slice(*one.cue_at)] == "failed"
    assert one.score == pytest.approx(0.6)


def test_a_sentence_is_of_the_one_kind_for_which_most_speaks() -> None:
    assert told("We must learn from the failure of the force.") == [
        ("lesson", "We must learn from the failure of the force.", "must learn")
    ]
    ((one, _words),) = candidates("It failed for lack of troops and will.")
    assert one.score == pytest.approx(1 - 0.4 * 0.5)


def test_what_does_not_count_does_not_count() -> None:
    assert told("The role, the successes and failures of all were looked at.") == []
    assert told("The successes and failures of all who failed count.") != []
    assert told("This is no finger pointing at the failures of anyone.") == []


def test_a_heading_speaks_for_what_stands_under_it() -> None:
    under = Passage("Nobody was told of the cable.", ("2 Findings", "2.1 New York"))
    assert told(under) == [("failure", "Nobody was told of the cable.", "finding*")]
    assert told(Passage("Too short.", ("Findings",))) == []
    assert told(Passage("Crew Injuries: 1 Serious Aircraft Damage", ("Findings",))) == []


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        (
            "Recommendation 3. The Council should act at once.",
            "3",
            "The Council should act at once.",
        ),
        ("Recommendation A: Act at once, all of you.", "A", "Act at once, all of you."),
        ("R12 – Act at once, all of you.", "12", "Act at once, all of you."),
        ("4.2 Act at once. Do not wait.", "4.2", "Act at once. Do not wait."),
        ("(iv) Act at once, all of you.", "iv", "Act at once, all of you."),
        ("Act at once, all of you. (A-17-01)", "A-17-01", "Act at once, all of you. (A-17-01)"),
        ("Recommandation n° 7 : Agir sans plus attendre.", "7", "Agir sans plus attendre."),
    ],
)
def test_a_numbered_recommendation_is_one_with_its_number(
    text: str, number: str, words: str
) -> None:
    ((one, found),) = candidates(Passage(text, ("Recommendations",)))
    assert (one.kind, one.number, found) == ("recommendation", number, words)


def test_a_number_alone_makes_no_recommendation_elsewhere() -> None:
    assert told("3. The mission left the town.") == []
    assert told("On page 5 States came forward.") == []


@pytest.mark.parametrize(
    ("passages", "addressee"),
    [
        (["To the Federal Aviation Administration: Require a check of all. (A-17-01)"],
         "Federal Aviation Administration"),
        (["To the Federal Aviation Administration:", "Require a check of all. (A-17-01)"],
         "Federal Aviation Administration"),
        (["The UN should have a plan for it."], "UN"),
        (["Recommendation 3. The Department of Defense should have a plan."],
         "Department of Defense"),
        (["The United Nations Security Council should have a plan."],
         "United Nations Security Council"),
        (["Le Ministère de la défense devrait avoir un plan."], "Ministère de la défense"),
        (["In all such cases the Department of Defense should have a plan."],
         "Department of Defense"),
        (["A plan should be made by the Department of Defense."], ""),
        (["Where a Department of Defense is at hand, a plan should be made."], ""),
    ],
)  # fmt: skip
def test_who_is_asked_is_told(passages: list[str], addressee: str) -> None:
    *_, (one, _words) = candidates(*passages)
    assert (one.kind, one.addressee) == ("recommendation", addressee)


def test_what_follows_we_recommend_is_a_list_of_recommendations() -> None:
    assert [kind for kind, _words, _cue in told(
        "The study recommends the following:", "(a) a standing force for all;",
        "(b) a plan for its use;", "Nobody was there to hear it.",
    )] == ["recommendation", "recommendation"]  # fmt: skip


def test_names_are_found_once_the_longest_first() -> None:
    assert actors(
        "The United Nations Security Council met. The UN, un peu tard, and the Ministry of Justice"
        " and the Department of State were there.",
        "Warlords and the Ministry of Justice again. A department was not.",
    ) == ["United Nations Security Council", "UN", "Ministry of Justice", "Department of State",
          "Warlords"]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["Canadian Department of Foreign Affairs and International Trade",
     "Department of Health and Human Council"],
)  # fmt: skip
def test_a_long_name_is_not_cut_in_two(name: str) -> None:
    assert actors(f"It was done for the {name}.") == [name]


def test_decisions_move_the_strength_of_a_cue() -> None:
    assert strength(0.6, 0, 0) == pytest.approx(0.6)
    assert strength(0.6, 0, 20) == pytest.approx(0.1)
    assert strength(0.6, 20, 0) > 0.9
    assert strength(0.6, 1, 0) > strength(0.6, 0, 1)


def test_a_phrase_that_cannot_be_read_is_left_out() -> None:
    assert read([Passage("It failed to act in time.")], Lexicon([Cue("(", "failure")])) == []
