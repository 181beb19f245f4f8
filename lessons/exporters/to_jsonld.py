"""JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/): a context and a graph of nodes."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .linked import CONTEXT


def write(nodes: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield the file node by node."""
    yield f'{{"@context": {json.dumps(CONTEXT)},\n"@graph": ['.encode()
    separator = "\n"
    for node in nodes:
        yield (separator + json.dumps(dict(node), ensure_ascii=False)).encode()
        separator = ",\n"
    yield b"\n]}\n"
