"""What a page carries beside its text: running headers and footers, page and line numbers.

Plain Python: runs in, runs and the printed page labels out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from .letters import Run

BAND = 0.17  # of the height: how far into the page headers and footers may reach
NEAR = 6.0  # points: how far what repeats may move
OFTEN, OFTEN_OF_FEW, FEW = 3, 2, 5  # pages it repeats on; in a document of few pages
ALWAYS = 4  # pages, if it stands as near to the text as a line of it
FURTHER = 1.15  # times the usual distance of lines
ROMAN = r"(?=[ivxlc])(?:x{0,3}(?:l|c)?x{0,3})(?:ix|iv|v?i{0,3})"
PAGE_NUMBER = re.compile(
    rf"(?:page|p\.|página|seite)?\s*[-–—|]?\s*(\d{{1,4}}|{ROMAN})\s*[-–—|]?"
    r"(?:\s*(?:of|de|/|sur|out of)\s*\d{1,4})?",
    re.IGNORECASE,
)
NUMBER = re.compile(r"(?<![\d./-])\d{1,4}(?![\d./-])")
CELLS = 3  # left of numbers: they are figures in a table then
LINE_NUMBERS = 8  # on a page, from which on they are no list
DEEP, OUTERMOST = 5, 2  # lines from the edge: of what repeats, of a page number
MOST = 0.6  # of the lines that carry one


def without_line_numbers(runs: list[Run]) -> list[Run]:
    """Return the runs of a page without the numbers of its lines, as in transcripts."""
    numbers = [one for one in runs if re.fullmatch(r"\d{1,3}", one.text)]
    by_edge: dict[int, list[Run]] = defaultdict(list)
    for one in numbers:
        by_edge[round(one.right / 4)].append(one)
        by_edge[round(one.right / 4) + 1].append(one)
    column = max(by_edge.values(), key=len, default=[])
    column = sorted(column, key=lambda one: -one.middle)
    edge = max((one.right for one in column), default=0)
    text = [one for one in runs if one not in column]
    # A column of figures in a table has something to its left.
    beside = [one for one in text if one.left < edge and any(one.beside(n) for n in column)]
    values = [int(one.text) for one in column]
    steps = Counter(b - a for a, b in pairwise(values))
    step, often = steps.most_common(1)[0] if steps else (0, 0)
    lines = len({round(one.middle / 3) for one in text})
    regular = step in {1, 5} and often >= MOST * len(steps) and often + 1 >= LINE_NUMBERS / step
    if (
        regular
        and len(beside) < CELLS
        and len(column) * step >= MOST * min(lines, LINE_NUMBERS * 3)
    ):
        return text
    return runs


def split(
    pages: Sequence[list[Run]], heights: Sequence[float]
) -> list[tuple[list[Run], list[Run]]]:
    """Return each page's text and its furniture: what repeats at the same place, page numbers.

    It is looked for from the edges of the page inwards, and no further than the first line that is
    the text's own. What stands no further from the text than its lines from each other must repeat
    on most pages.
    """
    places = _places(pages, heights)
    found = []
    for page, (runs, height) in enumerate(zip(pages, heights, strict=True)):
        lines = _lines(runs)
        apart = [
            run
            for way in (lines, lines[::-1])
            for run in _outer(way, _repeats(way, page, height, places), len(pages), height)
        ]
        taken = {id(one) for one in apart}
        found.append(([one for one in runs if id(one) not in taken], apart))
    return found


def _places(
    pages: Sequence[list[Run]], heights: Sequence[float]
) -> dict[str, list[tuple[int, float]]]:
    """Return on which page and how far from its edge each pattern of a line stands."""
    places: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for page, (runs, height) in enumerate(zip(pages, heights, strict=True)):
        for one in runs:
            if _is_near_edge(one, height):
                for pattern in _patterns(one.text, page):
                    places[pattern].append((page, _from_edge(one, height)))
    return places | _with_any_number(places, OFTEN if len(pages) > FEW else OFTEN_OF_FEW)


def _with_any_number(
    places: dict[str, list[tuple[int, float]]], enough: int
) -> dict[str, list[tuple[int, float]]]:
    """Return where what repeats may stand with another number: on a page or two it miscounts."""
    found: dict[str, list[tuple[int, float]]] = {}
    for pattern, at in places.items():
        if len({page for page, _place in at}) >= enough:
            found.setdefault(_numberless(pattern), []).extend(at)
    return found


def _repeats(
    lines: list[list[Run]], page: int, height: float, places: dict[str, list[tuple[int, float]]]
) -> list[int]:
    """Return on how many pages each of the first lines stands at its place."""
    return [
        min(
            max(
                len(
                    {
                        n
                        for n, at in places.get(pattern, ())
                        if abs(at - _from_edge(one, height)) <= NEAR
                    }
                )
                for pattern in {*_patterns(one.text, page), _numberless(one.text)}
            )
            for one in line
        )
        for line in lines[:DEEP]
    ]


def _lines(runs: list[Run]) -> list[list[Run]]:
    lines: list[list[Run]] = []
    for one in sorted(runs, key=lambda run: -run.middle):
        if lines and lines[-1][0].beside(one):
            lines[-1].append(one)
        else:
            lines.append([one])
    return lines


def _outer(lines: list[list[Run]], repeats: list[int], pages: int, height: float) -> list[Run]:
    """Return what repeats until the first line that does not, and a page number near the edge."""
    enough = OFTEN if pages > FEW else OFTEN_OF_FEW
    deep = 0
    for often, line in zip(repeats, lines, strict=False):
        if often < enough or not all(_is_near_edge(one, height) for one in line):
            break
        deep += 1
    always = next((n for n, often in enumerate(repeats) if often < max(ALWAYS, pages / 2)), DEEP)
    while deep > always and not _stands_apart(lines, deep):
        deep -= 1
    numbers = [
        line[0]
        for line in lines[deep:OUTERMOST]
        if len(line) == 1
        and PAGE_NUMBER.fullmatch(line[0].text.strip())
        and _is_near_edge(line[0], height)
    ]
    return [*(one for line in lines[:deep] for one in line), *numbers[:1]]


def _stands_apart(lines: list[list[Run]], deep: int) -> bool:
    """Tell whether more than a line's distance parts the first lines from those after them."""
    if deep >= len(lines):
        return True
    at = [line[0].middle for line in lines]
    distances = [abs(a - b) for a, b in pairwise(at)]
    return distances[deep - 1] > FURTHER * median(distances)


