"""Finding records: the query string ⇄ one frozen Filters object, and what it finds.

PostgreSQL is the only truth, the index a copy that catches up before it answers (docs/adr/0006).
"""

from .building import Building
from .facets import Facet, FacetValue
from .filters import SORTS, BadQuery, Filters
from .finder import Found
from .index import SearchUnavailable

__all__ = [
    "SORTS",
    "BadQuery",
    "Building",
    "Facet",
    "FacetValue",
    "Filters",
    "Found",
    "SearchUnavailable",
]
