"""Themes: a tree without cycles, labelled in both languages."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, ProtectedError
from django.utils import translation

from lessons.models import Theme
from tests.factories import make_theme
from tests.models import commit_checks, execute, refused_by

pytestmark = pytest.mark.django_db


def make_branch(length: int) -> list[Theme]:
    """Return ``length`` themes, each the broader one of the next."""
    branch: list[Theme] = []
    for _level in range(length):
        branch.append(make_theme(broader=branch[-1] if branch else None))
    return branch


def move(theme: Theme, broader: Theme | None) -> None:
    Theme.objects.filter(pk=theme.pk).update(broader=broader)


def test_a_theme_is_not_its_own_broader_theme():
    theme = make_theme()
    with refused_by("theme_not_its_own_broader"):
        move(theme, theme)


@pytest.mark.parametrize("depth", [2, 3, 6])
def test_a_theme_does_not_stand_below_itself_at_any_depth(depth):
    branch = make_branch(depth)
    with refused_by("theme_tree_has_no_cycle"):
        move(branch[0], branch[-1])
    with refused_by("theme_tree_has_no_cycle"):
        execute(
            "UPDATE lessons_theme SET broader_id = %s WHERE id = %s", branch[-1].pk, branch[0].pk
        )


def test_a_bulk_update_cannot_close_a_circle():
    first, second, third = make_theme(), make_theme(), make_theme()
    first.broader, second.broader, third.broader = second, third, first
    with refused_by("theme_tree_has_no_cycle"):
        Theme.objects.bulk_update([first, second, third], ["broader"])


def test_a_bulk_creation_cannot_close_a_circle():
    def theme(pk: int, broader: int) -> Theme:
        labels = {"pref_label_en": f"T{pk}", "pref_label_fr": f"T{pk}"}
        return Theme(pk=pk, slug=f"t{pk}", notation=f"t{pk}", broader_id=broader, **labels)

    with refused_by("theme_tree_has_no_cycle"):
        Theme.objects.bulk_create([theme(10**6, 10**6 + 1), theme(10**6 + 1, 10**6)])


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_cannot_close_a_circle():
    first, second = make_theme(), make_theme()
    refused = threading.Event()

    def move_the_second() -> None:
        try:
            move(second, first)
        except IntegrityError:
            refused.set()
        finally:
            connection.close()

    other = threading.Thread(target=move_the_second)
    with transaction.atomic():
        move(first, second)
        other.start()
        other.join(0.5)  # now it is either done or waits for us
    other.join(5)
    assert refused.is_set()


def test_a_branch_may_move_elsewhere_in_the_tree():
    branch, other = make_branch(3), make_theme()
    move(branch[1], other)
    move(other, branch[0])
    commit_checks()
    assert Theme.objects.with_narrower([other]) == {other.pk, branch[1].pk, branch[2].pk}


def test_only_a_deprecated_theme_is_replaced():
    old, new = make_theme(), make_theme()
    with refused_by("theme_replaced_only_if_deprecated"):
        Theme.objects.filter(pk=old.pk).update(replaced_by=new)
    Theme.objects.filter(pk=old.pk).update(replaced_by=new, deprecated=True)
    with refused_by("theme_replaced_only_if_deprecated"):
        Theme.objects.update(deprecated=False)


@pytest.mark.parametrize("field", ["slug", "notation", "pref_label_en", "pref_label_fr"])
def test_no_two_themes_share_a_name(field):
    first, second = make_theme(), make_theme()
    with refused_by(unique_constraint(field)):
        Theme.objects.filter(pk=second.pk).update(**{field: getattr(first, field)})


def unique_constraint(field: str) -> str:
    return f"lessons_theme_{field}_key"


def test_a_theme_with_narrower_ones_is_not_deleted():
    broader, _narrower = make_branch(2)
    with pytest.raises(ProtectedError):
        broader.delete()


def test_narrower_themes_are_found_at_every_depth():
    branch = make_branch(4)
    make_theme()
    assert Theme.objects.with_narrower([branch[1]]) == {theme.pk for theme in branch[1:]}
    assert Theme.objects.with_narrower(branch) == {theme.pk for theme in branch}
    assert Theme.objects.with_narrower([]) == set()


def test_related_themes_are_related_to_one_another():
    first, second = make_theme(), make_theme()
    first.related.add(second)
    assert second.related.get() == first


def test_labels_and_notes_follow_the_reader():
    theme = make_theme(
        pref_label_en="Early warning", pref_label_fr="Alerte précoce", scope_note_en="Signs."
    )
    assert (theme.label, theme.scope_note) == ("Early warning", "Signs.")
    with translation.override("fr-ca"):
        assert (str(theme), theme.scope_note) == ("Alerte précoce", "Signs.")


def test_two_themes_may_swap_their_places():
    top, middle, bottom = make_branch(3)
    for theme, broader in ((middle, None), (top, middle), (bottom, top)):
        move(theme, broader)
    commit_checks()
    assert not Theme.objects.filter(broader=F("pk")).exists()
    assert Theme.objects.with_narrower([middle]) == {top.pk, middle.pk, bottom.pk}
