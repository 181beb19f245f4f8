"""What a document says of itself without saying so: title, identifiers, language. Plain Python."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from .document import Block, BlockKind, Metadata
from .tidying import tidy

FIRST = 60  # blocks that may stand on a title page
NONSENSE = re.compile(
    r"(microsoft (word|powerpoint|excel) - .*|untitled.*|.*\.(docx?|odt|pdf|indd|qxd|rtf|wpd|pmd?)|"
    r"(word )?document\d*|sans titre.*|no title|slide \d+|cover|title|titre|layout \d+|\W*|"
    r"[\da-f-]{16,})\s*",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"(user|owner|admin\w*|unknown|author|python-docx|microsoft office user|anonymous|\W*|.*@.*|"
    r"lib ?re ?office|openoffice.*|hp|dell|pc)\s*",
    re.IGNORECASE,
)
DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]*[^\s\"<>.,;:)\]]")
ISBN = re.compile(r"\bISBN(?:-1[03])?:?\s*((?:97[89][-  ]?)?(?:\d[-  ]?){9}[\dXx])\b")
SYMBOL = re.compile(
    r"\b(?:(?:A|S|E|ST|TD|DP|CCPR|CEDAW|CRC|HRI|JIU)/(?:[A-Z0-9][A-Za-z0-9.()]*/)*[A-Z0-9][\w.()]*\d\w*"
    r"(?:/(?:Add|Rev|Corr)\.\d+)*|NTSB[/-][A-Z]{3}-\d\d/\d\d|[A-Z]{2}\d{2}-\d{4,7}\b)"
)
STOPWORDS = {
    "en": frozenset(
        "the of and to in that is for with by was were this which from on as are".split()
    ),
    "fr": frozenset(
        "le la les des du et en dans que est pour par une qui sur au aux pas avec".split()
    ),
    "es": frozenset("el los las del y en que es para por una con se su al como más lo".split()),
}
ENOUGH = 20  # stop words, to say which language it is
DATE = re.compile(
    r"(?:D:)?(\d{4})(?:[-/]?(0[1-9]|1[0-2])(?:[-/]?(0[1-9]|[12]\d|3[01]))?)?(?!\d{5})"
)


def completed(said: Metadata, blocks: Sequence[Block]) -> Metadata:
    """Return what the file says of itself, nonsense left out, and what its first page tells."""
    first = blocks[:FIRST]
    front = "\n".join(block.text for block in first)
    title = tidy(said.title)
    found = Metadata(
        title="" if NONSENSE.fullmatch(title) else title[:500],
        subtitle=tidy(said.subtitle),
        authors=[
            name for one in said.authors if (name := tidy(one)) and not NOBODY.fullmatch(name)
        ],
        publisher=tidy(said.publisher),
        issued=day(said.issued),
        language=_tag(said.language) or language(block.text for block in blocks[:2_000]),
        symbol=tidy(said.symbol) or _first(SYMBOL, front),
        isbn=isbn(said.isbn) or isbn(front, marked=True),
        doi=_first(DOI, said.doi) or _first(DOI, front),
        url=tidy(said.url) if re.match(r"https?://", said.url) else "",
    )
    return replace(found, title=found.title or _title(first))


def _title(first: Sequence[Block]) -> str:
    headings = [one for one in first if one.kind is BlockKind.HEADING]
    return min(headings, key=lambda one: one.level).text[:500] if headings else ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""


def isbn(text: str, *, marked: bool = False) -> str:
    """Return the first ISBN in ``text`` whose check digit is right, as it stands there.

    ``marked``: only what is called an ISBN counts.
    """
    candidates = ISBN.findall(text) if marked else [text]
    return next((one.strip() for one in candidates if _checks(re.sub(r"[-\s ]", "", one))), "")


def _checks(digits: str) -> bool:
    if not re.fullmatch(r"\d{9}[\dXx]|\d{13}", digits):
        return False
    values = [10 if one in "Xx" else int(one) for one in digits]
    if len(values) == 10:  # noqa: PLR2004
        return (
            sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True)) % 11
            == 0
        )
    return sum(value * (1, 3)[place % 2] for place, value in enumerate(values)) % 10 == 0


def day(text: str) -> str:
    """Return the ISO 8601 date that ``text`` begins with, as precise as it is, or ""."""
    found = DATE.match(text.strip())
    if not found or not 1000 <= int(found[1]) <= 2200:  # noqa: PLR2004
        return ""
    return "-".join(one for one in found.groups() if one)


def _tag(text: str) -> str:
    """Return a language tag as BCP 47 writes it, "" for what is none."""
    found = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?", text.strip())
    if not found or found[1].lower() in {"und", "mul", "zxx"}:
        return ""
    return found[1].lower() + (f"-{found[2].upper()}" if found[2] else "")


def language(texts: Iterable[str]) -> str:
    """Return the language whose stop words are the most, "" where that is not clear."""
    counts = Counter(word for text in texts for word in re.findall(r"[^\W\d_]+", text.lower()))
    scores = {tag: sum(counts[word] for word in words) for tag, words in STOPWORDS.items()}
    best, second = sorted(scores.values(), reverse=True)[:2]
    if best < ENOUGH or best < 2 * second:
        return ""
    return max(scores, key=lambda tag: scores[tag])
