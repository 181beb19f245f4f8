"""Random records, and a slow and obvious way to find them."""

import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from lessons import curation
from lessons.models import Country, Kind, Link, Phase, Record, Report, Status, Tag, Theme
from lessons.search import SORTS, Filters, Found
from tests.factories import cite, make_record, make_report, make_theme

ANYONE = AnonymousUser()
FACETS = ("kind", "theme", "tag", "actor", "report", "country", "phase", "decade", "status")
WORDS = ("alarm", "Brigade", "conseil", "déni", "écoute", "force")
SIZE = 40


def make_corpus(chance: random.Random) -> None:
    """Make records that differ in everything a list can be asked for."""
    tops = [make_theme() for _number in range(2)]
    themes = tops + [make_theme(broader=chance.choice(tops)) for _number in range(3)]
    themes.append(make_theme(broader=themes[-1]))
    reports = [make_report() for _number in range(3)]
    countries = [
        Country(code=code, label_en=code, label_fr=code) for code in ("RWA", "BDI", "ZRCD")
    ]
    Country.objects.bulk_create(countries)
    for _number in range(SIZE):
        record = make_record(
            chance.choice(Kind.values),
            title=" ".join(chance.choices(WORDS, k=2)),
            statement=chance.choice(WORDS),
            discussion=chance.choice(["", "100 % certain", "a_b"]),
            phase=chance.choice(["", *Phase.values]),
            themes=chance.sample(themes, chance.choice([0, 1, 2])),
            tags=chance.sample(["red", "green", "blue"], chance.choice([0, 1, 2])),
            countries=chance.sample(countries, chance.choice([0, 1, 2])),
            **some_years(chance),
        )
        bring_on(record, reports, chance)
    link_at_random(chance)


def some_years(chance: random.Random) -> dict[str, int | None]:
    first, last = sorted(chance.choices(range(1978, 2004), k=2))
    return {"year_from": chance.choice([None, first]), "year_to": chance.choice([None, last])}


def bring_on(record: Record, reports: list[Report], chance: random.Random) -> None:
    for report in chance.sample(reports, chance.choice([1, 1, 2])):
        cite(record, report.passages.get(ordinal=chance.choice([1, 2, 3])))
    steps = chance.choice([0, 1, 2, 2, 2, 2, 3])
    if steps > 0:
        curation.submit(record, by=None)
    if steps > 1:
        curation.publish(record, by=None)
    if steps > 2:
        curation.withdraw(record, by=None, reason="Wrong.")


def link_at_random(chance: random.Random) -> None:
    of_kind = {kind: list(Record.objects.filter(kind=kind)) for kind in Kind}
    for predicate, source, target in (
        ("failed_in", Kind.ACTOR, Kind.FAILURE),
        ("warned_of", Kind.ACTOR, Kind.FAILURE),
        ("addressed_to", Kind.RECOMMENDATION, Kind.ACTOR),
        ("addressed_to", Kind.LESSON, Kind.ACTOR),
        ("part_of", Kind.ACTOR, Kind.ACTOR),
    ):
        for _number in range(8):
            one, other = chance.choice(of_kind[source]), chance.choice(of_kind[target])
            if one != other:
                Link.objects.get_or_create(source=one, predicate=predicate, target=other)


