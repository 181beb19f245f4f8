"""OAI-PMH 2.0 for harvesters: what is published, as Dublin Core, and what no longer is.

The protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db.models import Min, Prefetch, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lessons.citing import permalink
from lessons.models import Citation, Kind, Link, Record, Report, Theme
from lessons.models.records import RecordQuerySet
from lessons.search import BadQuery, Filters
from lessons.search.conditions import conditions

from .dublin_core import DAY, dublin_core
from .writing import OAI_DC, SECOND, Writer

PAGE = 100  # records in one answer
PREFIX = "oai_dc"
HOST = urlsplit(settings.PUBLIC_URL).hostname
NOBODY = AnonymousUser()


class OaiError(Exception):
    """One of the protocol's own errors."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Harvest:
    """What is being harvested, and after which record it goes on: the whole of a token."""

    set: str = ""
    since: str = ""
    until: str = ""
    moment: str = ""
    pk: int = 0

    def token(self, last: Record) -> str:
        """Return the token with which harvesting goes on after ``last``."""
        whole = asdict(self) | {"moment": last.updated_at.isoformat(), "pk": last.pk}
        return base64.urlsafe_b64encode(json.dumps(list(whole.values())).encode()).decode()

    @classmethod
    def read(cls, token: str) -> Harvest:
        """Read a token; raises OaiError for one that we did not write."""
        try:
            one = cls(*json.loads(base64.urlsafe_b64decode(token)))
            datetime.fromisoformat(one.moment)
            texts = (one.set, one.since, one.until)
            if type(one.pk) is not int or not all(isinstance(text, str) for text in texts):
                raise ValueError(token)
        except (ValueError, TypeError, RecursionError) as error:
            raise OaiError("badResumptionToken", "This token was not given out here.") from error
        return one


@csrf_exempt  # the protocol asks by POST too, and nothing is changed
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """Answer one request of the protocol; its errors are answers too, with status 200."""
    asked = request.POST if request.method == "POST" else request.GET
    out = StringIO()
    xml = Writer(out)
    with override("en"), xml.root():
        try:
            arguments = _arguments(asked)
            tell = VERBS[arguments["verb"]].tell(arguments)
            xml.text("request", permalink(reverse("oai")), arguments)
            with xml.element(arguments["verb"]):
                tell(xml)
        except OaiError as error:
            bad = error.code in {"badVerb", "badArgument"}
            echoed = {} if bad else {name: str(value) for name, value in asked.items()}
            xml.text("request", permalink(reverse("oai")), echoed)
            xml.text("error", str(error), {"code": error.code})
    return HttpResponse(out.getvalue(), content_type="text/xml; charset=utf-8")


def _arguments(asked: QueryDict) -> dict[str, str]:
    """Return the arguments; raises OaiError for what the verb does not take."""
    verb = asked.get("verb", "")
    if verb not in VERBS or len(asked.getlist("verb")) > 1:
        raise OaiError("badVerb", f"Ask for one of {', '.join(VERBS)}.")
    given = {name: values for name, values in asked.lists() if name != "verb"}
    needed, more = VERBS[verb].needed, VERBS[verb].more
    if "resumptionToken" in given and "resumptionToken" in more:
        needed, more = (), ("resumptionToken",)
    for name, values in given.items():
        if name not in (*needed, *more) or len(values) > 1:
            raise OaiError("badArgument", f"{verb} does not take this: {name[:60]}.")
    for name in needed:
        if not asked.get(name):
            raise OaiError("badArgument", f"{verb} needs {name}.")
    return {"verb": verb, **{name: values[0] for name, values in given.items()}}


# What there is


def _published_once() -> RecordQuerySet:
    return Record.objects.filter(published_at__isnull=False, restricted=False)


