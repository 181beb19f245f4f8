"""What the database refuses, whoever asks: shared by the tests of the models."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    """Expect that the block violates ``constraint``, at once or at commit; then go on."""
    violated = None
    try:
        with transaction.atomic():
            yield
            commit_checks()
    except IntegrityError as error:
        violated = error.__cause__.diag.constraint_name
    assert violated == constraint


def commit_checks() -> None:
    """Run what waits for the commit now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def execute(statement: str, *parameters: object) -> None:
    """Run raw SQL, as somebody at the database's console would."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
