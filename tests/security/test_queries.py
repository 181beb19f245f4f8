"""Whatever stands in a query string is answered or refused, and never becomes a failure of ours."""

import re
from itertools import cycle
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as project
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role, User
from lessons.models import Kind
from tests.factories import (
    cite,
    make_published,
    make_record,
    make_report,
    make_suggestion,
    make_theme,
    make_user,
)
from tests.history import last_act
from tests.views import text_of

pytestmark = pytest.mark.django_db
ANSWERS = {200, 302, 400, 404}
# Names that views take out of the query string, read from the code so that none is forgotten.
TAKEN = re.compile(r"(?:GET|asked|params|query|POST or request\.GET\))\.get(?:list)?\(\"(\w+)\"")
FILTERS = ["q", "kind", "theme", "tag", "actor", "report", "country", "year_from", "year_to",
           "status", "sort", "page"]  # fmt: skip
OTHERS = ["columns", "group", "focus", "across", "from", "to", "cite", "into", "for", "next", "query",  # noqa: E501
          "outcome", "cursor", "limit", "embed", "verb", "identifier", "metadataPrefix", "set",
          "until", "resumptionToken", "state", "use", "language", "weakness", "assigned", "o", "p",
          "e", "_facets", "app_label", "model_name", "field_name", "term"]  # fmt: skip
HOSTILE = [
    "'; DROP TABLE lessons_record; --", "' OR '1'='1", "1) UNION SELECT password FROM accounts_user--",  # noqa: E501
    "%' AND pg_sleep(9)--", "\\'; SELECT 1", "$$;SELECT 1;$$", "\0", "L-1\0", "%00", "\ud800", "\udfff",  # noqa: E501
    "9" * 400, "-1", "0", "1e999", "NaN", "x" * 5000, "٣", "１", "²", "{{7*7}}", "%s%n%(a)s", "{0.__class__}",  # noqa: E501
    "../../etc/passwd", "<script>alert(1)</script>", "", " ", "\u202e", "a\r\nX: 1", "[]", "null",
    "9999-99-99", "0000-00-00", "2026-02-30", "(((((", "\"", "*", "A-99999999999999999999999999",
]  # fmt: skip
PAGES = [
    "/", "/records/", "/lessons/", "/lessons.csv", "/actors/export/", "/lessons.json", "/themes/",
    "/themes.ttl", "/themes/t/", "/themes/t.csv", "/reports/", "/reports/r/", "/reports/r.md",
    "/records/{code}/", "/records/{code}.md", "/records/{code}/history/", "/changes/",
    "/feeds/records/", "/feeds/themes/t/", "/feeds/reports/r/", "/feeds/records/{code}/", "/lists/",
    "/lists/new/", "/alerts/", "/oai", "/sitemap-records.xml", "/insights/", "/insights/chain/",
    "/insights/recurrence/", "/insights/uptake/", "/insights/matrix/", "/insights/matrix.csv",
    "/insights/compare/", "/insights/time/", "/insights/time.csv", "/insights/quality/",
    "/insights/use/", "/curate/", "/curate/records/", "/curate/reports/", "/curate/reports/r/",
    "/curate/reports/r/1/", "/curate/reports/r/1/new/lesson/", "/curate/reports/r/1/cite/",
    "/curate/reports/r/suggestions/", "/curate/reports/add/", "/curate/suggestions/", "/curate/cues/",  # noqa: E501
    "/curate/suggestions/{suggestion}/", "/curate/citable/", "/curate/undo/{act}/",
    "/curate/link/{code}/", "/curate/duplicates/", "/curate/import/", "/curate/tags/",
    "/curate/themes/", "/curate/themes/t/", "/curate/lost/", "/curate/jobs/",
    "/curate/reports/r/agreement/", "/records/new/lesson/", "/api/v1/records",
    "/api/v1/reports", "/api/v1/themes", "/api/v1/citations", "/api/v1/links", "/api/v1/uptake",
    "/accounts/login/", "/accounts/tokens/", "/admin/lessons/lesson/", "/admin/lessons/report/",
    "/admin/lessons/citation/", "/admin/accounts/user/", "/admin/accounts/accessevent/",
    "/language/",
]  # fmt: skip
TOLD = re.compile(
    r"syntax error|psycopg|ProgrammingError|DataError|Traceback|SELECT .* FROM|LINE 1:"
)


@pytest.fixture
def world(settings: Any) -> dict[str, Any]:
    settings.API_READS = 0
    passage = make_report(slug="r").passages.get(ordinal=1)
    record = make_published(Kind.LESSON, passage, themes=[make_theme(slug="t")], tags=["a"])
    cite(make_record(Kind.FAILURE), passage)
    return {"code": record.code, "act": last_act(), "suggestion": make_suggestion().pk}


def encoded(value: str) -> str:
    """Return a value as a program sends it that minds no rule: surrogates as their bytes."""
    return quote(value.encode("utf-8", "surrogatepass"))


def names() -> list[str]:
    found = {
        name for tree in ("lessons/views", "lessons/oai", "lessons/api", "lessons/search")
        for path in (project.BASE_DIR / tree).rglob("*.py")
        for name in TAKEN.findall(path.read_text("utf-8"))
    }  # fmt: skip
    return sorted({*FILTERS, *OTHERS, *found})


PAIR = st.tuples(
    st.sampled_from(names()) | st.sampled_from(FILTERS) | st.sampled_from(HOSTILE),
    st.sampled_from(HOSTILE) | st.text(st.characters(), max_size=20),
)


def test_nothing_in_a_query_string_is_a_failure(world: dict[str, Any]) -> None:
    user: User = make_user(Role.ADMIN)
    client = Client()
    client.force_login(user)

    @given(st.sampled_from(PAGES), st.lists(PAIR, min_size=1, max_size=3), st.booleans())
    @settings(
        max_examples=120, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def asked(page: str, pairs: list[tuple[str, str]], repeated: bool) -> None:
        query = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)
        check(client, page.format(**world), f"{query}&{query}" if repeated else query)

    asked()


def test_each_hostile_value_is_taken_or_refused(world: dict[str, Any], client: Client) -> None:
    for value, name in zip(HOSTILE, cycle(FILTERS), strict=False):
        check(client, "/records/", f"{name}={encoded(value)}")


def check(client: Client, path: str, query: str) -> None:
    response = client.get(path, QUERY_STRING=query)
    told = (
        b"".join(response).decode("utf-8", "replace") if response.streaming else text_of(response)
    )
    asked = f"{path}?{query[:300]}"
    assert response.status_code in ANSWERS, (response.status_code, asked)
    assert not TOLD.search(told.replace("pg_sleep", "")) or "SELECT" in query, asked
