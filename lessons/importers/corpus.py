"""Writing a synthetic corpus into the database, and checking what its triggers would have."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from lessons.models import (
    JOINS,
    Country,
    Kind,
    Record,
    Report,
    SearchOutbox,
    Tag,
    Theme,
)

from . import bulk, synthetic
from .synthetic import PREFIX, Corpus, Start

ACTORS = 500
TAGS = 5_000
COUNTRIES = 30
TOP_THEMES, NARROWER = 8, 4


class CorpusError(ValueError):
    """A corpus that cannot be written, or that does not hold; the message says why."""


def load(records: int, reports: int, seed: int) -> None:
    """Write a corpus in one transaction; raises CorpusError if this seed was used already.

    The rows have no history. The outbox is emptied, so that every index is built anew.
    """
    if Record.objects.filter(identifier__startswith=f"{PREFIX}{seed}/").exists():
        raise CorpusError(f"There are records of seed {seed} here already. Choose another --seed.")
    with transaction.atomic():
        with bulk.unguarded(synthetic.COLUMNS):
            corpus = _planned(records, reports, seed)
            _send(corpus)
        _check(corpus.start)
        SearchOutbox.objects.all().delete()
    with connection.cursor() as cursor:
        for table in synthetic.COLUMNS:
            cursor.execute(f"ANALYZE {table}")


def _planned(records: int, reports: int, seed: int) -> Corpus:
    actors = list(
        Record.objects.filter(identifier__startswith=PREFIX, kind=Kind.ACTOR)
        .order_by("pk")
        .values_list("pk", flat=True)[:ACTORS]
    )
    start = Start(
        record=bulk.reserve("lessons_record", records),
        citation=bulk.reserve("lessons_citation", records * synthetic.CITATIONS),
        report=bulk.reserve("lessons_report", reports),
        passage=bulk.reserve("lessons_passage", reports * synthetic.PASSAGES),
        report_number=Report.objects.filter(slug__startswith="synthetic-").count() + 1,
        themes=_themes(),
        tags=_tags(),
        countries=_countries(),
        actors=actors,
    )
    new_actors = min(ACTORS - len(actors), max(1, records // 20)) if len(actors) < ACTORS else 0
    return Corpus(records, reports, new_actors, seed, start)


def _send(corpus: Corpus) -> None:
    for part in ([corpus.sources()], corpus.batches()):
        for _sent in bulk.copy(part, synthetic.COLUMNS):
            pass


# What the corpus refers to: the scheme that is here, or one made for it


def _themes() -> list[int]:
    if not Theme.objects.filter(deprecated=False).exists():
        _make_themes()
    return list(
        Theme.objects.filter(deprecated=False).order_by("notation").values_list("pk", flat=True)
    )


def _make_themes() -> None:
    for top in range(1, TOP_THEMES + 1):
        broader = _make_theme(str(top), None)
        for narrower in range(1, NARROWER + 1):
            _make_theme(f"{top}.{narrower}", broader)


def _make_theme(notation: str, broader: Theme | None) -> Theme:
    return Theme.objects.create(
        slug=f"synthetic-{notation.replace('.', '-')}",
        notation=notation,
        pref_label_en=f"Synthetic theme {notation}",
        pref_label_fr=f"Thème synthétique {notation}",
        broader=broader,
    )


def _tags() -> list[int]:
    words = synthetic.tag_words(TAGS)
    Tag.objects.bulk_create(
        (
            Tag(name=f"{PREFIX}{word}", slug=f"synthetic-{number}")
            for number, word in enumerate(words)
        ),
        ignore_conflicts=True,
    )
    found = dict(Tag.objects.filter(name__startswith=PREFIX).values_list("name", "pk"))
    return [found[name] for word in words if (name := f"{PREFIX}{word}") in found]


def _countries() -> list[str]:
    if not Country.objects.exists():
        # Codes that ISO 3166 leaves to users.
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        codes = [f"X{a}{b}" for a in letters for b in letters][:COUNTRIES]
        Country.objects.bulk_create(
            Country(code=code, label_en=f"Synthetic {code}", label_fr=f"Pays synthétique {code}")
            for code in codes
        )
    return list(Country.objects.order_by("code").values_list("code", flat=True))


# What the triggers would have refused

CHECKS = {
    "published records without a citation that holds": """
        SELECT count(*) FROM lessons_record r
        WHERE r.id >= %(record)s AND r.status = 'published' AND NOT EXISTS (
            SELECT 1 FROM lessons_citation c WHERE c.record_id = r.id AND c.state <> 'lost')""",
    "citations that do not stand in their passage": """
        WITH passage AS MATERIALIZED (
            SELECT id, text, encode(sha256(convert_to(text, 'UTF8')), 'hex') AS digest
            FROM lessons_passage WHERE id >= %(passage)s)
        SELECT count(*) FROM lessons_citation c LEFT JOIN passage p ON p.id = c.passage_id
        WHERE c.id >= %(citation)s AND (
            substr(p.text, c.start + 1, c."end" - c.start) IS DISTINCT FROM c.exact
            OR c.text_sha256 IS DISTINCT FROM p.digest)""",
    "links that do not fit their kinds": """
        SELECT count(*) FROM lessons_link l
        JOIN lessons_record s ON s.id = l.source_id JOIN lessons_record t ON t.id = l.target_id
        WHERE greatest(s.id, t.id) >= %(record)s
          AND (l.predicate, s.kind, t.kind) NOT IN %(allowed)s""",
    "links whose citation is of neither end": """
        SELECT count(*) FROM lessons_link l JOIN lessons_citation c ON c.id = l.citation_id
        WHERE c.id >= %(citation)s AND c.record_id NOT IN (l.source_id, l.target_id)""",
    "claims of what cannot be taken up, or on another record's words": """
        SELECT count(*) FROM lessons_uptake u JOIN lessons_record r ON r.id = u.record_id
        LEFT JOIN lessons_citation c ON c.id = u.citation_id
        WHERE r.id >= %(record)s
          AND (r.kind NOT IN ('lesson', 'recommendation') OR c.record_id <> r.id)""",
}


def _check(start: Start) -> None:
    """Raise CorpusError, which takes everything back, if a rule of the database is broken."""
    known: dict[str, Any] = {
        "record": start.record,
        "citation": start.citation,
        "passage": start.passage,
        "allowed": tuple((p.value, s.value, t.value) for p, ends in JOINS.items() for s, t in ends),
    }
    with connection.cursor() as cursor:
        for what, counted in CHECKS.items():
            cursor.execute(counted, known)
            (number,) = cursor.fetchone()
            if number:
                raise CorpusError(f"{number} {what}: nothing was written.")
