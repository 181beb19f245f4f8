"""The verbs of themes, the SKOS scheme: save, move, merge, deprecate; each one act of the history.

``by`` is the person who acts; None is the operator at the console. Refusals are ValidationError or
PermissionDenied.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from .models import Record, Theme
from .models.history import told
from .models.records import RecordTheme
from .models.themes import RelatedTheme
from .permissions import require

LANGUAGES = ("en", "fr")


def check_offered(themes: Iterable[Theme] | None, record: Record) -> list[Theme] | None:
    """Return ``themes``; raise ValidationError for one that is deprecated and not borne yet."""
    if themes is None:
        return None
    asked = list(themes)
    old = {theme for theme in asked if theme.deprecated}
    new = old - set(record.themes.all()) if old and record.pk else old
    if new:
        labels = ", ".join(sorted(theme.label for theme in new))
        raise ValidationError(
            {"themes": _("Deprecated and given to no more records: %(labels)s. Choose another.")
             % {"labels": labels}},
            code="deprecated",
        )  # fmt: skip
    return asked


@transaction.atomic
def save_theme(theme: Theme, *, by: Any, related: Iterable[Theme] | None = None) -> Theme:
    """Save a new or changed theme; a new one without a slug gets that of its English label.

    Raises ValidationError if a name is taken, or the broader theme is deprecated or one of its
    narrower ones.
    """
    require(by, "change_theme" if theme.pk else "add_theme")
    theme.slug = theme.slug or slugify(theme.pref_label_en)[:80]
    theme.full_clean()
    with told("save theme", by=by):
        theme.save()
        if related is not None:
            theme.related.set(related)
    return theme


@transaction.atomic
def move_theme(theme: Theme, broader: Theme | None, *, by: Any) -> Theme:
    """Put ``theme`` with all its narrower ones below ``broader`` (None: to the top)."""
    require(by, "change_theme")
    theme = Theme.objects.select_for_update().get(pk=theme.pk)
    theme.broader = broader
    theme.full_clean()
    with told("move theme", by=by):
        theme.save(update_fields=["broader"])
    return theme


@transaction.atomic
def merge_themes(survivor: Theme, absorbed: Theme, *, by: Any) -> Theme:
    """Let ``survivor`` take over the records, narrower and related themes and labels of
    ``absorbed``, which is deprecated and replaced by it.

    Raises ValidationError if they are one theme or one is deprecated.
    """
    require(by, "change_theme")
    survivor, absorbed = _locked(survivor, absorbed)
    with told("merge themes", by=by):
        if survivor.pk in Theme.objects.with_narrower([absorbed]):
            survivor.broader = absorbed.broader  # it rises to where its narrower ones will hang
        _take_labels(survivor, absorbed)
        survivor.full_clean()
        survivor.save()
        for one in absorbed.narrower.exclude(pk=survivor.pk):
            Theme.objects.filter(pk=one.pk).update(broader=survivor)
        _hand_over(survivor, absorbed)
        _take_relations(survivor, absorbed)
        _replace(absorbed, survivor)
    return survivor


def _locked(survivor: Theme, absorbed: Theme) -> tuple[Theme, Theme]:
    ids = {survivor.pk, absorbed.pk}
    if len(ids) == 1:
        raise ValidationError(_("Choose two different themes."), code="same")
    rows = {theme.pk: theme for theme in Theme.objects.select_for_update().filter(pk__in=ids)}
    for theme in rows.values():
        _check_in_use(theme)
    return rows[survivor.pk], rows[absorbed.pk]


def _check_in_use(theme: Theme) -> None:
    if theme.deprecated:
        raise ValidationError(
            _("“%(label)s” is deprecated already.") % {"label": theme.label}, code="deprecated"
        )


def _take_labels(survivor: Theme, absorbed: Theme) -> None:
    """Add the labels of ``absorbed`` to the other labels of ``survivor``, each once."""
    for language in LANGUAGES:
        pref, alt = f"pref_label_{language}", f"alt_labels_{language}"
        labels = [*getattr(survivor, alt), getattr(absorbed, pref), *getattr(absorbed, alt)]
        own = getattr(survivor, pref)
        setattr(survivor, alt, [one for one in dict.fromkeys(labels) if one != own])


def _hand_over(survivor: Theme, absorbed: Theme) -> None:
    """Swap the theme on each record; what bears both keeps one."""
    borne = RecordTheme.objects.filter(theme=absorbed)
    both = set(RecordTheme.objects.filter(theme=survivor).values_list("record", flat=True))
    records = set(borne.values_list("record", flat=True)) - both
    borne.delete()
    RecordTheme.objects.bulk_create(
        RecordTheme(theme=survivor, record_id=pk) for pk in sorted(records)
    )


def _take_relations(survivor: Theme, absorbed: Theme) -> None:
    others = list(absorbed.related.exclude(pk=survivor.pk))
    survivor.related.add(*others)
    RelatedTheme.objects.filter(from_theme=absorbed).delete()
    RelatedTheme.objects.filter(to_theme=absorbed).delete()


def _replace(theme: Theme, successor: Theme | None) -> None:
    """Deprecate ``theme``; its address, and those that led to it, lead to ``successor``."""
    if successor is not None:
        Theme.objects.filter(replaced_by=theme).update(replaced_by=successor)
    Theme.objects.filter(pk=theme.pk).update(deprecated=True, replaced_by=successor)


@transaction.atomic
def deprecate(
    theme: Theme, *, by: Any, replaced_by: Theme | None = None, move_records: bool = False
) -> Theme:
    """Use ``theme`` for no new record; its address leads to ``replaced_by``, if one is given.

    Its records keep it, and are found under what replaces it, or move there. Raises
    ValidationError while themes in use stand below it, or if the replacement is deprecated.
    """
    require(by, "change_theme")
    if replaced_by is not None:
        replaced_by, theme = _locked(replaced_by, theme)
    else:
        theme = Theme.objects.select_for_update().get(pk=theme.pk)
        _check_in_use(theme)
    if theme.narrower.offered().exists():
        raise ValidationError(
            _("“%(label)s” has narrower themes. Move them first, or merge it into another theme.")
            % {"label": theme.label},
            code="has_narrower",
        )
    with told("deprecate theme", by=by):
        if replaced_by is not None and move_records:
            _hand_over(replaced_by, theme)
        _replace(theme, replaced_by)
    return theme


@transaction.atomic
def discard_theme(theme: Theme, *, by: Any) -> None:
    """Delete a theme that nothing bears, stands below or was replaced by."""
    require(by, "delete_theme")
    used = theme.records.exists() or theme.narrower.exists() or theme.replaces.exists()
    if used:
        raise ValidationError(
            _("“%(label)s” is in use: merge it into another theme or deprecate it.")
            % {"label": theme.label},
            code="in_use",
        )
    with told("discard theme", by=by):
        theme.delete()
