"""PDF: what a reader of the page reads, in that order, and nothing else."""

from collections.abc import Callable

import pytest

from lessons.ingest.document import Block, BlockKind, Document
from lessons.ingest.from_pdf import _run_on
from lessons.ingest.reading import read_here
from lessons.ingest.sections import passages
from lessons.sandbox import Refused

from .conftest import Read, block, shown, texts

Typeset = Callable[[str], Document]
SENTENCE = (
    "The well-known mission did not accomplish what it was asked to accomplish, because "
    "headquarters underestimated the complicated circumstances of its deployment."
)
REPORT = rf"""
#set page(paper: "a4", margin: 2.5cm, numbering: "1",
  header: context [#h(1fr) Lessons of the Mission #counter(page).display()],
  footer: context align(center)[A/55/305 · #counter(page).display()])
#set text(size: 10pt, lang: "en", hyphenate: true)
#set par(justify: true)
#set heading(numbering: "1.1")
#counter(page).update(7)
#align(center)[#text(size: 20pt, weight: "bold")[Report of the Panel on Operations]]
#align(center)[17 August 2000]
= Early warning
#columns(2)[
#for n in range(14) [
  Number #n: {SENTENCE} Coordination was insufficient.#footnote[See document S/#n/12.]

]
== Findings
- Reserve stocks were not available.
- Local staff were recruited too late, and the office affected found no efficient workflow.
== Recommendations
1. The Secretariat should establish a roster of experts, who can be deployed within thirty days.
2. Member States should be asked to contribute.
#for n in range(60) [
  Another well-known paragraph says that paragraph #n follows, and it was well-known.

]
]
#table(columns: 3, [Year],[Mission],[Cost], [1993],[UNAMIR],[197 million],
  [1999],[UNTAET, the transitional administration in East Timor],[1,280 million])
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Document:
    import typst

    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    source = path.with_suffix(".typ")
    source.write_text(REPORT, "utf-8")
    typst.compile(str(source), output=str(path))
    return read_here(path, path.name)


def test_two_columns_are_read_one_after_the_other_and_nothing_is_lost(report: Document) -> None:
    found = [one for one in texts(report) if one.startswith("Number ")]
    assert [int(one.split()[1].strip(":")) for one in found] == list(range(14))
    found = [one for one in texts(report) if one.startswith("Another ")]
    assert found == [
        f"Another well-known paragraph says that paragraph {n} follows, and it was well-known."
        for n in range(60)
    ]


def test_words_are_joined_over_line_ends_and_keep_the_hyphens_they_have(report: Document) -> None:
    for one in texts(report):
        if one.startswith("Number "):
            assert SENTENCE in one


def test_running_headers_and_footers_are_gone(report: Document) -> None:
    everything = " ".join(one.text for one in report.blocks)
    assert "Lessons of the Mission" not in everything
    assert "A/55/305" not in everything


def test_pages_carry_the_number_printed_on_them(report: Document) -> None:
    first = block(report, "Number 0")
    assert (first.page, first.page_label) == (1, "7")
    assert {(one.page, one.page_label) for one in report.blocks} == {
        (n, str(n + 6)) for n in range(1, (report.page_count or 0) + 1)
    }


def test_headings_notes_items_and_rows_are_told_apart(report: Document) -> None:
    assert shown(report)[:1] == ["1 Report of the Panel on Operations"]
    headings = [(one.level, one.text) for one in report.blocks if one.kind is BlockKind.HEADING]
    assert headings[1:] == [
        (2, "1 Early warning"), (3, "1.1 Findings"), (3, "1.2 Recommendations"),
    ]  # fmt: skip
    assert texts(report, BlockKind.ITEM) == [
        "Reserve stocks were not available.",
        "Local staff were recruited too late, and the office affected found no efficient workflow.",
        "1. The Secretariat should establish a roster of experts, who can be deployed within "
        "thirty days.",
        "2. Member States should be asked to contribute.",
    ]
    assert len(texts(report, BlockKind.FOOTNOTE)) == 14
    assert texts(report, BlockKind.ROW) == [
        "Year | Mission | Cost",
        "1993 | UNAMIR | 197 million",
        "1999 | UNTAET, the transitional administration in East Timor | 1,280 million",
    ]


def test_passages_stand_under_their_headings(report: Document) -> None:
    (found,) = [one for one in passages(report) if one.text.startswith("2. Member States")]
    assert found.section_path == (
        "Report of the Panel on Operations", "1 Early warning", "1.2 Recommendations",
    )  # fmt: skip


def test_title_symbol_date_and_language_are_guessed_from_the_pages(report: Document) -> None:
    said = report.metadata
    assert (said.title, said.symbol, said.issued, said.language) == (
        "Report of the Panel on Operations", "A/55/305", "2000-08-17", "en",
    )  # fmt: skip


def test_what_the_file_says_of_itself_comes_before_what_it_looks_like(typeset: Typeset) -> None:
    document = typeset(
        '#set document(title: "The title", author: ("Ann Other", "Jo Bloggs"))\n'
        '#set text(lang: "fr")\n= Not the title\nUne phrase.'
    )
    said = document.metadata
    assert (said.title, list(said.authors), said.language) == (
        "The title", ["Ann Other", "Jo Bloggs"], "fr",
    )  # fmt: skip


def test_a_paragraph_that_runs_over_a_page_is_one(typeset: Typeset) -> None:
    document = typeset(
        '#set page(width: 10cm, height: 6cm, numbering: "1")\n'
        "#set par(justify: true)\n" + f"{SENTENCE} " * 8
    )
    assert (document.page_count or 0) > 1
    assert texts(document) == [" ".join([SENTENCE] * 8)]


def test_a_first_line_that_is_indented_begins_a_paragraph(typeset: Typeset) -> None:
    document = typeset(
        f"#set par(first-line-indent: 2em, spacing: 0.65em)\n{SENTENCE}\n\n{SENTENCE}\n\n{SENTENCE}"
    )
    assert texts(document) == [SENTENCE] * 3


def test_capitals_and_letters_make_headings_of_lines_that_text_follows(typeset: Typeset) -> None:
    document = typeset(
        f"FINDINGS OF THE MISSION\n\nA. Headquarters\n\n{SENTENCE}\n\n"
        f"B. The field\n\n{SENTENCE}\n\nLOSS OF CONTROL IN FLIGHT\n\nTERRAIN CONDITION"
    )
    assert shown(document) == [
        "1 FINDINGS OF THE MISSION", "2 A. Headquarters", f"paragraph {SENTENCE}",
        "2 B. The field", f"paragraph {SENTENCE}",
        "paragraph LOSS OF CONTROL IN FLIGHT", "paragraph TERRAIN CONDITION",
    ]  # fmt: skip


def test_ligatures_are_written_out(typeset: Typeset) -> None:
    assert texts(typeset("ﬁnding the eﬀect of oﬃce traﬃc")) == [
        "finding the effect of office traffic"
    ]


def test_numbers_of_lines_are_no_text(typeset: Typeset) -> None:
    document = typeset(
        '#set par.line(numbering: "1")\n#set page(width: 12cm)\n' + f"{SENTENCE} " * 5
    )
    assert texts(document) == [" ".join([SENTENCE] * 5)]


def test_a_page_without_text_is_told_and_a_file_without_any_is_refused(typeset: Typeset) -> None:
    picture = "#rect(width: 100%, height: 50%, fill: blue)"
    document = typeset(f"Some text.\n#pagebreak()\n{picture}")
    (warning,) = document.warnings
    assert warning == "No text was found on these pages, perhaps they are pictures: 2."
    with pytest.raises(Refused, match="OCR"):
        typeset(picture)


def test_what_is_damaged_is_refused(read: Read) -> None:
    with pytest.raises(Refused, match="damaged"):
        read(b"%PDF-1.7\n" + bytes(range(256)) * 10, "report.pdf")


@pytest.mark.parametrize(
    ("first", "second", "joins"),
    [
        ("A sentence which has not come to an end here and", "goes on.", True),
        ("A sentence which has come to an end on its own page.", "goes on.", False),
        ("A sentence which has not come to an end here and", "Then another.", False),
        ("A short line", "goes on.", False),
    ],
)
def test_only_what_has_not_ended_goes_on(first: str, second: str, joins: bool) -> None:
    note = Block("1 A note.", BlockKind.FOOTNOTE, page=1)
    found = list(_run_on(iter([Block(first, page=1), note, Block(second, page=2)]), {}))
    assert [one.text for one in found] == (
        [f"{first} {second}", note.text] if joins else [first, note.text, second]
    )
