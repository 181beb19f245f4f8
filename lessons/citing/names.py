"""Authors as a style writes them: “Family, Given, Suffix” is a person, no comma is a body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

MOST_CHICAGO, FIRST_CHICAGO = 10, 7  # Chicago (17th ed.) 14.76: of more, the first seven
MOST_APA, FIRST_APA = 20, 19  # APA (7th ed.) 9.8: of more, the first nineteen and the last
PERSON, TWO = 2, 2


class Name(NamedTuple):
    """A person, or a body that has a ``family`` alone."""

    family: str
    given: str = ""
    suffix: str = ""


def parse(author: str) -> Name:
    """Read an author as reports hold them."""
    parts = [part.strip() for part in author.split(",", PERSON)]
    return Name(*parts)


def family_name(author: str) -> str:
    """Return what stands before the comma: all of a body's name, a person's family name."""
    return parse(author).family


def in_order(author: str) -> str:
    """Return a name as it is spoken: ``Paul LaRose-Edwards``."""
    name = parse(author)
    spoken = f"{name.given} {name.family}" if name.given else name.family
    return f"{spoken}, {name.suffix}" if name.suffix else spoken


def plain_names(authors: Sequence[str]) -> str:
    """Return all authors as a sentence names them."""
    return _joined([in_order(author) for author in authors], _(" and "))


def chicago_names(authors: Sequence[str]) -> str:
    """Return authors for a Chicago reference list (15.9): the first one inverted."""
    if not authors:
        return ""
    first, *others = authors
    names = [", ".join(filter(None, parse(first))), *(in_order(author) for author in others)]
    if len(names) > MOST_CHICAGO:
        listed = ", ".join(names[:FIRST_CHICAGO])
        return _("%(first)s et al.") % {"first": f"{listed},"}
    # An inverted name holds a comma, and so does a series: one more goes before the last.
    alone = len(names) == TWO and not parse(first).given
    last = _(" and ") if alone else pgettext("before the last of several", ", and ")
    return _joined(names, last)


def apa_names(authors: Sequence[str]) -> str:
    """Return authors for an APA reference list (9.8): all inverted, with initials."""
    names = [_initialled(parse(author)) for author in authors]
    if len(names) > MOST_APA:
        return f"{', '.join(names[:FIRST_APA])}, … {names[-1]}"
    last = pgettext("before the last of several, APA", ", & ")
    return _joined(names, last)


def _initialled(name: Name) -> str:
    """Return ``LaRose-Edwards, P. M.``; a double given name keeps its hyphen: ``Sartre, J.-P.``"""
    words = (
        "-".join(f"{part[0]}." for part in word.split("-") if part) for word in name.given.split()
    )
    return ", ".join(filter(None, (name.family, " ".join(words), name.suffix)))


def _joined(names: Sequence[str], last: str) -> str:
    """Join names with commas, the last two with ``last``."""
    return last.join(filter(None, (", ".join(names[:-1]), *names[-1:])))
