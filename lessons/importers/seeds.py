"""Loading ``seeds/`` through the verbs. What is there already is left as people made it."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction

from lessons import curation, evidence
from lessons.models import Citation, Country, Cue, Kind, Record, Report, Theme
from lessons.models.history import told
from lessons.suggestions.cues import check_phrase


class SeedError(ValueError):
    """A seed file that cannot be loaded; the message names the file and the entry."""


@transaction.atomic
def load(directory: Path) -> Counter[str]:
    """Load what ``directory`` holds and the database does not; return how much of each was added.

    All or nothing: raises SeedError, naming file and entry, and adds nothing.
    """
    added: Counter[str] = Counter()
    added["countries"] = _load_countries(directory / "countries.csv")
    added["themes"] = load_themes(directory / "themes.toml")
    if (directory / "cues.toml").exists():
        added["cues"] = _load_cues(directory / "cues.toml")
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


def load_themes(path: Path) -> int:
    """Load the scheme of themes alone; return how many were new. Raises SeedError."""
    entries = _read(path).get("theme", [])
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    new = [entry for entry in entries if entry["slug"] not in themes]
    for entry in new:
        related = entry.pop("related", [])
        with _at(path, entry["slug"]):
            broader = themes[entry.pop("broader")] if "broader" in entry else None
            theme = Theme(broader=broader, **entry)
            theme.full_clean()
            theme.save()
        themes[theme.slug] = theme
        entry["related"] = related
    for entry in new:
        with _at(path, entry["slug"]):
            themes[entry["slug"]].related.add(*(themes[slug] for slug in entry["related"]))
    return len(new)


CUE_KEY = ("language", "use", "kind", "phrase")


def _load_cues(path: Path) -> int:
    """Add the cues that never stood here, as the history tells: one that people changed or
    deleted stays as they left it."""
    events: Any = Cue.pgh_event_model  # type: ignore[attr-defined]
    known = set(events.objects.values_list(*CUE_KEY)) | set(Cue.objects.values_list(*CUE_KEY))
    new = [one for one in _cues(path) if tuple(getattr(one, f) for f in CUE_KEY) not in known]
    with told("save cue", by=None):
        Cue.objects.bulk_create(new)
    return len(new)


def _cues(path: Path) -> Iterator[Cue]:
    seen = set()
    for group in _read(path).get("cues", []):
        about = {"language": group.get("language", ""), "use": group.get("use", "")}
        about |= {"kind": group.get("kind", ""), "prior": group.get("strength", 0.5)}
        for phrase in group.get("phrases", []):
            with _at(path, phrase):
                cue = Cue(phrase=phrase, **about)
                check_phrase(phrase)
                cue.clean_fields()
                if (key := tuple(getattr(cue, name) for name in CUE_KEY)) in seen:
                    raise ValueError("it stands here twice.")
            seen.add(key)
            yield cue


@contextmanager
def _at(path: Path, entry: str = "") -> Iterator[None]:
    """Whatever goes wrong in the block becomes a SeedError that says where."""
    try:
        yield
    except SeedError:
        raise
    except (ValidationError, ObjectDoesNotExist, LookupError, TypeError, ValueError) as error:
        where = f"{path}, “{entry}”" if entry else f"{path}"
        raise SeedError(f"{where}: {error}") from error


def _read(path: Path) -> dict[str, Any]:
    with _at(path):
        return tomllib.loads(path.read_text("utf-8"))


class _ReportFolder:
    """A folder with ``report.toml``, ``passages.txt`` and ``records.toml``."""

    def __init__(self, folder: Path) -> None:
        self.records_path = folder / "records.toml"
        self.report_path = folder / "report.toml"
        self.described = _read(self.report_path)
        self.passages = (folder / "passages.txt").read_text("utf-8").split("\n\n")
        self.entries = _read(self.records_path)
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
        # Links between records that were here before are left as people have them since.
        keys = {entry["key"] for _kind, entry in new}
        links = [
            entry
            for entry in self.entries.get("link", [])
            if keys & {entry["source"], entry["target"]}
        ]
        for entry in links:
            self._load_link(entry)
        added["links"] = len(links)
        for _kind, entry in new:
            with _at(self.records_path, entry["key"]):
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
        with _at(self.report_path, slug):
            self.report = evidence.add_report(texts, by=None, countries=countries, **self.described)
        return 1

    def _load_record(self, kind: Kind, entry: dict[str, Any]) -> bool:
        """Add a record with its citations; False if its identifier is there already."""
        key = entry["key"]
        identifier = f"{self.report.slug}/{key}"
        found = Record.objects.filter(identifier=identifier).select_related("merged_into").first()
        if found:
            found = found.merged_into or found
            self.records[key] = found
            self.citations[key] = list(found.citations.order_by("id"))
            return False
        fields = {k: v for k, v in entry.items() if k not in {"key", "citations"}}
        fields["themes"] = self._named(Theme, "slug", key, fields.get("themes", []))
        fields["countries"] = self._named(Country, "code", key, fields.get("countries", []))
        with _at(self.records_path, key):
            record = curation.create_record(kind, by=None, identifier=identifier, **fields)
            self.records[key] = record
            self.citations[key] = [self._cite(record, quote) for quote in entry["citations"]]
        return True

    def _named(self, model: Any, field: str, key: str, values: list[str]) -> list[Any]:
        rows = {getattr(r, field): r for r in model.objects.filter(**{f"{field}__in": values})}
        for value in values:
            if value not in rows:
                raise SeedError(f"{self.records_path}, “{key}”: there is no {field} “{value}”")
        return [rows[value] for value in values]

    def _cite(self, record: Record, quote: dict[str, Any]) -> Citation:
        passage = self.report.passages.get(text_version=1, ordinal=quote["passage"])
        return evidence.cite(record, passage, quote["exact"], by=None)

    def _load_link(self, entry: dict[str, Any]) -> None:
        with _at(self.records_path, f"{entry['source']} {entry['predicate']} {entry['target']}"):
            cited = entry.get("citation")
            curation.link(
                self.records[entry["source"]],
                entry["predicate"],
                self.records[entry["target"]],
                by=None,
                asserted_by=entry["asserted_by"],
                citation=self.citations[cited["record"]][cited["index"]] if cited else None,
                note=entry.get("note", ""),
            )

    def _publish(self, key: str) -> None:
        record = curation.submit(self.records[key], by=None)
        curation.publish(record, by=None)
