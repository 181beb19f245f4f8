"""Records and passages as documents of the index, read from the database in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import blake2b
from typing import Any

import tantivy
from django.db.models import F

from lessons.models import Access, Passage, Sight, Status

from . import schema
from .ordering import order_fields
from .reading import Known, Main, Whole, chunks, in_public, whole_records
from .schema import STEMMERS, readable

DECADES = 30  # at most so many of one record are counted
Fields = dict[str, list[Any]]  # a document: the values of each of its fields


def documents(name: str, ids: Iterable[int] | None = None) -> Iterator[tantivy.Document]:
    """Yield the documents of index ``name`` for the rows ``ids`` (None: for all there are)."""
    built = schema.SCHEMAS[name]()
    for fields in READERS[name](ids):
        yield tantivy.Document.from_dict({**fields, "digest": digest(fields)}, built)


def digests(name: str, ids: Iterable[int] | None = None) -> Iterator[tuple[int, int]]:
    """Yield id and digest of each document that index ``name`` should hold, by ascending id.

    A record of which not all see the same has two.
    """
    for fields in READERS[name](ids):
        yield fields["id"][0], digest(fields)


def digest(fields: Fields) -> int:
    """Return a number of 64 bits that differs where two documents do."""
    content = sorted((name, sorted(values)) for name, values in fields.items())
    return int.from_bytes(blake2b(repr(content).encode(), digest_size=8).digest())


def record_fields(ids: Iterable[int] | None = None) -> Iterator[Fields]:
    """Yield the fields of each record of ``ids`` (None: of all) that is not merged away.

    What the public sees of it is a document of its own, if it is less than what others see.
    """
    known = Known()
    for whole in whole_records(ids, known):
        for sights, seen in _seen(whole):
            yield {
                "id": [seen.main.id],
                "sight": sights,
                **_texts(seen),
                **_values(seen, known),
                **_years(seen.main),
                **_ordering(seen),
            }


def _seen(whole: Whole) -> Iterator[tuple[list[str], Whole]]:
    """Yield what is seen of a record, with the sights that see it so."""
    if whole.main.status != Status.PUBLISHED:
        yield [Sight.DESK], whole
    elif whole.main.restricted:
        yield [Sight.DESK, Sight.INSIDE], whole
    elif (public := in_public(whole)) == whole:
        yield list(Sight), whole
    else:
        yield [Sight.DESK, Sight.INSIDE], whole
        yield [Sight.PUBLIC], public


def passage_fields(ids: Iterable[int] | None = None) -> Iterator[Fields]:
    """Yield the fields of each passage of ``ids`` (None: of all) that is read today."""
    found = Passage.objects.filter(text_version=F("report__text_version"))
    columns = ("pk", "text", "report__slug", "report__language", "report__access")
    for rows in chunks(found.values_list(*columns), ids):
        for pk, text, slug, code, access in rows:
            said = [readable(text)]
            yield {
                "id": [pk], "report": [slug], f"all_{language(code)}": said, "plain": said,
                "sight": [one for one in Sight if one.reads_restricted or access == Access.PUBLIC],
            }  # fmt: skip


READERS: dict[str, Callable[[Iterable[int] | None], Iterator[Fields]]] = {
    "records": record_fields,
    "passages": passage_fields,
}


@cache
def language(code: str) -> str:
    """Return the analyzer for a language code: English unless it is another we can stem."""
    return code[:2] if code[:2] in STEMMERS else "en"


def _texts(whole: Whole) -> Fields:
    main = whole.main
    own = language(main.language)
    texts = [("title", own, main.title), ("statement", own, main.statement)]
    texts += [("names", own, alias) for alias in main.aliases or []]
    texts += _terms(whole)
    texts += [("quotations", language(c.report.language), c.exact) for c in whole.citations]
    fields: Fields = defaultdict(list)
    read = [(part, spoken, readable(text)) for part, spoken, text in texts]
    for part, spoken, text in read:
        fields[f"{part}_{spoken}"].append(text)
    weighed = [(spoken, text) for _part, spoken, text in read]
    # Every text once more where it decides what matches, with those that weigh nothing.
    for spoken, text in dict.fromkeys([*weighed, *_light_texts(whole)]):
        if text:
            fields[f"all_{spoken}"].append(text)
            fields["plain"].append(text)
    return fields


def _terms(whole: Whole) -> list[tuple[str, str, str]]:
    """Return what a record is filed under: its tags, themes and countries."""
    own = language(whole.main.language)
    texts = [("terms", own, name) for name, _slug in whole.tags]
    for theme in whole.themes:
        texts += [("terms", "en", label) for label in (theme.pref_label_en, *theme.alt_labels_en)]
        texts += [("terms", "fr", label) for label in (theme.pref_label_fr, *theme.alt_labels_fr)]
    for country in whole.countries:
        texts += [("terms", "en", country.label_en), ("terms", "fr", country.label_fr)]
    return texts


def _light_texts(whole: Whole) -> Iterator[tuple[str, str]]:
    main = whole.main
    own = language(main.language)
    for text in (main.discussion, main.applies_when, main.consequence):
        yield own, readable(text or "")
    for citation in whole.citations:
        yield language(citation.report.language), readable(citation.report.full_title)


def _values(whole: Whole, known: Known) -> Fields:
    return {
        "kind": [whole.main.kind],
        "status": [whole.main.status],
        "theme": list({slug for theme in whole.themes for slug in known.with_broader(theme)}),
        "tag": [slug for _name, slug in whole.tags],
        "actor": list(whole.actors),
        "report": list({citation.report.slug for citation in whole.citations}),
        "country": [country.code for country in whole.countries],
        "phase": [whole.main.phase] if whole.main.phase else [],
    }


def _years(main: Main) -> Fields:
    first, last = main.year_from or main.year_to, main.year_to or main.year_from
    if not first or not last:
        return {}
    return {"first_year": [first], "last_year": [last], "decade": decades(first, last)}


def decades(first: int, last: int) -> list[str]:
    """Return the first year of each decade that a record of these years is counted in."""
    return [str(year) for year in range(first // 10 * 10, last + 1, 10)[:DECADES]]


def _ordering(whole: Whole) -> Fields:
    main = whole.main
    fields = order_fields(
        main.id,
        main.sort_key,
        main.published_at or main.updated_at,
        main.year_from,
        len({citation.report.pk for citation in whole.citations}),
    )
    return {name: [value] for name, value in fields.items()}
