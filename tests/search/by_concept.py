"""A stand-in for the model: texts mean the same that speak of the same made-up concepts."""

import math
import re
from collections.abc import Sequence

from lessons.search.meaning.model import DIMENSIONS

CONCEPTS = (
    {"alarm", "warning", "signals", "foresaw"},
    {"cables", "telegram", "dispatch"},
    {"water", "well", "thirst"},
    {"mandate", "rules"},
)
OTHER = len(CONCEPTS)  # from here on, every other word has a direction of its own


class ByConcept:
    """Counts the texts it has read; fails at the text ``bad``."""

    def __init__(self, name: str = "by-concept", bad: str = "") -> None:
        self.name = name
        self.bad = bad
        self.read: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> list[float]:
        if self.bad and self.bad in text:
            raise KeyboardInterrupt
        self.read.append(text)
        vector = [0.0] * DIMENSIONS
        for word in re.findall(r"\w+", text.lower()):
            known = [at for at, concept in enumerate(CONCEPTS) if word in concept]
            direction = OTHER + sum(map(ord, word)) % (DIMENSIONS - OTHER)
            vector[known[0] if known else direction] += 1.0 if known else 0.3
        length = math.hypot(*vector) or 1.0
        return [value / length for value in vector]
