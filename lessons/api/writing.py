"""Writing: the verbs, each on the version of a record that ``If-Match`` names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Path

from lessons import curation, describing, evidence
from lessons.models import Citation, Country, Link, Passage, Record, Theme
from lessons.permissions import require
from lessons.quoting import quote
from lessons.reviewing import STEPS

from .application import api
from .bodies import (
    LinkIn,
    QuotationIn,
    RecordChange,
    RecordIn,
    StepIn,
    TagIn,
    ThemeIn,
    UptakeIn,
)
from .problems import Problem, not_found
from .records import CODE, complete, shown
from .schemas import RecordOut
from .serving import require_writer

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the record as it was read, or its version in quotation marks",
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,8}(-[0-9a-f]{20})?"$'},
}
VERSION = re.compile(IF_MATCH["schema"]["pattern"])  # type: ignore[index]
ROW = Path(ge=1, le=2**63 - 1)
SETS = ("themes", "tags", "countries")


@api.post(
    "/records",
    response={201: RecordOut},
    operation_id="create_record",
    summary="Write a new draft",
    tags=["writing"],
)
def create_record(request: HttpRequest, response: HttpResponse, body: RecordIn) -> Any:
    """With ``citation`` the draft rests on words of a passage from the beginning."""
    require_writer(request)
    require(request.user, "add_record")
    fields = _named(body.model_dump(exclude_unset=True, exclude={"kind", "citation"}))
    if body.citation is None:
        record = curation.create_record(body.kind, by=request.user, **fields)
    else:
        record = quote(
            _passage(body.citation), body.citation.quotation, body.kind,
            by=request.user, start=body.citation.start, **fields,
        )  # fmt: skip
    response["Location"] = reverse("api:read_record", args=[record.code])
    return _as_it_is(request, response, record)


def _writes(
    method: str, path: str, verb: str, summary: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an operation on one record, which answers with the record as it then is."""
    return api.api_operation(
        [method],
        f"/records/{{code:code}}{path}",
        response=RecordOut,
        operation_id=verb,
        summary=summary,
        tags=["writing"],
        openapi_extra={"parameters": [IF_MATCH]},
    )


@_writes("PATCH", "", "change_record", "Change what a record says")
def change_record(
    request: HttpRequest, response: HttpResponse, body: RecordChange, code: str = CODE
) -> Any:
    """Only what is sent is changed; themes, tags and countries are replaced as a whole."""

    def change(record: Record) -> None:
        fields = _named(body.model_dump(exclude_unset=True))
        sets = {name: fields.pop(name) for name in SETS if name in fields}
        for name, value in fields.items():
            setattr(record, name, value)
        curation.save_record(record, by=request.user, **sets)

    return _done(request, response, code, change)


@_writes("POST", "/steps", "take_step", "Submit, publish, send back or withdraw")
def take_step(request: HttpRequest, response: HttpResponse, body: StepIn, code: str = CODE) -> Any:
    """Publishing needs a citation that holds and somebody other than the author."""
    step = STEPS[body.step]
    return _done(
        request, response, code, lambda r: step.take(r, by=request.user, reason=body.reason)
    )


@_writes("POST", "/citations", "cite", "Cite a passage")
def cite(request: HttpRequest, response: HttpResponse, body: QuotationIn, code: str = CODE) -> Any:
    """The words must stand in the passage exactly."""

    def do(record: Record) -> None:
        passage = _passage(body)
        evidence.cite(record, passage, body.quotation, by=request.user, start=body.start)

    return _done(request, response, code, do)


@_writes("DELETE", "/citations/{citation}", "uncite", "Take a citation away")
def uncite(
    request: HttpRequest, response: HttpResponse, code: str = CODE, citation: int = ROW
) -> Any:
    """Refused where a link rests on it, and of the last one of a published record."""

    def do(record: Record) -> None:
        evidence.uncite(_one(record.citations.filter(pk=citation)), by=request.user)

    return _done(request, response, code, do)


@_writes("POST", "/links", "link", "Link to another record")
def link(request: HttpRequest, response: HttpResponse, body: LinkIn, code: str = CODE) -> Any:
    """What the source itself says needs its citation."""

    def do(record: Record) -> None:
        target = complete(request.user).with_code(body.target).first()
        fields = body.model_dump(exclude={"predicate", "target", "citation"})
        curation.link(
            record, body.predicate, _there(target, "target"), by=request.user,
            citation=_citation(body.citation), **fields,
        )  # fmt: skip

    return _done(request, response, code, do)


@_writes("DELETE", "/links/{link}", "unlink", "Take a link away")
def unlink(request: HttpRequest, response: HttpResponse, code: str = CODE, link: int = ROW) -> Any:
    """From either end."""

    def do(record: Record) -> None:
        ends = Link.objects.filter(source=record) | Link.objects.filter(target=record)
        curation.unlink(_one(ends.filter(pk=link)), by=request.user)

    return _done(request, response, code, do)


