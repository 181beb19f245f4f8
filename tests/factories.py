"""Things to test with, made through the verbs that make them in the product."""

from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Role, User
from lessons import curation, evidence
from lessons.models import Citation, Kind, Passage, Record, Report, Status, Suggestion, Theme

TEXT = (
    "The mission was warned in January that weapons were being handed out.",
    "Nobody in the capitals acted on the warning; the force was cut instead.",
    "A clear mandate must come before a deployment, not after it.",
)
REQUIRED: dict[str, dict[str, Any]] = {
    Kind.LESSON: {"origin": "stated"},
    Kind.FAILURE: {"failure_type": "omission"},
    Kind.ACTOR: {"actor_type": "state"},
    Kind.RECOMMENDATION: {},
}
_number = count(1)


def make_user(role: str = Role.ANALYST, **fields: Any) -> User:
    """Make a user with the password ``password``."""
    name = f"{role}{next(_number)}"
    defaults = {"username": name, "email": f"{name}@example.org", "password": "password"}
    return User.objects.create_user(role=role, **{**defaults, **fields})


def make_report(texts: tuple[str, ...] = TEXT, **fields: Any) -> Report:
    number = next(_number)
    defaults = {
        "slug": f"report-{number}",
        "title": f"Report {number}",
        "authors": ["Doe, Jane"],
        "issued": "1996-03-01",
    }
    passages = [evidence.PassageText(text) for text in texts]
    return evidence.add_report(passages, by=None, **{**defaults, **fields})


def make_theme(**fields: Any) -> Theme:
    number = next(_number)
    defaults = {
        "slug": f"theme-{number}",
        "notation": f"T{number}",
        "pref_label_en": f"Theme {number}",
        "pref_label_fr": f"Thème {number}",
    }
    return Theme.objects.create(**{**defaults, **fields})


def make_record(kind: str = Kind.LESSON, by: User | None = None, **fields: Any) -> Record:
    """Make a draft without a citation."""
    number = next(_number)
    defaults = {"title": f"Title {number}", "statement": f"Statement {number}.", **REQUIRED[kind]}
    return curation.create_record(kind, by=by, **{**defaults, **fields})


def cite(record: Record, passage: Passage | None = None, quotation: str = "") -> Record:
    """Let ``record`` rest on a passage, by default the first of a new report."""
    passage = passage or make_report().passages.get(ordinal=1)
    evidence.cite(record, passage, quotation or passage.text, by=None)
    return record


def make_suggestion(kind: str = Kind.FAILURE, words: str = TEXT[1], **fields: Any) -> Suggestion:
    """Make a suggestion that waits, of the words of a passage of its own."""
    text = fields.pop("text", words)
    passage = make_report((text,), language="fr").passages.get()
    start = text.index(words)
    spot = {"start": start, "end": start + len(words), "cue": "lack*", "score": 0.5}
    return Suggestion.objects.create(passage=passage, kind=kind, exact=words, **spot, **fields)


def make_published(
    kind: str = Kind.LESSON, passage: Passage | None = None, **fields: Any
) -> Record:
    record = cite(make_record(kind, **fields), passage)
    return curation.publish(curation.submit(record, by=None), by=None)


@transaction.atomic
def make_many(number: int, passage: Passage | None = None) -> list[Record]:
    """Make published lessons in bulk, past the verbs: for what only a number of records shows."""
    passage = passage or make_report().passages.get(ordinal=1)
    records = Record.objects.bulk_create(
        Record(
            kind=Kind.LESSON,
            title=f"Lesson {index:04}",
            statement="Listen.",
            origin="stated",
            status=Status.PUBLISHED,
            published_at=timezone.now(),
        )
        for index in range(number)
    )
    words = {"exact": passage.text, "start": 0, "end": len(passage.text)}
    digest = evidence.text_sha256(passage.text)
    Citation.objects.bulk_create(
        Citation(record=record, passage=passage, text_sha256=digest, **words) for record in records
    )
    return records
