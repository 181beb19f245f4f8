"""Reading everything else: reports with their passages, citations, links, themes, tags, uptake."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Schema

from lessons.citing import permalink
from lessons.models import (
    Citation,
    Country,
    Link,
    Passage,
    Record,
    Report,
    Sight,
    Tag,
    Theme,
    Uptake,
    sight_of,
)
from lessons.search import BadQuery

from .application import api
from .cursors import padded
from .parameters import PAGING, Asked
from .problems import not_found
from .schemas import (
    CitationOut,
    CountryOut,
    LinkOut,
    PassageOut,
    ReportOut,
    TagOut,
    ThemeOut,
    UptakeOut,
)

SLUG = Path(pattern=r"^[-a-zA-Z0-9_]{1,80}$", description="The name in its address")
OF_RECORD = {
    "name": "record",
    "in": "query",
    "description": "Of this record alone",
    "schema": {"type": "string", "pattern": "^[LFAR]-[1-9][0-9]{0,17}$"},
}


@dataclass(frozen=True)
class Collection:
    """All of one entity that somebody may see, in the order of ``key``, which never changes."""

    plural: str
    one: type[Schema]
    rows: Callable[[Any], QuerySet[Any]]
    key: str = "pk"
    record: tuple[str, ...] = ()  # the columns that name a record, if it can be asked for


def _citations(user: Any) -> QuerySet[Any]:
    visible = Citation.objects.readable_by(user).filter(record__in=Record.objects.visible_to(user))
    return visible.select_related("record", "passage__report")


def _links(user: Any) -> QuerySet[Any]:
    return Link.objects.visible_to(user).select_related("source", "target")


def _uptake(user: Any) -> QuerySet[Any]:
    visible = Uptake.objects.readable_by(user).filter(record__in=Record.objects.visible_to(user))
    return visible.select_related("record")


def _themes(_user: Any) -> QuerySet[Any]:
    return Theme.objects.select_related("broader", "replaced_by").prefetch_related("related")


def _tags(user: Any) -> QuerySet[Any]:
    """What stands on drafts alone is no more public than they are."""
    tags = Tag.objects.select_related("merged_into")
    if sight_of(user) is Sight.DESK:
        return tags
    borne = Record.tags.through.objects.filter(content_object__in=Record.objects.visible_to(user))
    return tags.filter(pk__in=borne.values("tag"))


def _reports(user: Any) -> QuerySet[Any]:
    return Report.objects.visible_to(user).prefetch_related("countries")


COLLECTIONS = (
    Collection("citations", CitationOut, _citations, record=("record",)),
    Collection("links", LinkOut, _links, record=("source", "target")),
    Collection("uptake", UptakeOut, _uptake, record=("record",)),
    Collection("themes", ThemeOut, _themes),
    Collection("tags", TagOut, _tags),
    Collection("countries", CountryOut, lambda _user: Country.objects.all()),
    Collection("reports", ReportOut, _reports),
)


def part(
    request: HttpRequest, response: HttpResponse, rows: QuerySet[Any], key: str, asked: Asked
) -> dict[str, Any]:
    """Return the rows that follow the cursor asked for; the cursor is the last row's key."""
    limit, cursor = asked.limit(), asked.one("cursor")
    asked.nothing_else("cursor", "limit")
    if cursor:
        rows = rows.filter(**{f"{key}__gt": _read(rows, key, cursor)})
    found = list(rows.order_by(key)[: limit + 1])
    then = None
    if len(found) > limit:
        query = request.GET.copy()
        query["cursor"] = _written(getattr(found[limit - 1], key))
        then = permalink(f"{request.path}?{query.urlencode()}")
        response["Link"] = f'<{then}>; rel="next"'
    return {"items": found[:limit], "next": then}


def _written(key: Any) -> str:
    return base64.urlsafe_b64encode(str(key).encode()).rstrip(b"=").decode()


def _read(rows: QuerySet[Any], key: str, cursor: str) -> Any:
    field = rows.model._meta.pk if key == "pk" else rows.model._meta.get_field(key)
    try:
        text = base64.b64decode(padded(cursor), altchars=b"-_", validate=True).decode()
        if "\0" in text:
            raise ValueError(text)
        return field.clean(field.to_python(text), None)
    except (ValueError, ValidationError) as error:
        raise BadQuery(_("cursor: take it from the answer before, as it is.")) from error


def _of_record(rows: QuerySet[Any], columns: tuple[str, ...], code: str, user: Any) -> Any:
    record = Record.objects.visible_to(user).with_code(code).first()
    if record is None:
        raise not_found()
    named = Q()
    for column in columns:
        named |= Q(**{column: record})
    return rows.filter(named)


def _declare(one: Collection) -> None:
    answer = type(
        f"{one.plural.capitalize()}Out",
        (Schema,),
        {
            "__doc__": "A part of a list.",
            "__module__": __name__,
            "__annotations__": {"items": list[one.one], "next": str | None},  # type: ignore[name-defined]
        },
    )

    @api.get(
        f"/{one.plural}",
        response=answer,
        operation_id=f"list_{one.plural}",
        summary=f"List {one.plural}",
        tags=["sources" if one.plural == "reports" else "entities"],
        openapi_extra={"parameters": [*([OF_RECORD] if one.record else []), *PAGING]},
    )
    def operation(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
        asked, rows = Asked(request.GET), one.rows(request.user)
        if one.record and (code := asked.one("record")):
            rows = _of_record(rows, one.record, code, request.user)
        return part(request, response, rows, one.key, asked)


for _collection in COLLECTIONS:
    _declare(_collection)


class PassagesOut(Schema):
    """A part of a report's text."""

    items: list[PassageOut]
    next: str | None


def _report(slug: str, user: Any) -> Report:
    report = _reports(user).filter(slug=slug).first()
    if report is None:
        raise not_found()
    return report


@api.get(
    "/reports/{slug:slug}",
    response=ReportOut,
    operation_id="read_report",
    summary="Read a report's description",
    tags=["sources"],
)
def read_report(request: HttpRequest, slug: str = SLUG) -> Report:
    """Its text is at ``passages``, what cites it at ``/records?report=``."""
    Asked(request.GET).nothing_else()
    return _report(slug, request.user)


@api.get(
    "/reports/{slug:slug}/passages",
    response=PassagesOut,
    operation_id="list_passages",
    summary="Read a report's text",
    tags=["sources"],
    openapi_extra={"parameters": PAGING},
)
def list_passages(request: HttpRequest, response: HttpResponse, slug: str = SLUG) -> dict[str, Any]:
    """In reading order, of the text version that is read."""
    rows = (
        Passage.objects.current()
        .filter(report=_report(slug, request.user))
        .select_related("report")
    )
    return part(request, response, rows, "ordinal", Asked(request.GET))
