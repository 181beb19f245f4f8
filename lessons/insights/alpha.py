"""Krippendorff's alpha for nominal data: how far coders agree beyond what chance would give.

K. Krippendorff, Content Analysis, 2nd ed., Sage 2004, ch. 11; the sums are those of his "Computing
Krippendorff's Alpha-Reliability" (2011), whose worked examples the tests repeat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from itertools import permutations

RELIABLE, TENTATIVE = 0.8, 0.667  # the author's own thresholds


def nominal_alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Return alpha of ``units``, each the values that its coders gave it, one a coder.

    1 is perfect agreement, 0 what chance gives, below it is systematic disagreement. None where
    alpha is not defined: every value is the same, or no unit has two values.
    """
    together: Counter[tuple[Hashable, Hashable]] = Counter()
    for values in units:
        for pair in permutations(values, 2):
            together[pair] += 1 / (len(values) - 1)  # type: ignore[assignment]
    single: Counter[Hashable] = Counter()
    for (value, _other), weight in together.items():
        single[value] += weight
    number = single.total()
    observed = sum(weight for (one, other), weight in together.items() if one != other)
    by_chance = number * number - sum(weight * weight for weight in single.values())
    return 1 - (number - 1) * observed / by_chance if by_chance > 0 else None
