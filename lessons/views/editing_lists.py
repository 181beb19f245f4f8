"""Working on one's own reading list: its words, its order and notes, with whom it is shared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from lessons import citing, collecting
from lessons.forms.lists import OwnerForm, ReadingListForm
from lessons.models import ReadingList, ReadingListItem, Record, Status
from lessons.reviewing import message_of

from .access import member_page
from .lists import BY_SCRIPT, form_fields

PLACE = 6  # digits of a place or an item's number


def _mine(request: HttpRequest, slug: str) -> ReadingList:
    """Return one of the person's own lists; to all others there is none."""
    return get_object_or_404(
        ReadingList.objects.of(request.user).select_related("owner"), slug=slug
    )


@member_page
def edit(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show a list to its owners to work on; POST saves its title, words and visibility."""
    one = _mine(request, slug)
    form = ReadingListForm(request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        messages.success(request, _("Saved."))
        return redirect("list_edit", one.slug)
    context = {
        "title": _("Edit “%(title)s”") % {"title": ReadingList.objects.get(pk=one.pk).title},
        "list": one,
        "form": form,
        "items": visible_items(one, request.user),
        "co_owners": one.co_owners.order_by("username"),
        "is_owner": one.owner_id == request.user.pk,
        "owner_form": OwnerForm(),
        "shared_address": citing.permalink(one.get_shared_url()),
        "has_link": ReadingList.objects.with_token(one.token).exists(),
        "most": collecting.MOST,
    }
    return render(request, "lists/edit.html", context, status=400 if form.errors else 200)


def _saved(request: HttpRequest, form: ReadingListForm) -> bool:
    one = form.instance
    one.version = form.cleaned_data["read_version"] or 0
    for name, value in form_fields(form).items():
        setattr(one, name, value)
    try:
        collecting.save_list(one, by=request.user)
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    return True


def visible_items(one: ReadingList, user: Any) -> list[ReadingListItem]:
    """Return the items whose records ``user`` may read or, withdrawn since, could once read."""
    known = Q(record__in=Record.objects.visible_to(user).order_by()) | Q(
        record__status=Status.WITHDRAWN, record__published_at__isnull=False
    )
    return list(one.items.filter(known).select_related("record"))


@member_page
@require_POST
def items(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Move, annotate or drop ``item``: ``before`` another (empty: last), ``to`` a place."""
    one = _mine(request, slug)
    seen = visible_items(one, request.user)
    item = _item(seen, request.POST.get("item", ""))
    doing: dict[str, Callable[[], Any]] = {
        "move": lambda: _move(request, seen, item),
        "note": lambda: collecting.annotate(
            item, request.POST.get("note", ""), was=request.POST.get("was", ""), by=request.user
        ),
        "drop": lambda: collecting.drop(item, by=request.user),
    }
    do = doing.get(request.POST.get("action", ""))
    if do is None:
        raise Http404
    return _done(request, one, do, f"#item-{item.pk}")


def _item(seen: list[ReadingListItem], number: str) -> ReadingListItem:
    found = next((item for item in seen if str(item.pk) == number), None)
    if found is None:
        raise Http404
    return found


def _move(request: HttpRequest, seen: list[ReadingListItem], item: ReadingListItem) -> None:
    rest = [one for one in seen if one != item]
    if "before" in request.POST:
        number = request.POST["before"]
        target = _item(rest, number) if number else None
    else:
        place = _place(request.POST.get("to", ""), seen.index(item), len(rest))
        target = rest[place] if place < len(rest) else None
    collecting.move(item, before=target, by=request.user)


def _place(asked: str, here: int, last: int) -> int:
    """Return the place, counted from 0, that is asked for by a number from 1 or a direction."""
    steps = {"up": -1, "down": 1}
    if asked in steps:
        return min(max(here + steps[asked], 0), last)
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= PLACE):
        raise ValidationError(_("Say the place as a number."), code="place")
    return min(max(int(asked) - 1, 0), last)


def _done(
    request: HttpRequest, one: ReadingList, do: Callable[[], Any], where: str = ""
) -> HttpResponseBase:
    """Do it and go back to the list; a script is told by the status, 409 for what is refused."""
    by_script = request.headers.get(BY_SCRIPT)
    try:
        do()
    except ValidationError as error:
        if by_script:
            return HttpResponse(message_of(error), status=409, content_type="text/plain")
        messages.error(request, message_of(error))
    if by_script:
        return HttpResponse(status=204)
    return HttpResponseRedirect(reverse("list_edit", args=[one.slug]) + where)


@member_page
@require_POST
def sharing(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Renew the link, or let a person own the list too or no longer."""
    one = _mine(request, slug)
    action = request.POST.get("action", "")
    if action == "renew":
        messages.success(request, _("The list has a new link; the old one opens nothing any more."))
        return _done(request, one, lambda: collecting.renew_link(one, by=request.user), "#sharing")
    if action == "add":
        form = OwnerForm(request.POST)
        if not form.is_valid():
            messages.error(request, " ".join(str(error) for error in form.errors["person"]))
            return redirect("list_edit", one.slug)
        person = form.cleaned_data["person"]
        return _done(request, one, lambda: collecting.add_owner(one, person, by=request.user))
    if action != "remove":
        raise Http404
    person = get_object_or_404(one.co_owners, username=request.POST.get("person", ""))
    return _left(request, one, person)


def _left(request: HttpRequest, one: ReadingList, person: User) -> HttpResponseBase:
    answer = _done(request, one, lambda: collecting.remove_owner(one, person, by=request.user))
    return redirect("lists") if person.pk == request.user.pk else answer


@member_page
def delete(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Ask, then delete a list."""
    one = _mine(request, slug)
    if one.owner_id != request.user.pk:
        raise Http404
    if request.method == "POST":
        collecting.delete_list(one, by=request.user)
        messages.success(request, _("“%(title)s” is deleted.") % {"title": one.title})
        return redirect("lists")
    context = {"title": _("Delete “%(title)s”?") % {"title": one.title}, "list": one}
    return render(request, "lists/delete.html", context)
