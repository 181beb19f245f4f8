"""The API as one object, and what its description says beyond what each operation declares."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import NinjaAPI, Schema
from ninja.openapi.schema import OpenAPISchema

from lessons.citing import permalink

from . import problems
from .schemas import ProblemOut

SUMMARY = """\
Records of what crises taught, each with the passage it rests on. Reading is open to everyone and
takes the same query string as the pages; writing needs a token of an analyst or a reviewer
([make one here](/accounts/tokens/)), shown as `Authorization: Bearer …`, and goes through the same
rules as the pages. Every error is `application/problem+json` (RFC 9457).
"""
MEANINGS = {
    400: "The query string or the body cannot be read; `detail` says which part",
    401: "No token, or one that opens nothing",
    403: "The role or the token does not allow it",
    404: "There is nothing at this address that you may see",
    405: "Another method",
    409: "It is so already, or was changed at the same moment",
    410: "It was published and is withdrawn",
    412: "`If-Match` names an older version",
    413: "Too large",
    415: "The body is not JSON",
    422: "What was sent is refused; `errors` says what and where",
    428: "`If-Match` is missing",
    429: "Too many requests in this minute",
    503: "It takes too long, or the index is being built",
}
READING = (400, 401, 404, 405, 429, 503)
WRITING = (400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429)
LIMITED = ("RateLimit", "RateLimit-Policy")
PROBLEM = {"$ref": "#/components/schemas/ProblemOut"}


def _problem(status: int) -> dict[str, Any]:
    content = {problems.MEDIA_TYPE: {"schema": PROBLEM}}
    return {"description": MEANINGS[status], "content": content}


class Api(NinjaAPI):
    """NinjaAPI with every status in its description."""

    _described: OpenAPISchema | None = None

    def get_openapi_schema(self, **named: Any) -> OpenAPISchema:
        """Return the OpenAPI 3.1 description, made once."""
        if self._described is None:
            self._described = self._describe(**named)
        return self._described

    def _describe(self, **named: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**named)
        schema["components"]["schemas"]["ProblemOut"] = ProblemOut.model_json_schema()
        schema["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
        }
        for path in schema["paths"].values():
            for method, operation in path.items():
                self._complete(operation, reading=method == "get")
        return schema

    def _complete(self, operation: dict[str, Any], *, reading: bool) -> None:
        told = operation["responses"]
        for status in READING if reading else WRITING:
            told.setdefault(status, _problem(status))
        for status in operation.pop("x-also", ()):
            told.setdefault(status, _problem(status))
        if reading:
            told[414] = {"description": "The address is longer than the server takes"}
            told[304] = {"description": "What you have (`If-None-Match`) is as it is now"}
        known: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]
        operation["security"] = [{}, *known] if reading else known
        operation["responses"] = {str(status): told[status] for status in sorted(told, key=int)}


api = Api(
    title="Hindsight",
    version="1",
    description=SUMMARY,
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url="/docs",
)
problems.register(api)


class IndexOut(Schema):
    """What there is, by name and address."""

    documentation: str
    description: str
    collections: dict[str, str]


@api.get("/", response=IndexOut, operation_id="read_index", summary="What there is", tags=["index"])
def read_index(request: HttpRequest) -> dict[str, Any]:
    """Begin here."""
    schema = api.get_openapi_schema()
    lists = {
        path.rpartition("/")[2]: permalink(path)
        for path, operations in schema["paths"].items()
        if "get" in operations and "{" not in path and not path.endswith("/")
    }
    return {
        "documentation": permalink(reverse("api:openapi-view")),
        "description": permalink(reverse("api:openapi-json")),
        "collections": lists,
    }


def nowhere(request: HttpRequest, **_parts: Any) -> Any:
    """Answer for every address below the API's that is none."""
    raise problems.not_found()
