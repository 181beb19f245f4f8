"""Searchers that notice a damaged index while they answer, and when the time is over."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import tantivy
from django.utils.translation import gettext as _

from .limits import check
from .locks import SearchUnavailable


class Watched:
    """A tantivy Searcher that calls ``damaged`` when its files turn out to be unreadable.

    Raises TooLong instead of asking when the time for reading is over.
    """

    def __init__(self, searcher: tantivy.Searcher, damaged: Callable[[], None]) -> None:
        self._searcher = searcher
        self._damaged = damaged

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._searcher, name)
        return partial(self._ask, found) if callable(found) else found

    def _ask(self, method: Callable[..., Any], *args: Any, **named: Any) -> Any:
        check()
        try:
            return method(*args, **named)
        except BaseException as error:  # Rust's panics are no Exception
            if not is_damage(error):
                raise
            self._damaged()
            raise SearchUnavailable(
                _("The search index is damaged and is being built anew; try again in a moment.")
            ) from error


def is_damage(error: BaseException) -> bool:
    """Whether an answer failed because of the files rather than the question."""
    text = str(error).lower()
    panic = type(error).__name__ == "PanicException"
    return panic or isinstance(error, OSError) or "corrupt" in text or "i/o error" in text