@_writes("POST", "/tags", "add_tag", "Tag a record")
def add_tag(request: HttpRequest, response: HttpResponse, body: TagIn, code: str = CODE) -> Any:
    """By its name; one that is not there yet is made."""
    return _done(
        request, response, code, lambda r: describing.add_tag(r, body.name, by=request.user)
    )


@_writes("DELETE", "/tags/{slug}", "remove_tag", "Take a tag away")
def remove_tag(
    request: HttpRequest, response: HttpResponse, code: str = CODE, slug: str = Path(max_length=120)
) -> Any:
    """By the name in its address."""

    def do(record: Record) -> None:
        describing.remove_tag(record, _one(record.tags.filter(slug=slug)).name, by=request.user)

    return _done(request, response, code, do)


@_writes("POST", "/themes", "add_theme", "Put a record under a theme")
def add_theme(request: HttpRequest, response: HttpResponse, body: ThemeIn, code: str = CODE) -> Any:
    """One that is still offered."""

    def do(record: Record) -> None:
        theme = _there(Theme.objects.filter(slug=body.theme).first(), "theme")
        describing.add_theme(record, theme, by=request.user)

    return _done(request, response, code, do)


@_writes("DELETE", "/themes/{slug:slug}", "remove_theme", "Take a record from under a theme")
def remove_theme(
    request: HttpRequest, response: HttpResponse, code: str = CODE, slug: str = Path(max_length=80)
) -> Any:
    """By the name in its address."""

    def do(record: Record) -> None:
        describing.remove_theme(record, _one(record.themes.filter(slug=slug)), by=request.user)

    return _done(request, response, code, do)


@_writes("POST", "/uptake", "claim_uptake", "Claim what became of a record")
def claim_uptake(
    request: HttpRequest, response: HttpResponse, body: UptakeIn, code: str = CODE
) -> Any:
    """Dated and sourced; claims are added, never changed."""

    def do(record: Record) -> None:
        fields = body.model_dump(exclude={"citation"})
        citation = _citation(body.citation)
        curation.claim_uptake(record, by=request.user, citation=citation, **fields)

    return _done(request, response, code, do)


# What they share


def _done(
    request: HttpRequest, response: HttpResponse, code: str, do: Callable[[Record], Any]
) -> RecordOut:
    """Let ``do`` change the record in the version that was read, and return it as it then is."""
    require_writer(request)
    require(request.user, "view_record")
    record = Record.objects.visible_to(request.user).with_code(code).first()
    if record is None:
        raise not_found()
    record.version = _version_read(request)
    with transaction.atomic():
        curation.locked(record)
        do(record)
    return _as_it_is(request, response, record)


def _version_read(request: HttpRequest) -> int:
    named = request.headers.get("If-Match", "")
    if not named:
        raise Problem(428, _("Say in If-Match which version of the record you have read."))
    if not VERSION.fullmatch(named):
        raise Problem(400, _("If-Match: give the ETag of the record as you have read it."))
    return int(re.split('["-]', named)[1])


def _as_it_is(request: HttpRequest, response: HttpResponse, record: Record) -> RecordOut:
    return shown(complete(request.user).get(pk=record.pk), response)


def _named(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with the rows that themes and countries name."""
    for name, model, key in (("themes", Theme, "slug"), ("countries", Country, "code")):
        if fields.get(name) is None:
            fields.pop(name, None)
        else:
            fields[name] = _rows(name, model, key, fields[name])
    if fields.get("tags", ()) is None:
        del fields["tags"]
    # Where the model knows no null, nothing is an empty text.
    return {
        name: "" if value is None and name in {"discussion", "phase"} else value
        for name, value in fields.items()
    }


def _rows(name: str, model: Any, key: str, values: list[str]) -> list[Any]:
    found = {getattr(row, key): row for row in model.objects.filter(**{f"{key}__in": values})}
    for value in values:
        if value not in found:
            raise ValidationError({name: _("There is no “%(value)s” here.") % {"value": value}})
    return [found[value] for value in dict.fromkeys(values)]


def _passage(body: QuotationIn) -> Passage:
    passages = Passage.objects.current().filter(report__slug=body.report, ordinal=body.passage)
    return _there(passages.first(), "passage")


def _citation(pk: int | None) -> Citation | None:
    return None if pk is None else _there(Citation.objects.filter(pk=pk).first(), "citation")


def _there(row: Any, name: str) -> Any:
    if row is None:
        raise ValidationError({name: _("There is no such thing here.")})
    return row


def _one(rows: Any) -> Any:
    row = rows.first()
    if row is None:
        raise not_found()
    return row
