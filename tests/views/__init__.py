"""The pages as their readers meet them; helpers to read answers with."""

import re
from html import unescape
from typing import Any


def text_of(response: Any) -> str:
    """Return the body, of streamed answers too."""
    body = b"".join(response) if response.streaming else response.content
    return body.decode()


def words_of(response: Any) -> str:
    """Return what a person reads: no tags, entities resolved, spaces collapsed."""
    without_tags = re.sub(r"<[^>]+>", " ", text_of(response))
    return " ".join(unescape(without_tags).split())


def links_of(response: Any) -> list[str]:
    """Return the addresses that the page links to."""
    return [unescape(found) for found in re.findall(r'href="([^"]*)"', text_of(response))]
