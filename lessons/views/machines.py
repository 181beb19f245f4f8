"""What programs that read the web look for: what they may read, and where everything is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from lessons.citing import permalink
from lessons.models import Kind, Record, Report, Theme

from .access import public_page

PLAIN = "text/plain; charset=utf-8"
CLOSED = "User-agent: *\nDisallow: /\n"
ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /accounts/
Disallow: /curate/
# A list has more queries than anyone can read; the sitemap names every page.
Disallow: /*?
Allow: /sitemap

Sitemap: {sitemap}
"""
LLMS = """\
# Hindsight

> What crises taught: lessons, failures, actors and recommendations, each in our own words and each
> with the exact passage of the report it rests on. Cite the record's permanent address and the
> report that it quotes.

## Pages

{pages}

## The same for programs

{programs}
"""


class _OurSitemap(Sitemap):
    protocol = urlsplit(settings.PUBLIC_URL).scheme
    limit = 10_000  # addresses in one file

    def get_latest_lastmod(self) -> datetime | None:
        return None


class Records(_OurSitemap):
    """Every published record."""

    def items(self) -> QuerySet[Record]:
        published = Record.objects.visible_to(AnonymousUser())
        return published.order_by("pk").only("kind", "updated_at")

    def lastmod(self, one: Record) -> datetime:
        """Return when it was changed last."""
        return one.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        """Return when any was changed last, without reading them all."""
        return self.items().aggregate(at=Max("updated_at"))["at"]


class Reports(_OurSitemap):
    """Every report."""

    def items(self) -> QuerySet[Report]:
        return Report.objects.visible_to(AnonymousUser()).order_by("pk").only("slug")


class Themes(_OurSitemap):
    """Every theme in use."""

    def items(self) -> QuerySet[Theme]:
        return Theme.objects.offered().order_by("pk").only("slug")


class Pages(_OurSitemap):
    """The pages from which everything is found."""

    def items(self) -> list[str]:
        lists = [reverse("records", args=[kind]) for kind in ("", *Kind.values)]
        return [reverse("home"), *lists, *map(reverse, ("themes", "reports", "changes"))]

    def location(self, item: str) -> str:
        """Return the address itself."""
        return item


SITEMAPS: dict[str, Any] = {
    "pages": Pages, "records": Records, "reports": Reports, "themes": Themes,
}  # fmt: skip


@public_page
def sitemap_index(request: HttpRequest) -> HttpResponseBase:
    """Name the sitemaps."""
    return views.index(request, sitemaps=SITEMAPS, sitemap_url_name="sitemap")


@public_page
def sitemap(request: HttpRequest, section: str) -> HttpResponseBase:
    """Name the pages of one sort, ``?p=2`` the second part of them."""
    return views.sitemap(request, sitemaps=SITEMAPS, section=section)


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Say what is not worth reading for programs."""
    if settings.SIGN_IN_REQUIRED:
        return HttpResponse(CLOSED, content_type=PLAIN)
    text = ROBOTS.format(sitemap=permalink(reverse("sitemap_index")))
    return HttpResponse(text, content_type=PLAIN)


@public_page
def llms(request: HttpRequest) -> HttpResponse:
    """Tell in plain words what is here and where (https://llmstxt.org/)."""
    lists = {kind.plural.capitalize(): reverse("records", args=[kind]) for kind in Kind}
    pages = {**lists, "Themes": reverse("themes"), "Reports": reverse("reports")}
    programs = {
        "API, with its description in OpenAPI": reverse("api:openapi-view"),
        "OAI-PMH, Dublin Core": f"{reverse('oai')}?verb=Identify",
        "All records as JSON": reverse("records_export", args=["", "json"]),
        "Every address": reverse("sitemap_index"),
    }
    text = LLMS.format(pages=_lines(pages), programs=_lines(programs))
    return HttpResponse(text, content_type=PLAIN)


def _lines(named: dict[str, str]) -> str:
    return "\n".join(f"- [{name}]({permalink(path)})" for name, path in named.items())
