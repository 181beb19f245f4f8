"""What writing takes: nothing beyond what is named, and no type taken for another."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StrictInt, StringConstraints

from lessons.models import (
    ActorType,
    AssertedBy,
    Claim,
    DatePrecision,
    FailureType,
    Kind,
    Level,
    Origin,
    Phase,
    Polarity,
    Predicate,
)

NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps none
MOST = 100  # themes, tags or countries in one body
LARGEST = 2**63 - 1
Text = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=20_000)]
Words = Annotated[str, StringConstraints(pattern=NO_NUL, min_length=1, max_length=20_000)]
Title = Annotated[str, StringConstraints(pattern=NO_NUL, min_length=1, max_length=300)]
Short = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=200)]
Slug = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{1,80}$")]
Name = Annotated[str, StringConstraints(pattern=NO_NUL, min_length=1, max_length=100)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[LFAR]-[1-9][0-9]{0,17}$")]
Number = Annotated[StrictInt, Field(ge=1, le=LARGEST)]
Year = Annotated[StrictInt, Field(ge=1, le=9999)]


def _only_text(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise ValueError("a date is written as 2001-12-31")
    return value


Day = Annotated[date, BeforeValidator(_only_text)]


class Body(Schema):
    """A body that holds what is named and no more."""

    model_config = ConfigDict(extra="forbid")


class QuotationIn(Body):
    """Words of a passage, exactly as it has them."""

    report: Slug
    passage: Annotated[StrictInt, Field(ge=1, le=2**31 - 1)] = Field(
        description="The passage's number in its report"
    )
    quotation: Words
    start: Annotated[StrictInt, Field(ge=0, le=2**31 - 1)] | None = Field(
        None, description="Where they begin, in code points, if they stand there more than once"
    )


class RecordChange(Body):
    """What a record says; what is left out stays as it is."""

    title: Title | None = None
    statement: Words | None = None
    discussion: Text | None = None
    language: (
        Annotated[str, StringConstraints(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,6})?$")] | None
    ) = None
    phase: Phase | Literal[""] | None = None
    year_from: Year | None = None
    year_to: Year | None = None
    countries: Annotated[list[CountryCode], Field(max_length=MOST)] | None = None
    themes: Annotated[list[Slug], Field(max_length=MOST)] | None = None
    tags: Annotated[list[Name], Field(max_length=MOST)] | None = None
    polarity: Polarity | None = None
    level: Level | None = None
    origin: Origin | None = None
    applies_when: Text | None = None
    failure_type: FailureType | None = None
    consequence: Text | None = None
    actor_type: ActorType | None = None
    aliases: Annotated[list[Short], Field(max_length=MOST)] | None = None
    external_ids: Annotated[dict[Name, Short], Field(max_length=MOST)] | None = None
    number: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=30)] | None = None
    identifier: Short | None = None


class RecordIn(RecordChange):
    """A new record; with a citation, both or neither is made."""

    kind: Kind
    title: Title
    statement: Words
    citation: QuotationIn | None = None


class StepIn(Body):
    """A step in a record's life; sending back and withdrawing need a reason."""

    step: Literal["submit", "publish", "send_back", "withdraw"]
    reason: Text = ""


class LinkIn(Body):
    """What the record says of another: ``record predicate target``."""

    predicate: Predicate
    target: Code
    asserted_by: AssertedBy = AssertedBy.ANALYST
    citation: Number | None = None
    note: Text = ""


class TagIn(Body):
    """A tag by its name."""

    name: Name


class ThemeIn(Body):
    """A theme by the name in its address."""

    theme: Slug


class UptakeIn(Body):
    """What somebody says became of the record, and where that is said."""

    claim: Claim
    date: Day
    date_precision: DatePrecision = DatePrecision.DAY
    claimed_by: Annotated[str, StringConstraints(pattern=NO_NUL, min_length=1, max_length=200)]
    citation: Number | None = None
    url: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=500)] = ""
    note: Text = ""
