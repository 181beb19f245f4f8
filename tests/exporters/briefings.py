"""Briefings to write: one with everything hostile in it."""

from dataclasses import replace

from lessons.exporters.selection import About, Briefing, Entry, Quotation, Section
from tests.exporters.sources import FULL, HOSTILE

MARKUP = (
    '#panic("x") $x^2$ *bold* _under_ `code` [link](http://evil.example) <b>b</b> &lt; \\n '
    '{% if %} {{ x }} @cite ~ | "q" \\input{x} {0} {1} ![i](j) https://evil.example'
)
ARABIC, CHINESE, EMOJI = "مرحبا بالعالم", "漢字かな", "😀"
CONTROLS = "a\x00b\x0bc\x1fd\ufffee\x85f\r\ng\th"
WORDS = {
    "briefing": "Briefing", "contents": "Contents", "asked": "What was asked",
    "everything": "Everything", "order": "Order", "held": "2 records", "date": "Date",
    "address": "This list today", "vocabulary": "Vocabulary", "cite": "Cite as",
    "sources": "Sources", "quotation": "“{0}”", "note": "Note", "page": "Page {0} of {1}",
    "nothing": "No record matches.", "unshown": "Letters are missing.",
}  # fmt: skip
ABOUT = About(
    title="Early warning", address="https://x.example/lessons/?theme=early-warning&q=<b>",
    records=2, exported="2026-11-24T10:00:00-05:00", date="24 November 2026", language="en",
    asked=(("Theme", "Early warning"), ("From", "1990")), order="Title", vocabulary="",
    cite_as="Hindsight. Early warning.",
)  # fmt: skip


def quotation(words: str = "The mission was warned.", number: int = 1) -> Quotation:
    return Quotation(
        words=words, cited="(Carlsson, 1999, p. 3)", number=number, language="en", remark="",
        address="https://x.example/reports/un/?cite=7#p-3",
    )  # fmt: skip


def entry(title: str = "Listen", number: int = 1, **fields: object) -> Entry:
    made = Entry(
        code=f"L-{number}", kind="lesson", title=title, statement=f"Say {title}.",
        discussion=("Why it is so.", "How to read it."), details=(("Themes", "Early warning"),),
        quotations=(quotation(),), address=f"https://x.example/records/L-{number}/",
        language="en", note="",
    )  # fmt: skip
    return replace(made, **fields)  # type: ignore[arg-type]


def briefing(*entries: Entry, title: str = "Warning", **fields: object) -> Briefing:
    made = Briefing(ABOUT, (Section(title, entries),) if entries else (), (FULL, HOSTILE), WORDS)
    return replace(made, **fields)  # type: ignore[arg-type]


def saying(text: str) -> Briefing:
    """Return a briefing that says ``text`` wherever it can."""
    one = entry(
        text, statement=text, discussion=(text,), details=((text, text),), note=text,
        quotations=(quotation(text),),
    )  # fmt: skip
    about = replace(ABOUT, title=text, asked=((text, text),), cite_as=text)
    return briefing(one, title=text, about=about)


def long(number: int = 12) -> Briefing:
    return briefing(*[entry(f"Lesson {n}", n) for n in range(1, number + 1)])
