"""What a document says of itself without saying so: title, identifiers, language. Plain Python."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile

from .document import Block, BlockKind, Metadata
from .tidying import tidy

FIRST = 60  # blocks that may stand on a title page
NONSENSE = re.compile(
    r"(microsoft (word|powerpoint|excel) - .*|untitled.*|.*\.(docx?|odt|pdf|indd|qxd|rtf|wpd|pmd?)|"
    r"\S+\.[a-z][a-z0-9]{1,3}|"
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
    r"(?:/(?:Add|Rev|Corr)\.\d+)*|NTSB[/-][A-Z]{3}-\d\d/\d\d)"
)
STOPWORDS = {
    "en": frozenset({
        "the", "of", "and", "to", "in", "that", "is", "for", "with", "by", "was", "were", "this",
        "which", "from", "on", "as", "are",
    }),
    "fr": frozenset({
        "le", "la", "les", "des", "du", "et", "en", "dans", "que", "est", "pour", "par", "une",
        "qui", "sur", "au", "aux", "pas", "avec",
    }),
    "es": frozenset({
        "el", "los", "las", "del", "y", "en", "que", "es", "para", "por", "una", "con", "se",
        "su", "al", "como", "más", "lo",
    }),
}  # fmt: skip
ENOUGH = 20  # stop words, to say which language it is
MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    )
    for number, name in enumerate(names.split(), start=1)
}
PRINTED = re.compile(
    rf"(?<!\d)(?:([12]?\d|3[01])(er|st|nd|rd|th)?\s+)?\b({'|'.join(MONTHS)})"
    r"(?:\s+([12]?\d|3[01]),)?\s+((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
TITLE_LINES = 3
SENTENCE = 80  # letters
DATE = re.compile(r"(\d{4})(?:[-/](0[1-9]|1[0-2])(?:[-/](0[1-9]|[12]\d|3[01]))?)?(?!\d)")


def completed(said: Metadata, blocks: Sequence[Block]) -> Metadata:
    """Return what the file says of itself, nonsense left out, and what its first page tells."""
    first = [one for one in blocks[:FIRST] if one.kind is not BlockKind.FOOTNOTE]
    front = "\n".join(block.text for block in first)
    lines = "\n".join(block.text for block in first if len(block.text) < SENTENCE)
    title = tidy(said.title)
    found = Metadata(
        title="" if NONSENSE.fullmatch(title) else title[:500],
        subtitle=tidy(said.subtitle),
        authors=names(said.authors),
        publisher=tidy(said.publisher),
        issued=day(said.issued) or _printed_day(first),
        language=_tag(said.language) or language(block.text for block in blocks[:2_000]),
        symbol=tidy(said.symbol) or symbol(lines),
        isbn=isbn(said.isbn) or isbn(front, marked=True),
        doi=_first(DOI, said.doi) or _first(DOI, front),
        url=tidy(said.url) if re.match(r"https?://", said.url) else "",
    )
    return replace(found, title=found.title or _title(first))


def _title(first: Sequence[Block]) -> str:
    """Return the first of the highest headings, with those that follow at once: its other lines."""
    levels = [one.level for one in first if one.kind is BlockKind.HEADING]
    if not levels:
        return ""
    begins = next(n for n, one in enumerate(first) if one.level == min(levels))
    lines = takewhile(lambda one: one.level == min(levels), first[begins : begins + TITLE_LINES])
    return " ".join(one.text for one in lines)[:500]


def _printed_day(first: Sequence[Block]) -> str:
    """Return the first date of a title page that names its month and stands in no sentence."""
    lines = (one.text for one in first if len(one.text) < SENTENCE)
    found = next(filter(None, map(PRINTED.search, lines)), None)
    if not found:
        return ""
    month = f"{MONTHS[found[3].lower()]:02}"
    number = found[1] or found[4]
    return f"{found[5]}-{month}-{int(number):02}" if number else f"{found[5]}-{month}"


def names(said: Iterable[str]) -> list[str]:
    """Return the people in ``said``, each alone: commas part whole names, not "Short, Tom"."""
    found: list[str] = []
    for one in said:
        for some in re.split(r"\s*(?:;|\n|\band\b|\bet\b)\s*", one):
            parts = re.split(r",\s*", tidy(some))
            found += parts if all(" " in part for part in parts) else [", ".join(parts)]
    return [one for one in found if one and not NOBODY.fullmatch(one)]


def symbol(lines: str) -> str:
    """Return the first symbol of a document of the United Nations in ``lines``."""
    return _first(SYMBOL, lines)


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
