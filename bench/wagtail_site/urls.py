"""One page: the twenty best entries, their number, and the counts of six facets."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from wagtail.search.backends import get_search_backend

from .entries.models import Entry, Value

SHOWN = 100  # values of one facet
FACETS = ("theme", "actor", "tag", "report", "country")


def page(request):
    """Search as Wagtail's documentation shows; facets over what was found."""
    words = request.GET.get("q", "")
    engine = get_search_backend()
    found = engine.search(words, Entry.objects.all(), operator="and")
    ids = [entry.pk for entry in engine.search(words, Entry.objects.only("pk"), operator="and")]
    borne = Value.objects.filter(entry__in=ids, facet__in=FACETS)
    counts = borne.values("facet", "value").annotate(n=Count("entry")).order_by("facet", "-n")
    facets = {name: [] for name in FACETS}
    for one in counts:
        if len(facets[one["facet"]]) < SHOWN:
            facets[one["facet"]].append(one)
    context = {
        "q": words,
        "entries": found[:20],
        "total": len(ids),
        "kinds": found.facet("kind"),
        "facets": facets,
    }
    return render(request, "list.html", context)


urlpatterns = [path("", page), path("healthz", lambda request: HttpResponse("ok"))]