@dataclass
class Plain:
    """A record with all it can be found by, read once."""

    record: Record
    values: dict[str, set[str]]
    words: set[str]

    @classmethod
    def read(cls, record: Record) -> "Plain":
        neighbours = [link.target for link in record.links_out.all()]
        neighbours += [link.source for link in record.links_in.all()]
        citations = record.citations.all()
        values = {
            "kind": {record.kind},
            "status": {record.status},
            "theme": {slug for theme in record.themes.all() for slug in above(theme)},
            "tag": {tag.slug for tag in record.tags.all()},
            "actor": {other.code for other in neighbours if other.kind == Kind.ACTOR},
            "report": {citation.passage.report.slug for citation in citations},
            "country": {country.code for country in record.countries.all()},
            "phase": {record.phase} - {""},
        }
        texts = [record.title, record.statement, record.discussion, *(c.exact for c in citations)]
        values["decade"] = decades(record)
        return cls(record, values, set(re.findall(r"\w+", folded("\n".join(texts)))))

    @property
    def recurrence(self) -> int:
        return len(self.values["report"])

    def fits(self, asked: Filters, without: str = "") -> bool:
        """Whether this is an answer: one plain comparison after the other."""
        for name, values in self.values.items():
            chosen = set(getattr(asked, name, ()))
            if name != without and chosen and not chosen & values:
                return False
        if without == "decade":
            asked = asked.with_(year_from=None, year_to=None)
        years = [year for year in (self.record.year_from, self.record.year_to) if year]
        if asked.year_from and not (years and max(years) >= asked.year_from):
            return False
        if asked.year_to and not (years and min(years) <= asked.year_to):
            return False
        return all(word in self.words for word in re.findall(r"\w+", folded(asked.q)))


def shown(found: Found, start: int, stop: int) -> list[Record]:
    """Return the records of a page, in its order."""
    return [row.record for row in found.rows(start, stop)]


def in_order(found: list[Plain], sort: str) -> list[int]:
    """Return the ids of what was found as a list shows it."""
    keys: dict[str, Any] = {
        "title": lambda plain: (folded(plain.record.title), plain.record.pk),
        "recent": lambda plain: (-int(dated(plain.record)), -plain.record.pk),
        "year": lambda plain: (plain.record.year_from or 99999, plain.record.pk),
        "recurrence": lambda plain: (-plain.recurrence, -plain.record.pk),
    }
    return [plain.record.pk for plain in sorted(found, key=keys[sort])]


def dated(record: Record) -> float:
    return (record.published_at or record.updated_at).timestamp()


def decades(record: Record) -> set[str]:
    years = [year for year in (record.year_from, record.year_to) if year]
    return {str(year // 10 * 10) for year in range(min(years), max(years) + 1)} if years else set()


def above(theme: Theme) -> set[str]:
    """Return the slugs of a theme and of all its broader ones."""
    return {theme.slug} | (above(theme.broader) if theme.broader else set())


def folded(text: str) -> str:
    return text.lower().replace("é", "e")


def ask_at_random(chance: random.Random, user: Any) -> Filters:
    choices = {
        "kind": Kind.values,
        "theme": list(Theme.objects.values_list("slug", flat=True)),
        "tag": list(Tag.objects.values_list("slug", flat=True)),
        "actor": [r.code for r in Record.objects.published().filter(kind=Kind.ACTOR)],
        "report": list(Report.objects.values_list("slug", flat=True)),
        "country": ["RWA", "BDI", "ZRCD"],
        "phase": Phase.values,
        "status": ["published"] * 2 if user is ANYONE else Status.values,
    }
    names = chance.sample(sorted(choices), chance.choice([0, 1, 1, 2]))
    asked = {name: tuple(chance.sample(choices[name], chance.choice([1, 2]))) for name in names}
    years = sorted(chance.choices(range(1978, 2004), k=2))
    years = chance.choice([years, (1980, 1989), (1990, 1999)])
    return Filters(
        q=chance.choice(["", "", "", *WORDS, "DENI", "100", "certain", "!"]),
        year_from=chance.choice([None, None, years[0]]),
        year_to=chance.choice([None, None, years[1]]),
        sort=chance.choice(sorted(SORTS.keys() - {"relevance"})),
        **asked,
    )


def facet_counts(
    asked: Filters, name: str, records: list[Plain], visible: list[Plain]
) -> Counter[str]:
    """Count each value of a facet as if none of it were chosen."""
    base = [plain for plain in records if plain.fits(asked, without=name)]
    counts = Counter(value for plain in base for value in plain.values[name])
    if name != "actor":
        return counts
    codes = {plain.record.code for plain in visible}
    return Counter({code: count for code, count in counts.items() if code in codes})
