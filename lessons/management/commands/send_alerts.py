"""``manage.py send_alerts``: tell the owners of saved searches what is new; run it daily."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lessons import alerts


class Command(BaseCommand):
    help = "Write to everyone whose daily or weekly alert is due. Running it again sends nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many were written to; CommandError if a message could not be sent."""
        outcome = alerts.send_due()
        sent, quiet = outcome.counts["sent"], outcome.counts["quiet"]
        self.stdout.write(f"{sent} alerts sent, {quiet} searches with nothing new.")
        if outcome.failures:
            raise CommandError(
                "These were not sent and are tried again next time: " + "; ".join(outcome.failures)
            )
