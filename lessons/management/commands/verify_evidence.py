"""``manage.py verify_evidence``: read every citation against its passage; fail if one fails."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lessons.evidence import Finding, Verifier
from lessons.models import Report


class Command(BaseCommand):
    help = "Verify that every quotation stands in its passage, and that what is published has one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--report", metavar="SLUG", help="only the citations of this report")
        parser.add_argument("--json", action="store_true", help="one JSON document, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is lost and what fails; CommandError if anything fails."""
        verifier = Verifier(self._report(options["report"]))
        self.lost = self.failed = 0
        findings = self._counted(verifier.findings())
        if options["json"]:
            self._write_json(findings, verifier)
        else:
            for finding in findings:
                self.stdout.write(_line(finding))
            self.stdout.write(
                f"{verifier.checked} citations: {self.failed} fail, {self.lost} are lost."
            )
        if self.failed:
            raise CommandError(f"{self.failed} findings break what the knowledge base promises.")

    def _report(self, slug: str | None) -> Report | None:
        if slug is None:
            return None
        found = Report.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no report “{slug}”.")
        return found

    def _counted(self, findings: Iterator[Finding]) -> Iterator[Finding]:
        for finding in findings:
            self.lost += finding.lost
            self.failed += not finding.lost
            yield finding

    def _write_json(self, findings: Iterator[Finding], verifier: Verifier) -> None:
        """Write one document piece by piece, so that no number of findings fills the memory."""
        self.stdout.write('{"findings": [', ending="")
        for number, finding in enumerate(findings):
            self.stdout.write(",\n" if number else "\n", ending="")
            self.stdout.write(json.dumps(asdict(finding), ensure_ascii=False), ending="")
        counts = {"checked": verifier.checked, "failed": self.failed, "lost": self.lost}
        self.stdout.write(f"],\n{json.dumps(counts)[1:]}")


def _line(finding: Finding) -> str:
    state = "lost" if finding.lost else "FAILS"
    where = f" {finding.report} ¶ {finding.passage} (text version {finding.text_version})"
    return f"{state}: {finding.record}{where if finding.report else ''}: {finding.wrong}"
