"""JSON: one object with ``about`` and the list ``records``; several values stay a list."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def write(about: Mapping[str, Any], lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the file; ``lines`` are whole objects, each on a line of its own."""
    yield f'{{"about": {json.dumps(dict(about), ensure_ascii=False)},\n"records": [\n'.encode()
    yield from separated(lines)
    yield b"]}\n"


def separated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Put a comma after each line but the last, however the pieces are cut."""
    held = b""  # the last line's end, until it is known whether another follows
    for piece in pieces:
        if piece:
            yield held.replace(b"\n", b",\n")
            body = piece[:-1] if piece.endswith(b"\n") else piece
            held = piece[len(body) :]
            yield body.replace(b"\n", b",\n")
    yield held
