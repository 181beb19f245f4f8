"""``manage.py seal``: seal the seeds of second factors by the secret key of today."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand

from accounts import sealing


class Command(BaseCommand):
    help = "Seal the seeds of second factors by the secret key of today, after it was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many were sealed; all or none."""
        number = sealing.seal_all(Authenticator.objects.all())
        self.stdout.write(f"{number} second factors sealed by the secret key of today.")
