"""The API as programs meet it."""

import json
from typing import Any

from django.test import Client

from accounts import tokens
from accounts.models import User

OPEN = (
    "", "records", "lessons", "failures", "actors", "recommendations", "records/<code:code>",
    "reports", "reports/<slug:slug>", "reports/<slug:slug>/passages", "citations", "links",
    "uptake", "themes", "tags", "countries", "openapi.json", "docs",
)  # fmt: skip
WRITTEN_TO = (
    "records/<code:code>/citations", "records/<code:code>/citations/<citation>",
    "records/<code:code>/links", "records/<code:code>/links/<link>",
    "records/<code:code>/steps", "records/<code:code>/uptake",
    "records/<code:code>/tags", "records/<code:code>/tags/<slug>",
    "records/<code:code>/themes", "records/<code:code>/themes/<slug:slug>",
)  # fmt: skip
# What a GET answers to everyone.
ROUTES = {
    **{f"api/v1/{route}": 200 for route in OPEN},
    **{f"api/v1/{route}": 405 for route in WRITTEN_TO},
}


class Program:
    """A program with a token of somebody; None: with none."""

    def __init__(self, user: User | None = None, scope: str = "write", **headers: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = dict(headers)
        if user:
            secret = tokens.make(user, "test", scope, None)[1]
            self.headers["Authorization"] = f"Bearer {secret}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Return the answer to a request; header names with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        whole = path if path.startswith("/") or ":" in path else f"/api/v1/{path}"
        return self.client.generic(
            method, whole, b"" if body is None else body_of(body),
            content_type=named.pop("Content-Type", "application/json"),
            headers={**self.headers, **named},
        )  # fmt: skip

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def change(self, method: str, path: str, version: int, body: Any = None) -> Any:
        """Return the answer to a change of a record that was read in ``version``."""
        return self.ask(method, path, body, If_Match=f'"{version}"')


def body_of(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def problem(response: Any) -> tuple[int, str]:
    """Return status and detail of what must be a problem of RFC 9457."""
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == response.status_code
    assert {"type", "title", "detail"} <= set(told)
    return told["status"], told["detail"]
