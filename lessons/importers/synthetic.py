"""A synthetic corpus as rows for COPY: as large as asked for, the same for the same seed.

For measuring and trying out, never for reading: reports are called “Synthetic report n”, tags and
identifiers begin with ``synthetic/``. Words contain neither tabs nor backslashes, so that a row is
its fields joined.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from lessons.models.vocabulary import (
    ActorType,
    Claim,
    FailureType,
    Kind,
    Level,
    Origin,
    Phase,
    Polarity,
    Predicate,
)

from .synthetic_words import Words, sentence

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
PREFIX = "synthetic/"
BATCH = 5_000  # records made and sent together
PASSAGES = 24  # of one report
QUOTABLE = 4  # sentences of one passage, each of which may be cited
CITATIONS = 3  # of one record at most; its citations' ids are reserved
AROUND = 32  # characters kept before and after a quotation
NULL = r"\N"
# The kinds of records that follow the actors, in turn.
PATTERN = tuple("llflrflrfl")
KINDS = {kind.value[0]: kind.value for kind in Kind}
POSITIONS = {letter: [n for n, one in enumerate(PATTERN) if one == letter] for letter in "lfr"}
FIRST_DAY = datetime(2015, 1, 1, tzinfo=UTC)
DAYS = [str((FIRST_DAY + timedelta(days=day)).date()) for day in range(3650)]
FRENCH = 0.1
# Lists, since Django makes ``values`` anew each time it is asked for.
PHASES, POLARITIES, LEVELS = Phase.values, Polarity.values, Level.values
FAILURE_TYPES, ACTOR_TYPES, ORIGINS = FailureType.values, ActorType.values, Origin.values
CLAIMS = Claim.values
CLAIMED_BY = [f"Synthetic body {number}" for number in range(1, 8)]
NOTE = "Made by a program to try Hindsight out: nobody wrote it and nothing in it happened."
STATUSES = ["published"] * 90 + ["draft"] * 5 + ["in_review"] * 3 + ["withdrawn"] * 2
COLUMNS = {
    "lessons_report": "id slug title authors issued language text_version subtitle commissioned_by"
    " publisher issued_precision type symbol isbn doi url rights note file created_at",
    "lessons_passage": "id report_id text_version ordinal section_path page_label page text",
    "lessons_record": "id kind title statement discussion identifier language phase year_from"
    " year_to polarity level origin failure_type actor_type status version created_at updated_at"
    " reviewed_at published_at",
    "lessons_record_themes": "record_id theme_id",
    "lessons_record_countries": "record_id country_id",
    "lessons_recordtag": "content_object_id tag_id",
    "lessons_citation": "id record_id passage_id exact prefix suffix start end text_sha256 state"
    " created_at",
    "lessons_link": "source_id predicate target_id asserted_by citation_id note created_at",
    "lessons_uptake": "record_id claim date date_precision claimed_by citation_id url note"
    " created_at",
}
Rows = dict[str, list[str]]


@dataclass(frozen=True)
class Start:
    """The first free id of each table, and the rows that the corpus refers to."""

    record: int
    citation: int
    report: int
    passage: int
    report_number: int
    themes: list[int]
    tags: list[int]
    countries: list[str]
    actors: list[int] = field(default_factory=list)  # synthetic ones that are there already


class Corpus:
    """``records`` records resting on ``reports`` reports, of which ``new_actors`` are actors."""

    def __init__(
        self, records: int, reports: int, new_actors: int, seed: int, start: Start
    ) -> None:
        self.records, self.reports, self.new_actors = records, reports, new_actors
        self.seed, self.start = seed, start
        self.actors = [*start.actors, *range(start.record, start.record + new_actors)]
        self.spans: list[str] = []
        self._actor_weights = _zipf(len(self.actors))
        self._tag_weights = _zipf(len(start.tags))

    @cached_property
    def clauses(self) -> dict[str, list[str]]:
        """The runs of words that texts are made of, by language."""
        return {language: Words(language, SEEDS).clauses(language) for language in ("en", "fr")}

    def sources(self) -> Rows:
        """Return the reports with their passages; before the records, which quote them."""
        chance = self._chance("reports")
        rows: Rows = {"lessons_report": [], "lessons_passage": []}
        for number in range(self.reports):
            pk = self.start.report + number
            language = "fr" if chance.random() < FRENCH else "en"
            rows["lessons_report"].append(self._report(chance, number, language))
            for ordinal in range(1, PASSAGES + 1):
                rows["lessons_passage"].append(self._passage(chance, number, pk, ordinal, language))
        return rows

    def batches(self) -> Iterator[Rows]:
        """Yield all records with what hangs on them."""
        for first in range(0, self.records, BATCH):
            rows: Rows = {table: [] for table in list(COLUMNS)[2:]}
            chance, of_claims = self._chance(first), self._chance(f"claims {first}")
            for number in range(first, min(first + BATCH, self.records)):
                letter, cited = self._record(chance, number, rows)
                if letter in "lr":
                    rows["lessons_uptake"] += self._claims(of_claims, number, cited)
            yield rows

    def _chance(self, part: object) -> random.Random:
        return random.Random(f"{self.seed} {part}")  # noqa: S311  (not for secrets)

    # Reports

    def _report(self, chance: random.Random, number: int, language: str) -> str:
        issued = FIRST_DAY - timedelta(days=chance.randrange(9000))
        title = f"Synthetic report {self.start.report_number + number}"
        author = self._text(chance, language, 1).split()[0].rstrip(".")
        fields = [
            self.start.report + number,
            f"synthetic-{self.seed}-{number + 1}",
            title,
            f'{{"{author}, Synthetic"}}',
            issued.date(),
            language,
            1,
            *[""] * 3,
            "day",
            "study",
            *[""] * 5,
            NOTE,
            "",
            FIRST_DAY,
        ]
        return _row(fields)

    def _passage(
        self, chance: random.Random, number: int, report: int, ordinal: int, language: str
    ) -> str:
        pk = self.start.passage + number * PASSAGES + ordinal - 1
        sentences = [self._text(chance, language, 3) for _one in range(QUOTABLE)]
        text = " ".join(sentences)
        digest = hashlib.sha256(text.encode()).hexdigest()
        at = 0
        for one in sentences:
            end = at + len(one)
            around = text[max(0, at - AROUND) : at], text[end : end + AROUND]
            self.spans.append(
                _row([pk, one, *around, at, end, digest, "verified", FIRST_DAY]).rstrip("\n")
            )
            at = end + 1
        return _row([pk, report, 1, ordinal, "{}", "", ordinal, text])

    # Records

    def _record(self, chance: random.Random, number: int, rows: Rows) -> tuple[str, int]:
        """Add a record with what hangs on it; return its kind's letter and its first citation."""
        pk = self.start.record + number
        letter = "a" if number < self.new_actors else PATTERN[number % len(PATTERN)]
        status = chance.choice(STATUSES)
        rows["lessons_record"].append(self._record_row(chance, number, letter, status))
        self._bear(chance, pk, rows)
        cited = self._cite(chance, number, status, rows)
        for source, predicate, target in self._links(chance, number, letter):
            own = cited and chance.random() < 0.2  # noqa: PLR2004  (a fifth, as the source says)
            by, citation = ("source", cited) if own else ("analyst", NULL)
            rows["lessons_link"].append(
                f"{source}\t{predicate}\t{target}\t{by}\t{citation}\t\t{FIRST_DAY}\n"
            )
        return letter, cited

    def _record_row(self, chance: random.Random, number: int, letter: str, status: str) -> str:
        language = "fr" if chance.random() < FRENCH else "en"
        written = f"{chance.choice(DAYS)} 12:00:00.{number % 1_000_000:06}Z"
        dated = written if status in {"published", "withdrawn"} else NULL
        fields = [
            self.start.record + number,
            KINDS[letter],
            self._text(chance, language, 1).rstrip("."),
            self._text(chance, language, 3),
            f"{self._text(chance, language, 3)} {self._text(chance, language, 2)}",
            f"{PREFIX}{self.seed}/{number + 1}",
            language,
            chance.choice(PHASES),
            *_years(chance),
            *_of_kind(chance, letter),
            status,
            1,
            written,
            written,
            dated,
            dated,
        ]
        return _row(fields)

    def _text(self, chance: random.Random, language: str, clauses: int) -> str:
        return sentence(chance.choices(self.clauses[language], k=clauses))

    def _bear(self, chance: random.Random, pk: int, rows: Rows) -> None:
        """Give a record themes, tags and countries."""
        themes = chance.choices(self.start.themes, k=chance.choice((1, 1, 2)))
        tags = chance.choices(self.start.tags, cum_weights=self._tag_weights, k=chance.randrange(5))
        countries = chance.choices(self.start.countries, k=chance.choice((0, 1, 1, 2)))
        for table, values in (
            ("lessons_record_themes", themes),
            ("lessons_recordtag", tags),
            ("lessons_record_countries", countries),
        ):
            rows[table] += [f"{pk}\t{value}\n" for value in dict.fromkeys(values)]

    def _cite(self, chance: random.Random, number: int, status: str, rows: Rows) -> int:
        """Let a record rest on one to three quotations; return the first citation's id, or 0.

        Drafts may have none yet.
        """
        if status == "draft" and chance.random() < 0.5:  # noqa: PLR2004
            return 0
        first = self.start.citation + number * CITATIONS
        record = self.start.record + number
        much_cited = len(self.spans)
        places = dict.fromkeys(
            int(much_cited * chance.random() ** 2) for _one in range(chance.choice((1, 1, 2, 3)))
        )
        rows["lessons_citation"] += [
            f"{first + n}\t{record}\t{self.spans[place]}\n" for n, place in enumerate(places)
        ]
        return first

    def _links(
        self, chance: random.Random, number: int, letter: str
    ) -> Iterator[tuple[int, str, int]]:
        pk = self.start.record + number
        actor = chance.choices(self.actors, cum_weights=self._actor_weights)[0]
        if letter == "f" and chance.random() < 0.8:  # noqa: PLR2004
            yield actor, chance.choice(FAILING), pk
        if letter in "lr" and chance.random() < 0.5:  # noqa: PLR2004
            yield pk, ADDRESSED_TO, actor
        if letter in ABOUT and chance.random() < 0.6:  # noqa: PLR2004
            predicate, of = ABOUT[letter]
            target = self._earlier(chance, number, of)
            if target:
                yield pk, predicate, target

    def _claims(self, chance: random.Random, number: int, cited: int) -> list[str]:
        """Return what is said to have become of a record: of most nothing, of some this and that.

        A claim rests on the record's own quotation or on an address; later ones may deny earlier.
        """
        record = self.start.record + number
        said = chance.choices(CLAIMS, k=chance.choice((0, 0, 0, 1, 1, 2, 3)))
        days = sorted(chance.choices(DAYS, k=len(said)))
        rows = []
        for claim, day in zip(said, days, strict=True):
            own = cited and chance.random() < 0.3  # noqa: PLR2004  (so many rest on a quotation)
            source = (cited, "") if own else (NULL, f"https://example.org/{PREFIX}{number + 1}")
            body = chance.choice(CLAIMED_BY)
            rows.append(_row([record, claim, day, "day", body, *source, "", FIRST_DAY]))
        return rows

    def _earlier(self, chance: random.Random, number: int, letter: str) -> int:
        """Return the id of a record of a kind, written some time before; 0 if there is none."""
        block = number // len(PATTERN) - chance.randrange(1, 60)
        found = block * len(PATTERN) + chance.choice(POSITIONS[letter])
        return self.start.record + found if found >= self.new_actors else 0


