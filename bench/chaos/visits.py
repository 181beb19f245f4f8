"""One visitor: asks the site on this machine, and knows an answer from one that was broken off."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

HOST = "127.0.0.1"
TIMEOUT = 60.0  # seconds
CSRF = "c" * 32


class Broken(Exception):
    """No answer, or not all of it: whether it was done is unknown."""


@dataclass(frozen=True)
class Answer:
    """An answer that came whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Visitor:
    """Somebody with a token of the API, or with a session."""

    port: int
    token: str = ""
    session: str = ""

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Ask once and read to the end; raises Broken."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, {**self._who(), **headers})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        except (OSError, http.client.HTTPException) as error:
            raise Broken(type(error).__name__) from error
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def send(self, method: str, path: str, body: Any, version: int | None = None) -> Answer:
        """Send JSON to the API, on a version of a record where one is named."""
        on = {} if version is None else {"If-Match": f'"{version}"'}
        return self.ask(
            method, f"/api/v1/{path}", json.dumps(body).encode(),
            **{"Content-Type": "application/json", **on},
        )  # fmt: skip

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form; the answer is not followed."""
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, urlencode(form).encode(), **{"Content-Type": kind})

    def _who(self) -> dict[str, str]:
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        cookies = f"sessionid={self.session}; csrftoken={CSRF}"
        return {"Cookie": cookies, "X-CSRFToken": CSRF} if self.session else {}
