"""What a file can be asked for beyond its records: its columns, and how a briefing is grouped."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.search import BadQuery

from .columns import chosen

GROUPS = {
    "theme": gettext_lazy("Theme"),
    "actor": gettext_lazy("Actor"),
    "report": gettext_lazy("Report"),
    "none": gettext_lazy("Nothing"),
}
USUAL_GROUP = "theme"


@dataclass(frozen=True)
class Options:
    """``columns`` empty are the usual ones."""

    columns: tuple[str, ...] = ()
    group: str = USUAL_GROUP

    @classmethod
    def taken_from(cls, params: QueryDict) -> tuple[Options, QueryDict]:
        """Return what is asked of a file, and what is asked of its list.

        ``columns`` is a list with commas, or repeated as a form's boxes do. Raises BadQuery for
        what is unknown.
        """
        rest = params.copy()
        given = [one for part in rest.pop("columns", []) for one in str(part).split(",") if one]
        groups = [str(one) for one in rest.pop("group", []) if one]
        if len(groups) > 1 or not set(groups) <= set(GROUPS):
            raise BadQuery(
                _("group: “%(value)s” is not one of %(known)s.")
                % {"value": ", ".join(groups)[:60], "known": ", ".join(GROUPS)}
            )
        columns = tuple(dict.fromkeys(given))
        chosen(columns)
        return cls(columns, groups[0] if groups else USUAL_GROUP), rest

    def query(self) -> str:
        """Return the part of an address that asks for this, without what is at its default."""
        parts = [f"columns={','.join(self.columns)}"] if self.columns else []
        parts += [f"group={self.group}"] if self.group != USUAL_GROUP else []
        return "&".join(parts)
