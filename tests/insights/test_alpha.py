"""Alpha is Krippendorff's: his own worked examples, and a slow count of all pairs."""

import random
from itertools import permutations

import pytest

from lessons.insights.alpha import nominal_alpha


def units(*coders: str) -> list[list[str]]:
    """Return the values of each unit from a line for each coder; a dot is a missing value."""
    return [[value for value in unit if value != "."] for unit in zip(*coders, strict=True)]


# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections A to C:
# https://repository.upenn.edu/asc_papers/43. The matrix of C is also the example of kripp.alpha in
# R's irr (https://rdrr.io/pkg/irr/man/kripp.alpha.html), which has it from his Content Analysis.
# The last is Wikipedia's (https://en.wikipedia.org/wiki/Krippendorff%27s_alpha), which the package
# krippendorff repeats (https://github.com/pln-fing-udelar/fast-krippendorff, sample.py).
WORKED = [
    (("0100000010", "1110010000"), 0.095),  # two coders, binary
    (("aabbdcccedda", "babbbccceddd"), 0.692),  # two coders, nominal
    (("123321412...", "1233224125..", ".33323422513", "12332441251."), 0.743),  # some missing
    ((".....34121133.3", "1.213343.......", "..21344.21133.4"), 0.691),  # many missing
]


@pytest.mark.parametrize(("coders", "alpha"), WORKED)
def test_the_published_examples_come_out(coders: tuple[str, ...], alpha: float) -> None:
    assert nominal_alpha(units(*coders)) == pytest.approx(alpha, abs=0.0005)


def test_agreement_in_all_is_one_and_without_any_variation_there_is_none_to_measure() -> None:
    assert nominal_alpha([(0, 0), (1, 1), (1, 1)]) == 1
    assert nominal_alpha([(0, 1), (1, 0)]) < 0
    assert nominal_alpha([(0, 0), (0, 0)]) is None
    assert nominal_alpha([(0,), (1,)]) is None
    assert nominal_alpha([]) is None


@pytest.mark.parametrize("seed", range(5))
def test_it_is_what_counting_every_pair_of_values_gives(seed: int) -> None:
    chance = random.Random(seed)
    data = [chance.choices("abc", k=chance.randint(2, 4)) for _ in range(20)]
    values = [value for unit in data for value in unit]
    within = sum(
        sum(a != b for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in data
    ) / len(values)
    among = sum(a != b for a, b in permutations(values, 2)) / (len(values) * (len(values) - 1))
    assert nominal_alpha(data) == pytest.approx(1 - within / among)
