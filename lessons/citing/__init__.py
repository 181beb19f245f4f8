"""How a source, and what stands in Hindsight itself, is cited.

sources: a report in a text and in a bibliography   names: authors as a style writes them
works: what can be cited   styles: Chicago, APA and plain words   marking_up: for machines that read
pages
"""

from .names import apa_names, chicago_names, family_name, plain_names
from .sources import (
    authors_short,
    in_text,
    issued,
    permalink,
    quotation,
    year,
)
from .styles import Cited, cited, day_in_words, reference
from .works import (
    HINDSIGHT,
    Work,
    work_of_list,
    work_of_record,
    work_of_report,
    work_of_search,
    work_of_theme,
)

__all__ = [
    "HINDSIGHT",
    "Cited",
    "Work",
    "apa_names",
    "authors_short",
    "chicago_names",
    "cited",
    "day_in_words",
    "family_name",
    "in_text",
    "issued",
    "permalink",
    "plain_names",
    "quotation",
    "reference",
    "work_of_list",
    "work_of_record",
    "work_of_report",
    "work_of_search",
    "work_of_theme",
    "year",
]
