"""Shared by the tests of the exporters."""

from collections.abc import Iterable

FORMULAS = [
    '=HYPERLINK("http://example.org")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1",
    "＝1+1", "＋1", "－1", "＠SUM(A1)",
]  # fmt: skip


def whole(pieces: Iterable[bytes]) -> bytes:
    return b"".join(pieces)
