"""How often somebody may ask: counted for all workers together, in one statement.

Not in the cache: it would take five, lose counts between workers, and push the counts of sign-in
attempts out of the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from .models import RequestCount

WINDOW = 60  # seconds
FORGOTTEN = timedelta(hours=1)
COUNT = """
    INSERT INTO accounts_requestcount (who, began, number) VALUES (%s, %s, 1)
    ON CONFLICT (who, began) DO UPDATE SET number = accounts_requestcount.number + 1
    RETURNING number
"""


@dataclass(frozen=True)
class Allowance:
    """What is left of ``most`` requests, and in how many seconds it is whole again."""

    name: str
    most: int
    left: int
    seconds: int

    @property
    def spent(self) -> bool:
        return self.left < 0

    def headers(self) -> dict[str, str]:
        """Return the headers of draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.most};w={WINDOW}',
            "RateLimit": f'"{self.name}";r={max(0, self.left)};t={self.seconds}',
        }


def count(name: str, who: str, most: int) -> Allowance:
    """Count one more request of ``who`` within this minute."""
    now = timezone.now()
    past = int(now.timestamp()) % WINDOW
    began = datetime.fromtimestamp(int(now.timestamp()) - past, UTC)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [f"{name}:{who}", began])
        (number,) = cursor.fetchone()
    if number == 1:
        RequestCount.objects.filter(began__lt=now - FORGOTTEN).delete()
    return Allowance(name, most, most - number, WINDOW - past)
