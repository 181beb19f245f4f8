"""``manage.py suggest``: look for suggestions in reports."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lessons import suggestions
from lessons.models import Report


class Command(BaseCommand):
    help = "Look for suggestions in reports; what was decided is not proposed again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reports", nargs="*", metavar="REPORT", help="slugs of reports")
        parser.add_argument("--all", action="store_true", help="look in every report")

    def handle(self, *args: Any, **options: Any) -> None:
        slugs = options["reports"]
        reports = Report.objects.all() if options["all"] else Report.objects.filter(slug__in=slugs)
        unknown = set(slugs) - set(reports.values_list("slug", flat=True))
        if unknown or not (slugs or options["all"]):
            raise CommandError(
                f"There is no report {', '.join(sorted(unknown))}." if unknown
                else "Name reports by their slugs, or say --all."
            )  # fmt: skip
        for report in reports.order_by("slug"):
            looked = suggestions.look(report, by=None)
            self.stdout.write(f"{report.slug}: {looked.new} new, {looked.waiting} waiting")
            for warning in looked.warnings:
                self.stderr.write(warning)
