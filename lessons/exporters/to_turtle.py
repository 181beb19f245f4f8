"""Turtle (https://www.w3.org/TR/turtle/): the same graph as in JSON-LD, by the same context."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .linked import CONTEXT, PREFIXES

IDS = ("id", "@id")


def write(nodes: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield the file node by node."""
    yield "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()).encode()
    for node in nodes:
        yield f"\n<{node['id']}> {_described(node)} .\n".encode()


def _described(node: Mapping[str, Any]) -> str:
    """Return the predicates of a node and their objects."""
    parts = []
    for term, value in node.items():
        if term == "type":
            parts.append(f"a {_types(value)}")
        elif term not in IDS and (objects := _objects(term, value)):
            parts.append(f"{CONTEXT[term]['@id']} {', '.join(objects)}")
    return " ;\n    ".join(parts)


def _types(value: Any) -> str:
    return ", ".join(CONTEXT[one]["@id"] for one in _many(value))


def _objects(term: str, value: Any) -> list[str]:
    meaning = CONTEXT[term]
    if meaning.get("@container") == "@language":
        return [
            f"{_quoted(text)}@{language}"
            for language, texts in value.items()
            for text in _many(texts)
        ]
    return [_object(one, meaning.get("@type", "")) for one in _many(value)]


def _object(value: Any, kind: str) -> str:
    if isinstance(value, Mapping):
        if "@value" in value:
            return f"{_quoted(value['@value'])}@{value['@language']}"
        return f"[ {_described(value)} ]"
    if kind == "@vocab":
        return str(CONTEXT[value])
    if kind == "@id":
        return f"<{value}>"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value) if isinstance(value, int) and not kind else _quoted(str(value))
    return f"{text}^^{kind}" if kind else text


def _quoted(text: str) -> str:
    """Return a string literal: the escapes of JSON are among those of Turtle."""
    return json.dumps(text, ensure_ascii=False)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