ADDRESSED_TO = Predicate.ADDRESSED_TO.value
FAILING = ["responsible_for", "failed_in", "affected_by", "warned_of"]
# What a record of a kind says of an earlier one of another.
ABOUT = {
    "l": (Predicate.DRAWN_FROM.value, "f"),
    "r": (Predicate.ADDRESSES.value, "l"),
    "f": (Predicate.CAUSED_BY.value, "f"),
}


def tag_words(number: int) -> list[str]:
    """Return the words that tags are called by, the same for every seed."""
    return Words("en", SEEDS).all[50 : 50 + number]  # without “the” and its like


def _row(fields: list[object]) -> str:
    return "\t".join(map(str, fields)) + "\n"


def _zipf(number: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, number + 1)))


def _years(chance: random.Random) -> tuple[object, object]:
    if chance.random() < 0.15:  # noqa: PLR2004  (so many are undated)
        return NULL, NULL
    first = 2020 - int(60 * chance.random() ** 2)
    return first, first + chance.choice((0, 0, 0, 1, 4))


def _of_kind(chance: random.Random, letter: str) -> list[object]:
    """Return polarity, level, origin, kind of failure and kind of actor."""
    if letter == "l":
        chosen = [chance.choice(values) for values in (POLARITIES, LEVELS, ORIGINS)]
        return [*chosen, NULL, NULL]
    failure = chance.choice(FAILURE_TYPES) if letter == "f" else NULL
    actor = chance.choice(ACTOR_TYPES) if letter == "a" else NULL
    return [NULL, NULL, NULL, failure, actor]
