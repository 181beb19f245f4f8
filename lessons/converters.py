"""The parts of an address that mean something: codes, kinds and export suffixes."""

from django.urls import register_converter

from .exporters import FORMATS
from .insights.tables import FORMATS as TABLE_FORMATS
from .models import Kind

ALL = "records"


class CodeConverter:
    """A record's code in its one spelling, ``L-12``."""

    regex = "[LFAR]-[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ListConverter(CodeConverter):
    """Which list is meant: all records, or those of one kind (the empty kind means all)."""

    kinds = {ALL: "", **{kind.plural: kind.value for kind in Kind}}
    regex = "|".join(kinds)

    def to_python(self, value: str) -> str:
        return self.kinds[value]

    def to_url(self, value: str) -> str:
        return Kind(value).plural if value else ALL


class SuffixConverter(CodeConverter):
    """An export format by its suffix."""

    regex = "|".join(FORMATS)


class TableConverter(CodeConverter):
    """A format of the tables behind insights by its suffix."""

    regex = "|".join(TABLE_FORMATS)


class ActConverter(CodeConverter):
    """An act of curation by the name that its history bears."""

    regex = "[0-9a-f]{32}"


register_converter(ActConverter, "act")
register_converter(CodeConverter, "code")
register_converter(ListConverter, "kind")
register_converter(SuffixConverter, "suffix")
register_converter(TableConverter, "table")
