"""Finding records: the query string ⇄ one frozen Filters object, and what it finds."""

from .facets import Facet, FacetValue
from .filters import SORTS, BadQuery, Filters
from .finder import Found

__all__ = ["SORTS", "BadQuery", "Facet", "FacetValue", "Filters", "Found"]
