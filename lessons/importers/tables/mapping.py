"""Which field a column fills: by what is remembered of its layout, or guessed from its name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lessons.models import Import, ImportState

from .cells import folded
from .fields import FIELDS, LEFT_OUT

# Other names of columns, in English and French; what they are in code is a name of its own.
NAMES = {
    "code": "record code",
    "reference": "id; ref; identifier; identifiant; lesson id; record id; external id; numero"
    "; reference number; safenet id; key; cle",
    "kind": "record kind; record type; genre; nature",
    "title": "titre; name; nom; heading; headline; subject; sujet; incident name; intitule",
    "statement": "lesson; lesson learned; lessons learned; lesson(s) learned; lecon; lecon apprise"
    "; finding; constat; enonce; summary; abstract; resume; description; narrative"
    "; recommendation text; texte",
    "discussion": "why; pourquoi; comment; comments; commentaire; background; contexte; analysis"
    "; analyse; driving event; remarque; remarks",
    "themes": "theme; topic; topics; sujets; thematique; thematiques",
    "tags": "tag; keyword; keywords; categories; category; labels; mots cles; mot cle; etiquettes"
    "; etiquette; categorie; contributing factors; human factors",
    "countries": "country; pays; nation; location country",
    "year_from": "year; annee; from; from year; start year; annee de debut; event start date"
    "; start date; date de debut",
    "year_to": "to year; end year; annee de fin; event stop date; end date; date de fin",
    "language": "langue; lang",
    "aliases": "alias; also called; other names; autres noms; acronym; acronyms; sigle",
    "number": "recommendation number; numero de recommandation",
    "actors": "actor; acteur; acteurs; addressee; destinataire; addressed to",
    "source_title": "source; report; rapport; document; report title; titre de la source"
    "; source name; publication",
    "source_url": "url; link; lien; source link; web address; adresse; hyperlink; uri",
    "source_date": "date; lesson date; published on; publication date; date de publication; issued"
    "; safenet create date",
    "source_publisher": "publisher; editeur",
    "source_authors": "author; authors; auteur; auteurs",
    "passage": "quotation; quote; excerpt; extrait; citation; verbatim; words",
}
GUESSES = {
    folded(name): field
    for field, names in NAMES.items()
    for name in (field, *names.split("; "))
} | {folded(name): name for name in FIELDS}  # fmt: skip


def layout_of(columns: Iterable[str]) -> str:
    """Return what tells one layout from another: a digest of the names of its columns."""
    return hashlib.sha256("\x1f".join(folded(one) for one in columns).encode()).hexdigest()


def remembered(layout: str) -> Import | None:
    """Return the latest import of this layout whose columns somebody has named."""
    named = Import.objects.filter(layout=layout).exclude(state=ImportState.MAPPING)
    return named.first()


def guess(columns: list[str]) -> dict[str, str]:
    """Return by column the field that its name suggests; a column that suggests none is missing.

    Where two columns suggest a field that only one may fill, the first gets it.
    """
    found: dict[str, str] = {}
    for column in columns:
        name = GUESSES.get(folded(column))
        if name and (FIELDS[name].many or name not in found.values()):
            found[column] = name
    return found


def check_mapping(columns: list[str], chosen: dict[str, str]) -> None:
    """Raise ValidationError unless each column fills a field or is left out, and no field is
    filled by more columns than it can hold."""
    wrong = [one for one in columns if one not in chosen]
    errors = [
        _("Unknown column “%(column)s”: say which field it fills, or leave it out.")
        % {"column": column}
        for column in wrong
    ]
    taken: dict[str, str] = {}
    for column in columns:
        name = chosen.get(column, LEFT_OUT)
        if name and name not in FIELDS:
            errors.append(_("There is no field “%(name)s”.") % {"name": name})
        elif name and name in taken and not FIELDS[name].many:
            errors.append(
                _("“%(first)s” and “%(second)s” cannot both be “%(field)s”: leave one out.")
                % {"first": taken[name], "second": column, "field": FIELDS[name].label}
            )
        taken.setdefault(name, column)
    if not any(chosen.get(column) for column in columns):
        errors.append(_("No column fills a field: there is nothing to import."))
    if errors:
        raise ValidationError(errors, code="mapping")
