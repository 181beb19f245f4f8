"""Pages of a list, and the links from one to the next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lessons.search import BadQuery, Filters

PAGE_SIZE = 20
# To know what comes next in a text's order the index looks at all that comes before.
DEEPEST = 500


@dataclass(frozen=True)
class Page:
    """A page from 1 to ``last``; it shows the places from ``start`` to before ``stop``."""

    number: int
    last: int
    size: int = PAGE_SIZE

    @classmethod
    def of(cls, total: int, number: int, size: int = PAGE_SIZE) -> Page:
        """Return page ``number`` of ``total`` places; raises BadQuery beyond the end or DEEPEST."""
        last = min(max(1, -(-total // size)), DEEPEST)
        if number <= last:
            return cls(number, last, size)
        if last < DEEPEST:
            raise BadQuery(_("page: this list ends with page %(last)d.") % {"last": last})
        raise BadQuery(
            _(
                "page: a list is shown up to page %(last)d. "
                "Narrow it, order it otherwise, or take all of it along as a file."
            )
            % {"last": last}
        )

    @property
    def start(self) -> int:
        return (self.number - 1) * self.size

    @property
    def stop(self) -> int:
        return self.number * self.size

    def links(self, filters: Filters) -> dict[str, str | None]:
        """Return the queries of the pages before and after; None where there is none."""
        before = filters.with_(page=self.number - 1).query() if self.number > 1 else None
        after = filters.with_(page=self.number + 1).query() if self.number < self.last else None
        return {"previous_query": before, "next_query": after}
