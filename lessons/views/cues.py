"""The cues at the desk: what rules go by, how often each was right, and changing them."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lessons import suggestions
from lessons.forms.suggestions import CueForm
from lessons.models import Cue, CueLanguage, CueUse, Kind, Suggestion
from lessons.search import BadQuery

from .access import desk_page
from .acting import attempt, perform

SHOWN = 500  # cues on the page
FILTERS = {"kind": Kind.values, "use": CueUse.values, "language": ["en", "fr"]}


class Row(NamedTuple):
    """A cue with how many suggestions by it were right and not, and its strength in percent."""

    cue: Cue
    right: int
    wrong: int
    percent: int

    @property
    def precision(self) -> int | None:
        """The share that was right, in percent; None as long as nobody has decided."""
        decided = self.right + self.wrong
        return round(100 * self.right / decided) if decided else None


class Other(NamedTuple):
    """What proposes without a cue of ours: a known name, a number, a model, a cue that is gone."""

    kind: str
    name: str
    right: int
    wrong: int
    precision: int


@desk_page
def index(request: HttpRequest) -> HttpResponseBase:
    """List the cues, the most decided first; a post adds one."""
    form = CueForm(request.POST or None, initial={"language": "en", "active": True})
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        return redirect("cues")
    words, chosen = _asked(request)
    cues = Cue.objects.filter(phrase__icontains=words, **chosen)
    found = suggestions.strengths(list(cues))
    rows = [Row(cue, right, wrong, round(100 * now)) for cue, right, wrong, now in found]
    rows.sort(key=lambda row: (-(row.right + row.wrong), row.cue.kind, row.cue.phrase))
    context = {
        "title": _("Cues"),
        "form": form,
        "words": words,
        "chosen": chosen,
        "rows": rows[:SHOWN],
        "rest": max(0, len(rows) - SHOWN),
        "others": _others() if not (words or chosen) else [],
        "kinds": list(Kind),
        "uses": CueUse.choices,
        "languages": [one for one in CueLanguage.choices if one[0]],
    }
    return render(request, "suggestions/cues.html", context)


def _asked(request: HttpRequest) -> tuple[str, dict[str, str]]:
    unknown = set(request.GET) - {"q", *FILTERS}
    chosen = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    if unknown or any(value not in FILTERS[name] for name, value in chosen.items()):
        raise BadQuery(_("Cues can be asked for q, kind, use and language alone."))
    return request.GET.get("q", "").strip(), chosen


def _others() -> list[Other]:
    named = set(Cue.objects.values_list("kind", "phrase"))
    return [
        Other(str(Kind(kind).label), name, right, wrong, round(100 * right / (right + wrong)))
        for (kind, name), (right, wrong) in sorted(Suggestion.objects.all().by_cue().items())
        if (kind, name) not in named
    ]


def _saved(request: HttpRequest, form: CueForm) -> bool:
    """Save the cue as an act that can be undone; what is refused stands in the form."""
    done = _("The cue “%(phrase)s” is saved.") % {"phrase": form.instance.phrase}
    try:
        perform(
            request, "save cue", partial(suggestions.save_cue, form.instance, by=request.user), done
        )
    except ValidationError as error:
        form.add_error(None, error if hasattr(error, "error_dict") else error.messages)
        return False
    return True


@desk_page
def cue(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a cue to be changed; a post saves it, switches it or takes it away."""
    one = get_object_or_404(Cue, pk=pk)
    do = request.POST.get("do", "")
    if do in {"on", "off"}:
        active = do == "on"
        said = _("“%(phrase)s” is in use.") if active else _("“%(phrase)s” is switched off.")
        verb: Any = partial(suggestions.switch_cue, one, by=request.user, active=active)
        attempt(request, "save cue", verb, said % {"phrase": one.phrase})
        return redirect("cues")
    if do == "discard":
        said = _("“%(phrase)s” is taken away; what was decided by it is kept.")
        verb = partial(suggestions.discard_cue, one, by=request.user)
        attempt(request, "discard cue", verb, said % {"phrase": one.phrase})
        return redirect("cues")
    form = CueForm(request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        return redirect("cues")
    (row,) = suggestions.strengths([one])
    context = {"title": one.phrase, "cue": one, "form": form, "right": row[1], "wrong": row[2]}
    return render(request, "suggestions/cue.html", context)