def _is_near_edge(run: Run, height: float) -> bool:
    return run.bottom < BAND * height or run.top > (1 - BAND) * height


def _from_edge(run: Run, height: float) -> float:
    """Return how far from the nearer edge a run stands, below zero at the foot."""
    return height - run.middle if run.middle > height / 2 else -run.middle


def _patterns(text: str, page: int) -> set[str]:
    """Return what a line repeats as: itself, or counting with the pages in one of its numbers."""
    text = " ".join(text.split()).casefold()
    counting = {
        f"{text[: one.start()]}#{int(one[0]) - page}{text[one.end() :]}"
        for one in re.finditer(r"\d{1,6}", text)
    }
    return {text, *counting}


def _numberless(text: str) -> str:
    return re.sub(r"#?-?\d+", "*", " ".join(text.split()).casefold())


def printed_labels(furniture: Sequence[list[Run]]) -> list[str]:
    """Return the number printed on each page, "" where none is found.

    It is what goes up by one from page to page; Roman numerals are taken as they stand.
    """
    arabic = [
        {int(found) for run in runs for found in NUMBER.findall(run.text)} for runs in furniture
    ]
    shifts = Counter(value - page for page, values in enumerate(arabic) for value in values)
    shift, often = shifts.most_common(1)[0] if shifts else (0, 0)
    if often < min(2, len(furniture)):
        shift = -len(furniture) - 10_000
    labels = []
    for page, (values, runs) in enumerate(zip(arabic, furniture, strict=True)):
        roman = (PAGE_NUMBER.fullmatch(run.text.strip()) for run in runs)
        letters = next((one[1] for one in roman if one and one[1].isalpha()), "")
        labels.append(str(page + shift) if page + shift in values else letters)
    return labels
