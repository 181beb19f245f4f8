"""Loading ``seeds/`` through the verbs. What is there already is left as people made it."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from lessons import curation, evidence
from lessons.models import Citation, Country, Kind, Link, Record, Report, Theme


class SeedError(ValueError):
    """A seed file that cannot be loaded; the message names the file and the entry."""


@transaction.atomic
def load(directory: Path) -> Counter[str]:
    """Load what ``directory`` holds and the database does not; return how much of each was added.

    All or nothing: raises SeedError, naming file and entry, and adds nothing.
    """
    added: Counter[str] = Counter()
    added["countries"] = _load_countries(directory / "countries.csv")
    added["themes"] = _load_themes(directory / "themes.toml")
    for folder in sorted((directory / "reports").iterdir()):
        added.update(_ReportFolder(folder).load())
    return added


def _load_countries(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Country(**{**row, "former": row["former"] == "true"}) for row in csv.DictReader(file)
        ]
    known = set(Country.objects.values_list("code", flat=True))
    return len(Country.objects.bulk_create(row for row in rows if row.code not in known))


def _load_themes(path: Path) -> int:
    entries = tomllib.loads(path.read_text("utf-8"))["theme"]
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    new = [entry for entry in entries if entry["slug"] not in themes]
    for entry in new:
        related = entry.pop("related", [])
        broader = themes[entry.pop("broader")] if "broader" in entry else None
        theme = Theme(broader=broader, **entry)
        _checked(path, entry["slug"], theme.full_clean)
        theme.save()
        themes[theme.slug] = theme
        entry["related"] = related
    for entry in new:
        themes[entry["slug"]].related.add(*(themes[slug] for slug in entry["related"]))
    return len(new)


def _checked(path: Path, entry: str, do: Any, *args: Any, **fields: Any) -> Any:
    """Call a verb; what it refuses becomes a SeedError that says where."""
    try:
        return do(*args, **fields)
    except (ValidationError, KeyError) as error:
        raise SeedError(f"{path}, “{entry}”: {error}") from error


class _ReportFolder:
    """A folder with ``report.toml``, ``passages.txt`` and ``records.toml``."""

    def __init__(self, folder: Path) -> None:
        self.records_path = folder / "records.toml"
        self.described = tomllib.loads((folder / "report.toml").read_text("utf-8"))
        self.passages = (folder / "passages.txt").read_text("utf-8").split("\n\n")
        self.entries = tomllib.loads(self.records_path.read_text("utf-8"))
        self.report = Report()
        self.records: dict[str, Record] = {}
        self.citations: dict[str, list[Citation]] = {}

    def load(self) -> Counter[str]:
        added: Counter[str] = Counter()
        added["reports"] = self._load_report()
        new = [
            (kind, entry)
            for kind in Kind
            for entry in self.entries.get(kind.value, [])
            if self._load_record(kind, entry)
        ]
        added["records"] = len(new)
        added["links"] = sum(self._load_link(entry) for entry in self.entries.get("link", []))
        for _kind, entry in new:
            self._publish(entry["key"])
        return added

    def _load_report(self) -> int:
        slug = self.described["slug"]
        found = Report.objects.filter(slug=slug).first()
        if found:
            self.report = found
            return 0
        countries = Country.objects.filter(code__in=self.described.pop("countries", []))
        texts = [evidence.PassageText(text.strip("\n")) for text in self.passages]
        self.report = _checked(
            self.records_path, slug, evidence.add_report, texts, by=None,
            countries=countries, **self.described,
        )  # fmt: skip
        return 1

    def _load_record(self, kind: Kind, entry: dict[str, Any]) -> bool:
        """Add a record with its citations; False if its identifier is there already."""
        key = entry["key"]
        identifier = f"{self.report.slug}/{key}"
        found = Record.objects.filter(identifier=identifier).first()
        if found:
            self.records[key] = found
            self.citations[key] = list(found.citations.order_by("id"))
            return False
        fields = {k: v for k, v in entry.items() if k not in {"key", "citations"}}
        fields["themes"] = self._named(Theme, "slug", key, fields.get("themes", []))
        fields["countries"] = self._named(Country, "code", key, fields.get("countries", []))
        record = _checked(
            self.records_path, key, curation.create_record, kind, by=None,
            identifier=identifier, **fields,
        )  # fmt: skip
        self.records[key] = record
        self.citations[key] = [self._cite(record, key, quote) for quote in entry["citations"]]
        return True

    def _named(self, model: Any, field: str, key: str, values: list[str]) -> list[Any]:
        rows = {getattr(r, field): r for r in model.objects.filter(**{f"{field}__in": values})}
        for value in values:
            if value not in rows:
                raise SeedError(f"{self.records_path}, “{key}”: there is no {field} “{value}”")
        return [rows[value] for value in values]

    def _cite(self, record: Record, key: str, quote: dict[str, Any]) -> Citation:
        passage = self.report.passages.get(text_version=1, ordinal=quote["passage"])
        return _checked(
            self.records_path, key, evidence.cite, record, passage, quote["exact"], by=None
        )

    def _load_link(self, entry: dict[str, Any]) -> bool:
        source, target = self.records[entry["source"]], self.records[entry["target"]]
        predicate = entry["predicate"]
        if Link.objects.filter(source=source, predicate=predicate, target=target).exists():
            return False
        cited = entry.get("citation")
        _checked(
            self.records_path, f"{entry['source']} {predicate} {entry['target']}",
            curation.link, source, predicate, target, by=None,
            asserted_by=entry["asserted_by"],
            citation=self.citations[cited["record"]][cited["index"]] if cited else None,
            note=entry.get("note", ""),
        )  # fmt: skip
        return True

    def _publish(self, key: str) -> None:
        record = curation.submit(self.records[key], by=None)
        curation.publish(record, by=None)
