"""The tags at the desk: which there are, which look the same, and what to do about one."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lessons import tagging
from lessons.models import RecordTag, Tag
from lessons.search import BadQuery, Filters
from lessons.search.alike_tags import alike, same_words

from .access import desk_page
from .acting import attempt
from .paging import Page

GROUPS = 20  # of tags that look the same, shown at once
OFFERED = 200  # names that a field completes, the most used


@desk_page
def index(request: HttpRequest) -> HttpResponseBase:
    """List the tags by use, with those that look the same."""
    asked = Filters.parse(request.GET)
    tags = Tag.objects.unmerged().filter(name__icontains=asked.q).with_use()
    page = Page.of(tags.count(), asked.page)
    shown = list(tags.order_by("-times_used", "name")[page.start : page.stop])
    near = alike(shown)
    context = {
        "title": _("Tags"),
        "words": asked.q,
        "rows": [(tag, near.get(tag.pk, [])) for tag in shown],
        "groups": same_words()[:GROUPS] if page.number == 1 and not asked.q else [],
        "page": page,
        **page.links(asked),
    }
    return render(request, "curate/tags.html", context)


@desk_page
def tag(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a tag with what can be done about it and how many records that changes."""
    one = get_object_or_404(Tag.objects.with_use().select_related("merged_into"), pk=pk)
    if request.method == "POST":
        return _changed(request, one)
    if one.merged_into:
        return redirect("tag", one.merged_into.pk)
    into = _named(request.GET.get("into", "")) if "into" in request.GET else None
    context = {
        "title": one.name,
        "tag": one,
        "into": into,
        "asked_into": request.GET.get("into", ""),
        "both": _bearing_both(one, into) if into else 0,
        "near": alike([one]).get(one.pk, []),
        "names": Tag.objects.offered().with_use().exclude(pk=pk).order_by("-times_used")[:OFFERED],
        "other_names": one.merged_from.all(),
        "may_change": request.user.has_perm("lessons.change_tag"),
    }
    return render(request, "curate/tag.html", context)


def _named(text: str) -> Tag | None:
    """Return the tag that goes by a name, or its survivor."""
    found = Tag.objects.filter(name__iexact=text.strip()).select_related("merged_into").first()
    return found and (found.merged_into or found)


def _bearing_both(one: Tag, other: Tag) -> int:
    return RecordTag.objects.filter(tag=one, content_object__record_tags__tag=other).count()


def _changed(request: HttpRequest, one: Tag) -> HttpResponseBase:
    verbs = {"rename": _rename, "merge": _merge, "retire": _retire, "bring back": _retire}
    name = request.POST.get("do", "")
    if name not in verbs:
        raise BadQuery(_("do: this is not something a tag can be asked for."))
    return redirect("tag", verbs[name](request, one).pk)


def _rename(request: HttpRequest, one: Tag) -> Tag:
    said = {"old": one.name, "new": request.POST.get("name", "").strip()}
    one.name = said["new"]
    done = _("“%(old)s” is now called “%(new)s”.") % said
    attempt(request, "rename tag", partial(tagging.save_tag, one, by=request.user), done)
    return one


def _merge(request: HttpRequest, one: Tag) -> Tag:
    into = _named(request.POST.get("into", ""))
    if into is None:
        raise Http404
    done = _("“%(old)s” was merged into “%(new)s”.") % {"old": one.name, "new": into.name}
    do = partial(tagging.merge_tags, into, one, by=request.user)
    return into if attempt(request, "merge tags", do, done) else one


def _retire(request: HttpRequest, one: Tag) -> Tag:
    retired = request.POST["do"] == "retire"
    done: Any = _("“%(name)s” is retired.") if retired else _("“%(name)s” is offered again.")
    do = partial(tagging.retire, one, by=request.user, retired=retired)
    attempt(request, "retire tag", do, done % {"name": one.name})
    return one
