"""The French texts: complete, in step with the code, and what a French reader is shown."""

import gettext
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.template.base import Lexer, TokenType
from django.test import Client
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale/fr/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MAILS = sorted((ROOT / "templates").rglob("*.txt"))
CODE = sorted(p for app in ("accounts", "config", "lessons") for p in (ROOT / app).rglob("*.py"))
KEYWORDS = DEFAULT_KEYWORDS | {
    f"{name}_{when}": spec for name, spec in DEFAULT_KEYWORDS.items() for when in ("lazy", "noop")
}
PLACEHOLDER = re.compile(r"%\(\w+\)\w|%\w|\{\w*\}")
# Straight apostrophes, English quotation marks, plain spaces in guillemets and before colons, a
# colon without a space, and any space before ; ! ? are not how the public service writes French.
WRONG_FRENCH = re.compile(r"['“”]|« | »| :|\S:(?:\s|$)|(?<!«)\s[;!?]")
NAMES = {
    "Hindsight",
    "English",
    "Français",
    "home",
    "bench",
    "account",
}  # untranslated; the last three are classes
BILINGUAL = {"500.html", "unreachable.html"}  # shown when nothing works, translation included


def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="fr")


def messages() -> list[Message]:
    return [message for message in catalogue() if message.id]


def forms(text: Any) -> tuple[str, ...]:
    """Return singular and plural, or the one form there is."""
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: Any) -> list[list[str]]:
    return [sorted(PLACEHOLDER.findall(form)) for form in forms(text)]


def compiled_form(those: list[Message]) -> dict[Any, str]:
    """Return the translations by the keys that gettext gives them."""
    said: dict[Any, str] = {}
    for message in those:
        key = "\x04".join(filter(None, (message.context, forms(message.id)[0])))
        plural = message.pluralizable
        said |= {(key, n) if plural else key: one for n, one in enumerate(forms(message.string))}
    return said


def texts(found: Iterable[tuple[str | None, Any]]) -> dict[tuple[str | None, str], str]:
    """Return each text's plural, or nothing, by context and singular."""
    rows = ((context, *forms(text), "") for context, text in found)
    return {(row[0], row[1]): row[2] for row in sorted(rows, key=lambda row: row[2])}


def sources() -> Iterator[str]:
    """Yield Python to extract from: the code, and each template turned into Python."""
    yield from (path.read_text() for path in CODE)
    for path in [*TEMPLATES, *MAILS]:
        lines = templatize(path.read_text(), origin=str(path)).splitlines()
        yield "\n".join(line.strip() for line in lines)


def wrapped() -> Iterator[tuple[str | None, Any]]:
    """Yield context and text of everything that code or templates hand to gettext."""
    for source in sources():
        for found in extract("python", BytesIO(source.encode()), KEYWORDS):
            yield found[3], found[1]


def own_html(template: str) -> str:
    """Return a template without its tags, variables and translated blocks."""
    template = re.sub(r"{% block live_search %}.*?{% endblock %}", "", template)
    template = re.sub(r"{% blocktrans.*?{% endblocktrans", "{% endblocktrans", template, flags=re.S)
    tokens = Lexer(template).tokenize()
    return "".join(token.contents for token in tokens if token.token_type == TokenType.TEXT)


class Words(HTMLParser):
    """Collects what a reader sees or hears of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.found |= set(re.findall(r"[^\W\d_]+", data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"alt", "aria-label", "placeholder", "title"}:
                self.handle_data(value or "")


def test_every_message_is_translated_and_none_is_a_guess() -> None:
    assert [m.id for m in messages() if m.fuzzy or not all(forms(m.string))] == []


def test_every_translation_keeps_the_placeholders() -> None:
    assert [m.id for m in messages() if placeholders(m.id) != placeholders(m.string)] == []
    assert [(message.id, errors) for message, errors in catalogue().check()] == []


def test_french_is_written_with_its_own_quotation_marks_and_spaces() -> None:
    wrong = [f for m in messages() for f in forms(m.string) if WRONG_FRENCH.search(f)]
    assert wrong == []


def test_the_compiled_catalogue_says_what_the_readable_one_says() -> None:
    with MO.open("rb") as file:
        french = gettext.GNUTranslations(file)
    compiled: dict[Any, str] = vars(french)["_catalog"]
    assert {key: text for key, text in compiled.items() if key} == compiled_form(messages())
    assert french.ngettext("%(n)s record", "%(n)s records", 0) == "%(n)s fiche"


def test_the_catalogue_holds_every_wrapped_text_and_no_other() -> None:
    assert texts(wrapped()) == texts((message.context, message.id) for message in messages())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_past_translation(path: Path) -> None:
    words = Words()
    words.feed(own_html(path.read_text()))
    assert path.name in BILINGUAL or words.found <= NAMES


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "english"),
    [("/", "What have we learned?"), ("/lessons/", "Order:"), ("/no/", "Go to the first page")],
)
def test_a_french_reader_gets_french_pages(client: Client, address: str, english: str) -> None:
    page = client.get(address, headers={"accept-language": "fr-CA"}).content.decode()
    assert '<html lang="fr">' in page
    assert catalogue()[english].string in page
    assert english not in page
