"""The first page."""

from collections import defaultdict

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lessons.models import Kind, Record, Report, Theme
from lessons.search.kept import Kept
from lessons.search.rows import read_rows

from .access import public_page

LATEST = 4


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show what the base holds, the ways in, and the newest lessons."""
    visible = Record.objects.visible_to(request.user)
    counts = dict(visible.order_by().values_list("kind").annotate(Count("pk")))
    latest = visible.filter(kind=Kind.LESSON).order_by("-published_at", "-id")[:LATEST]
    context = {
        "kinds": [(kind, counts.get(kind.value, 0)) for kind in Kind],
        "reports": Report.objects.visible_to(request.user).count(),
        "themes": _top_themes(),
        "latest": read_rows(list(latest.values_list("pk", flat=True)), request.user, Kept()),
    }
    return render(request, "home.html", context)


def _top_themes() -> list[tuple[Theme, list[Theme]]]:
    """Return the top themes, each with its narrower ones, in one query."""
    themes = list(Theme.objects.filter(deprecated=False))
    narrower: dict[int | None, list[Theme]] = defaultdict(list)
    for theme in themes:
        narrower[theme.broader_id].append(theme)
    return [(theme, narrower[theme.pk]) for theme in narrower[None]]
