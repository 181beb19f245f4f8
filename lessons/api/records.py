"""Reading records: their lists, with the pages' query string, and one by its code."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Path

from lessons.citing import permalink
from lessons.models import Citation, Kind, Link, Record, Sight, Status, Uptake, sight_of
from lessons.models.records import RecordQuerySet
from lessons.search import BadQuery, Facet, Filters, Found
from lessons.search.facets import NAMES
from lessons.search.rows import in_order

from . import parameters
from .application import api
from .cursors import Cursor, following
from .parameters import Asked
from .problems import Problem, not_found
from .schemas import RecordOut, RecordsOut
from .serving import digest

CODE = Path(pattern="^[LFAR]-[1-9][0-9]{0,17}$", description="A record's code, such as L-12")


def complete(user: Any) -> RecordQuerySet:
    """Return the records that ``user`` may see, with all that is told of each."""
    links = Link.objects.visible_to(user).select_related("source", "target")
    cited = Citation.objects.readable_by(user).select_related("passage__report")
    return (
        Record.objects.visible_to(user)
        .prefetch_related(
            "themes",
            "tags",
            "countries",
            Prefetch("uptake", Uptake.objects.readable_by(user)),
            Prefetch("citations", cited),
            Prefetch("links_out", links),
            Prefetch("links_in", links),
        )
        .order_by()
    )


def listed(request: HttpRequest, response: HttpResponse, kind: str) -> dict[str, Any]:
    """Return a part of the list that the query string asks for."""
    asked = Asked(request.GET)
    limit, counting = asked.limit(), asked.flag("count")
    facets, cursor = asked.several("facets", tuple(NAMES)), asked.one("cursor")
    if "page" in asked.rest:
        raise BadQuery(_("page: the API goes on by cursor; follow “next”."))
    filters = Filters.parse(asked.rest)
    found = Found(filters, request.user, kind)
    query = f"{kind}?{filters.query()}"
    shown, then = following(found, Cursor.read(cursor, query), limit)
    following_page = _address(request, then.written(query)) if then else None
    response["Link"] = _links(request, following_page)
    counted = found.facets(*facets) if facets else None
    return {
        "items": in_order(complete(request.user), shown),
        "next": following_page,
        "count": found.total if counting else None,
        "facets": None if counted is None else [_told(one) for one in counted],
    }


def _address(request: HttpRequest, cursor: str) -> str:
    """Return this address with another cursor (empty: none), whole."""
    query = request.GET.copy()
    query.pop("cursor", None)
    if cursor:
        query["cursor"] = cursor
    return permalink(request.path + (f"?{query.urlencode()}" if query else ""))


def _links(request: HttpRequest, following_page: str | None) -> str:
    """Return the Link header (RFC 8288)."""
    links = {"first": _address(request, ""), "next": following_page}
    return ", ".join(f'<{to}>; rel="{rel}"' for rel, to in links.items() if to)


def _told(facet: Facet) -> dict[str, Any]:
    return {"name": facet.name, "label": str(facet.label), "values": facet.values}


def _list_of(kind: str) -> None:
    """Declare the list of one kind, or (empty) of all."""
    plural = Kind(kind).plural if kind else "records"

    @api.get(
        f"/{plural}",
        response=RecordsOut,
        operation_id=f"list_{plural}",
        summary=f"List {plural}",
        url_name=f"list_{plural}",
        tags=["records"],
        openapi_extra={"parameters": parameters.of_records(*(["kind"] if kind else []))},
    )
    def operation(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
        return listed(request, response, kind)


for _kind in ("", *Kind.values):
    _list_of(_kind)


@api.get(
    "/records/{code:code}",
    response=RecordOut,
    operation_id="read_record",
    summary="Read a record",
    tags=["records"],
    openapi_extra={
        "x-also": [410],
        "responses": {301: {"description": "It was merged: `Location` is its survivor"}},
    },
)
def read_record(request: HttpRequest, response: HttpResponse, code: str = CODE) -> Any:
    """One that was merged leads to its survivor, one that was withdrawn says so."""
    Asked(request.GET).nothing_else()
    record = complete(request.user).with_code(code).first()
    if record is None:
        return _elsewhere(request, code)
    return shown(record, response)


def shown(record: Record, response: HttpResponse) -> RecordOut:
    """Return what is told of a record; its ETag begins with the version that If-Match names."""
    told = RecordOut.from_orm(record)
    content = digest(told.model_dump_json().encode())
    response["ETag"] = f'"{record.version}-{content}"'
    return told


def _elsewhere(request: HttpRequest, code: str) -> HttpResponse:
    """Say what became of a record that was public once; of others, nothing."""
    record = Record.objects.with_code(code).select_related("merged_into").first()
    sight = sight_of(request.user)
    if record is None or not (record.published_at or sight is Sight.DESK):
        raise not_found()
    if record.restricted and not sight.reads_restricted:
        raise not_found()
    if record.merged_into:
        to = reverse("api:read_record", args=[record.merged_into.code])
        # As the pages say it: a merge can be undone.
        return HttpResponse(status=301, headers={"Location": to, "Cache-Control": "no-cache"})
    if record.status == Status.WITHDRAWN:
        raise Problem(410, _("%(code)s was published and is withdrawn.") % {"code": code})
    raise not_found()
