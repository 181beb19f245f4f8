"""``manage.py fold_use``: old counts of use are kept by the month."""

from typing import Any

from django.core.management.base import BaseCommand

from lessons import use


class Command(BaseCommand):
    help = "Keeps counts of use that are older than a year by the month instead of the day."

    def handle(self, *args: Any, **options: Any) -> None:
        gone = use.fold_old()
        self.stdout.write(f"{gone} rows fewer: counts older than a year are kept by the month.")
