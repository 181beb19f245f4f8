"""Authors as a style writes them."""

import pytest

from lessons.citing import apa_names, chicago_names, family_name, plain_names

PAUL, JANE, BODY = "LaRose-Edwards, Paul", "Doe, Jane Mary", "Department of Foreign Affairs"
MANY = [f"Family{number}, Given" for number in range(1, 23)]


def test_a_body_is_named_whole_and_a_person_by_the_family_name():
    assert family_name("United Nations") == "United Nations"
    assert family_name("de Gaulle, Charles, General") == "de Gaulle"


@pytest.mark.parametrize(
    ("authors", "chicago", "apa", "plain"),
    [
        ([], "", "", ""),
        ([BODY], BODY, BODY, BODY),
        ([PAUL], PAUL, "LaRose-Edwards, P.", "Paul LaRose-Edwards"),
        (
            [PAUL, JANE],
            "LaRose-Edwards, Paul, and Jane Mary Doe",
            "LaRose-Edwards, P., & Doe, J. M.",
            "Paul LaRose-Edwards and Jane Mary Doe",
        ),
        (
            [PAUL, JANE, BODY],
            f"LaRose-Edwards, Paul, Jane Mary Doe, and {BODY}",
            f"LaRose-Edwards, P., Doe, J. M., & {BODY}",
            f"Paul LaRose-Edwards, Jane Mary Doe and {BODY}",
        ),
        (
            ["Sartre, Jean-Paul", "King, Martin Luther, Jr."],
            "Sartre, Jean-Paul, and Martin Luther King, Jr.",
            "Sartre, J.-P., & King, M. L., Jr.",
            "Jean-Paul Sartre and Martin Luther King, Jr.",
        ),
    ],
)
def test_each_style_has_its_order_and_its_marks(authors, chicago, apa, plain):
    assert (chicago_names(authors), apa_names(authors), plain_names(authors)) == (
        chicago, apa, plain,
    )  # fmt: skip


def test_two_bodies_need_no_comma_before_the_last():
    assert chicago_names(["OECD", "World Bank"]) == "OECD and World Bank"


def test_chicago_names_ten_and_of_more_the_first_seven():
    assert chicago_names(MANY[:10]).endswith("Given Family9, and Given Family10")
    assert chicago_names(MANY[:11]).endswith("Given Family6, Given Family7, et al.")


def test_apa_names_twenty_and_of_more_the_first_nineteen_and_the_last():
    assert apa_names(MANY[:20]).endswith("Family19, G., & Family20, G.")
    assert apa_names(MANY).endswith("Family19, G., … Family22, G.")