def _harvested(one: Harvest) -> RecordQuerySet:
    records = _published_once().filter(_in_set(one.set)) if one.set else _published_once()
    if one.since:
        records = records.filter(updated_at__gte=_moment(one.since)[0])
    if one.until:
        begin, length = _moment(one.until)
        records = records.filter(updated_at__lt=begin + length)
    if one.moment:
        at = datetime.fromisoformat(one.moment)
        records = records.filter(Q(updated_at__gt=at) | Q(updated_at=at, pk__gt=one.pk))
    return records.order_by("updated_at", "pk")


def _in_set(name: str) -> Q:
    """Return what a set holds, as the filter of a list does; raises OaiError for none of ours."""
    parameter, _colon, value = name.partition(":")
    if parameter not in {"kind", "theme", "report"}:
        raise OaiError("badArgument", "There is no such set.")
    try:
        filters = Filters.from_string(f"{parameter}={value}")
        return conditions(filters, NOBODY)[parameter]
    except (BadQuery, KeyError) as error:
        raise OaiError("badArgument", "There is no such set.") from error


def _moment(text: str) -> tuple[datetime, timedelta]:
    """Return when a moment of the protocol begins and how long it is."""
    for form, length in ((SECOND, timedelta(seconds=1)), (DAY, timedelta(days=1))):
        try:
            begin = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        if begin.strftime(form).lstrip("0") == text.lstrip("0") and begin.year < 9999:  # noqa: PLR2004
            return begin, length
    raise OaiError("badArgument", "Write moments as 2001-12-31 or 2001-12-31T23:59:59Z.")


def _check_format(prefix: str) -> None:
    if prefix != PREFIX:
        raise OaiError("cannotDisseminateFormat", f"There is {PREFIX} alone.")


def _complete(records: RecordQuerySet) -> list[Record]:
    links = Link.objects.visible_to(NOBODY).select_related("source", "target")
    return list(
        records.prefetch_related(
            # The scheme is two deep; what lies deeper costs a query more.
            Prefetch(
                "themes", Theme.objects.select_related("replaced_by__broader", "broader__broader")
            ),
            "tags",
            "countries",
            Prefetch(
                "citations", Citation.objects.readable_by(NOBODY).select_related("passage__report")
            ),
            Prefetch("links_out", links),
        )
    )


def _is_public(record: Record) -> bool:
    return record.status == "published" and record.merged_into_id is None


# The verbs: each looks for what it tells, and returns how it is told.

Telling = Callable[["Writer"], None]


def _identify(_asked: Mapping[str, str]) -> Telling:
    earliest = _published_once().aggregate(at=Min("updated_at"))["at"] or timezone.now()

    def tell(xml: Writer) -> None:
        for name, value in {
            "repositoryName": "Hindsight",
            "baseURL": permalink(reverse("oai")),
            "protocolVersion": "2.0",
            "adminEmail": settings.DEFAULT_FROM_EMAIL,
            "earliestDatestamp": earliest.astimezone(UTC).strftime(SECOND),
            # The database deletes nothing that was published.
            "deletedRecord": "persistent",
            "granularity": "YYYY-MM-DDThh:mm:ssZ",
        }.items():
            xml.text(name, value)

    return tell


def _formats(asked: Mapping[str, str]) -> Telling:
    if "identifier" in asked:
        _named(asked["identifier"])

    def tell(xml: Writer) -> None:
        with xml.element("metadataFormat"):
            xml.text("metadataPrefix", PREFIX)
            xml.text("schema", f"{OAI_DC[:-1]}.xsd")
            xml.text("metadataNamespace", OAI_DC)

    return tell


def _sets(asked: Mapping[str, str]) -> Telling:
    if "resumptionToken" in asked:
        raise OaiError("badResumptionToken", "The sets are one list.")
    sets = [(f"kind:{kind}", kind.plural_label) for kind in Kind]
    sets += [(f"theme:{one.slug}", one.label) for one in Theme.objects.offered()]
    reports = Report.objects.visible_to(NOBODY).only("slug", "title")
    sets += [(f"report:{one.slug}", one.title) for one in reports]

    def tell(xml: Writer) -> None:
        for name, label in sets:
            with xml.element("set"):
                xml.text("setSpec", name)
                xml.text("setName", str(label))

    return tell


