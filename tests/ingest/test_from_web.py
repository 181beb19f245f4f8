"""HTML, Markdown and plain text."""

import pytest

from lessons.ingest.decoding import decoded
from lessons.ingest.document import BlockKind
from lessons.sandbox import Refused

from .conftest import Read, block, shown, texts

# HTML


PAGE = """<!DOCTYPE html><html lang="fr"><head><title>Site – Page</title>
<meta name="DC.title" content="Leçons d’une mission">
<meta name="citation_author" content="Ann Other">
<meta name="citation_author" content="Bloggs, Jo"><meta name="citation_doi" content="10.1234/abc.5">
<meta name="citation_publication_date" content="2001/05/17">
<link rel="canonical" href="https://example.org/a"><style>p { color: red }</style></head>
<body><nav><a href="/">Home</a></nav><header>Banner</header>
<h1>Findings <em>of all</em></h1><p>One<br>line &amp; another.<p>Two<script>alert(1)</script>.
<ul><li>An item<ul><li>within</li></ul></li><li><p>with a paragraph</p></li></ul>
<div style="display: none">hidden</div><div>Loose <b>text</b><p>after</p>tail</div>
<table><caption>Costs</caption><tr><th rowspan=2>Year</th><th colspan=2>Cost</th></tr>
<tr><td>a</td><td>b</td></tr></table>
<table><tr><td><h2>Layout</h2><p>in a cell</td></tr></table>
<footer>Imprint</footer></body></html>"""


def test_a_web_page_is_read_without_the_ways_around_it(read: Read) -> None:
    assert shown(read(PAGE, "page.html")) == [
        "paragraph Banner", "1 Findings of all", "paragraph One line & another.", "paragraph Two.",
        "item An item", "item within", "item with a paragraph", "paragraph Loose text",
        "paragraph after", "paragraph tail", "row Costs", "row Year | Cost", "row Year | a | b",
        "2 Layout", "paragraph in a cell",
    ]  # fmt: skip


def test_a_web_page_says_who_wrote_it(read: Read) -> None:
    said = read(PAGE, "page.html").metadata
    assert said.title == "Leçons d’une mission"
    assert list(said.authors) == ["Ann Other", "Bloggs, Jo"]
    assert (said.doi, said.issued, said.language, said.url) == (
        "10.1234/abc.5", "2001-05-17", "fr", "https://example.org/a",
    )  # fmt: skip


def test_a_web_page_in_an_old_encoding_says_which(read: Read) -> None:
    page = '<html><head><meta charset="iso-8859-5"></head><body><p>Привет'.encode("iso-8859-5")
    assert texts(read(page, "page.html")) == ["Привет"]


def test_line_breaks_in_pairs_part_paragraphs(read: Read) -> None:
    assert texts(read("<html><body>One.<br><br>Two.", "page.htm")) == ["One.", "Two."]


def test_a_page_that_is_nested_without_end_is_refused(read: Read) -> None:
    with pytest.raises(Refused, match="nests"):
        read("<html>" + "<div>" * 1_000 + "<p>x", "page.html")


# Markdown


def test_markdown_is_read_by_its_structure(read: Read) -> None:
    document = read(
        "---\ntitle: 'Lessons'\nauthor: Ann Other\ndate: 2001-05\nlayout: post\n---\n"
        "# Findings\n\nOne *two*\nthree[^1].\n\n- item\n  - within\n\n> quoted\n\n"
        "| Year | Cost |\n|---|---|\n| 1993 | 5 |\n\n<div><p>html</p></div>\n\n"
        "[^1]: A note.\n",
        "notes.md",
    )
    assert shown(document) == [
        "1 Findings", "paragraph One two three.", "item item", "item within", "paragraph quoted",
        "row Year | Cost", "row 1993 | 5", "paragraph html", "footnote A note.",
    ]  # fmt: skip
    said = document.metadata
    assert (said.title, list(said.authors), said.issued) == ("Lessons", ["Ann Other"], "2001-05")


# Plain text


def test_paragraphs_headings_and_items_of_plain_text(read: Read) -> None:
    document = read(
        "REPORT ON A MISSION\n\n1. Introduction\n\n"
        "The mission was not accom-\nplished by anyone,\n"
        "as is well-\nknown. It was a well-known thing.\n\n2.1 Findings\n\n"
        "First:\n- one\n  goes on\n"
        "- two\n\n(a) three\n\nConclusions\n===========\n\nThe end.\n",
        "a.txt",
    )
    assert shown(document) == [
        "1 REPORT ON A MISSION",
        "1 1. Introduction",
        "paragraph The mission was not accomplished by anyone, as is well-known. "
        "It was a well-known thing.",
        "2 2.1 Findings",
        "paragraph First:",
        "item one goes on",
        "item two",
        "item (a) three",
        "1 Conclusions",
        "paragraph The end.",
    ]


def test_form_feeds_are_pages(read: Read) -> None:
    document = read("Page one.\fPage two.\f", "a.txt")
    assert [(one.text, one.page) for one in document.blocks] == [("Page one.", 1), ("Page two.", 2)]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_text_is_decoded_whatever_it_was_saved_as(encoding: str) -> None:
    text = "L’œuvre d’été coûte 5 €, “naïve” ou non."
    assert decoded(text.encode(encoding)) == text


def test_what_is_no_text_is_refused(read: Read) -> None:
    with pytest.raises(Refused, match="neither text nor"):
        read(bytes(range(256)) * 20, "a.txt")


def test_what_does_not_show_is_left_out(read: Read) -> None:
    (text,) = texts(read("Zero\u200bwidth, so\u00adft,\u0001 control,\u00a0spaces", "a.txt"))
    assert text == "Zerowidth, soft, control, spaces"


def test_a_paragraph_without_end_is_parted_at_sentences(read: Read) -> None:
    document = read("A sentence of some words. " * 1_000, "a.txt")
    assert len(document.blocks) > 1
    assert all(one.text.endswith(".") and len(one.text) <= 6_000 for one in document.blocks)
    assert " ".join(one.text for one in document.blocks) == "A sentence of some words. " * 999 + (
        "A sentence of some words."
    )


def test_a_document_without_end_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lessons.ingest.tidying.BLOCKS", 10)
    assert block(read("a\n\n" * 5 + "b", "a.txt"), "b").kind is BlockKind.PARAGRAPH
    with pytest.raises(Refused, match="too many paragraphs"):
        read("a\n\n" * 11, "a.txt")
