"""The one registry of export formats: suffix → how a table is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import to_csv, to_json, to_xlsx
from .table import Table


@dataclass(frozen=True)
class Format:
    """``write`` yields the file in pieces, so that an export of any length takes little memory."""

    suffix: str
    label: str
    media_type: str
    write: Callable[[Table], Iterator[bytes]]


FORMATS = {
    one.suffix: one
    for one in (
        Format("csv", "CSV", "text/csv; charset=utf-8", to_csv.write),
        Format(
            "xlsx",
            "Excel",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            to_xlsx.write,
        ),
        Format("json", "JSON", "application/json", to_json.write),
    )
}