def _list(asked: Mapping[str, str], tell_one: Callable[[Writer, Record], None]) -> Telling:
    if "resumptionToken" in asked:
        harvest = Harvest.read(asked["resumptionToken"])
    else:
        _check_format(asked["metadataPrefix"])
        harvest = _begun(asked)
    found = _complete(_harvested(harvest)[: PAGE + 1])
    if not found:
        raise OaiError("noRecordsMatch", "Nothing was published, changed or withdrawn there.")

    def tell(xml: Writer) -> None:
        for record in found[:PAGE]:
            tell_one(xml, record)
        if len(found) > PAGE:
            xml.text("resumptionToken", harvest.token(found[PAGE - 1]))
        elif harvest.moment:
            xml.text("resumptionToken", "")

    return tell


def _begun(asked: Mapping[str, str]) -> Harvest:
    since, until = asked.get("from", ""), asked.get("until", "")
    moments = [_moment(one) for one in (since, until) if one]
    if len({length for _begin, length in moments}) > 1:
        raise OaiError("badArgument", "from and until are written in different ways.")
    if since and until and moments[0][0] > moments[1][0]:
        raise OaiError("badArgument", "from is after until.")
    return Harvest(asked.get("set", ""), since, until)


def _named(identifier: str) -> Record:
    prefix, _colon, code = identifier.rpartition(":")
    records = _published_once().with_code(code) if prefix == f"oai:{HOST}" else None
    found = _complete(records) if records is not None else []
    if not found or found[0].code != code:
        raise OaiError("idDoesNotExist", "There is no record of this name.")
    return found[0]


def _get(asked: Mapping[str, str]) -> Telling:
    _check_format(asked["metadataPrefix"])
    record = _named(asked["identifier"])
    return lambda xml: _tell_record(xml, record)


@dataclass(frozen=True)
class Verb:
    """A verb of the protocol with the arguments it needs and may have."""

    tell: Callable[[Mapping[str, str]], Telling]
    needed: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


SELECTIVE = ("from", "until", "set", "resumptionToken")
VERBS = {
    "Identify": Verb(_identify),
    "ListMetadataFormats": Verb(_formats, more=("identifier",)),
    "ListSets": Verb(_sets, more=("resumptionToken",)),
    "ListIdentifiers": Verb(
        lambda asked: _list(asked, _tell_header), ("metadataPrefix",), SELECTIVE
    ),
    "ListRecords": Verb(lambda asked: _list(asked, _tell_record), ("metadataPrefix",), SELECTIVE),
    "GetRecord": Verb(_get, ("identifier", "metadataPrefix")),
}


# How it is told


def _tell_record(xml: Writer, record: Record) -> None:
    with xml.element("record"):
        _tell_header(xml, record)
        if _is_public(record):
            with xml.element("metadata"), xml.dublin_core():
                for name, value, language in dublin_core(record):
                    xml.text(f"dc:{name}", value, {"xml:lang": language} if language else {})


def _tell_header(xml: Writer, record: Record) -> None:
    public = _is_public(record)
    with xml.element("header", {} if public else {"status": "deleted"}):
        xml.text("identifier", f"oai:{HOST}:{record.code}")
        xml.text("datestamp", record.updated_at.astimezone(UTC).strftime(SECOND))
        for name in sorted(_sets_of(record) if public else {f"kind:{record.kind}"}):
            xml.text("setSpec", name)


def _sets_of(record: Record) -> set[str]:
    """Return the sets a record is in: of themes those above its own too, as lists have it."""
    themes = {theme for one in record.themes.all() for theme in _with_broader(one)}
    reports = {citation.passage.report for citation in record.citations.all()}
    return {
        f"kind:{record.kind}",
        *(f"theme:{one.slug}" for one in themes),
        *(f"report:{one.slug}" for one in reports),
    }


def _with_broader(theme: Theme) -> Iterator[Theme]:
    one: Theme | None = theme
    while one is not None:
        yield one
        one = one.replaced_by or one.broader
