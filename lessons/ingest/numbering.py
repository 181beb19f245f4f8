"""What Word prints before a numbered paragraph: it counts itself, the text does not hold it.

Office Open XML, ECMA-376 part 1, 17.9 (numbering). Plain Python.
"""

from __future__ import annotations

import re
from typing import Any

LEVELS = 9
ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
         (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


class Numbering:
    """The lists of a document, as far as they were read."""

    def __init__(self, root: Any = None) -> None:
        """Take the root of numbering.xml, None where there is none."""
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        if root is None:
            return
        for abstract in root.iterfind("{*}abstractNum"):
            for level in abstract.iterfind("{*}lvl"):
                key = (_value(abstract, "abstractNumId"), int(_value(level, "ilvl") or 0))
                self._levels[key] = (
                    _child(level, "numFmt") or "decimal",
                    _child(level, "lvlText"),
                    int(_child(level, "start") or 1),
                )
        for one in root.iterfind("{*}num"):
            self._lists[_value(one, "numId")] = _child(one, "abstractNumId")

    def label(self, number: str, depth: int) -> str:
        """Return what is printed before the next paragraph of list ``number``, "" for a bullet."""
        abstract = self._lists.get(number, "")
        form, pattern, start = self._levels.get((abstract, depth), ("bullet", "", 1))
        counts = self._counts.setdefault(abstract, [0] * LEVELS)
        counts[depth] = counts[depth] + 1 if counts[depth] else start
        counts[depth + 1 :] = [0] * (LEVELS - depth - 1)
        if form in {"bullet", "none"}:
            return ""
        return re.sub(r"%([1-9])", lambda found: self._said(abstract, int(found[1]) - 1), pattern)

    def _said(self, abstract: str, depth: int) -> str:
        form, _pattern, start = self._levels.get((abstract, depth), ("decimal", "", 1))
        return said(self._counts[abstract][depth] or start, form)


def said(count: int, form: str) -> str:
    """Return ``count`` in one of Word's forms of numbers."""
    if form.endswith("Letter"):
        text = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
    elif form.endswith("Roman"):
        text, left = "", count
        for value, letters in ROMAN:
            text += letters * (left // value)
            left %= value
    else:
        return str(count)
    return text.upper() if form.startswith("upper") else text


def _value(element: Any, name: str) -> str:
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), "")


def _child(element: Any, name: str) -> str:
    found = element.find(f"{{*}}{name}")
    return "" if found is None else _value(found, "val")
