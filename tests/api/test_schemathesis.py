"""The API against what it says of itself: schemathesis sends what the description allows and what
it forbids, and looks whether each answer is one that is described."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from ninja.responses import NinjaJSONEncoder

from accounts import tokens
from accounts.models import Role
from config.wsgi import application
from lessons import curation
from lessons.api.urls import api
from lessons.models import Kind
from tests.factories import cite, make_published, make_record, make_report, make_theme, make_user

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db
EXAMPLES = settings(
    max_examples=4,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def described(*, systematic: bool) -> Any:
    """Return the description to test by; ``systematic`` tries the edges of each parameter too."""
    description = json.dumps(api.get_openapi_schema(), cls=NinjaJSONEncoder)
    config = schemathesis.Config.from_path(ROOT / "schemathesis.toml")
    config.projects.default.phases.coverage.enabled = systematic
    schema = schemathesis.openapi.from_dict(json.loads(description), config=config)
    schema.app = application
    return schema


BODIES = ["create_record", "change_record"]
# These lists differ from /lessons in their name alone.
READING = (
    described(systematic=False)
    .include(method="GET")
    .exclude(path_regex="/(failures|actors|recommendations)$")
)
# All edges of all of a list's parameters and of a record's fields would take a minute every day.
EVERYTHING = (
    described(systematic=True)
    .exclude(path_regex="/(records|lessons|failures|actors|recommendations)$", method="GET")
    .exclude(operation_id=BODIES)
)
CHANGING = described(systematic=False).include(operation_id=BODIES)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the connection, and with it the test's transaction, from one request to the next."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def base(db: None, settings: Any) -> None:
    settings.API_READS = settings.API_WRITES = 0
    failure, lesson = (
        make_published(Kind.FAILURE),
        make_published(themes=[make_theme()], tags=["a"]),
    )
    curation.link(lesson, "drawn_from", failure, by=None)
    cite(make_record(), make_report(slug="0").passages.get(ordinal=1))


@pytest.fixture
def secret(db: None) -> str:
    return tokens.make(make_user(Role.REVIEWER), "test", "write", None)[1]


@READING.parametrize()
@EXAMPLES
def test_what_nobody_asks_is_answered_as_described(case: Any) -> None:
    case.call_and_validate()


@EVERYTHING.parametrize()
@EXAMPLES
def test_what_a_token_asks_is_answered_as_described(case: Any, secret: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})


@CHANGING.parametrize()
@EXAMPLES
def test_a_records_fields_are_answered_as_described(case: Any, secret: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})
