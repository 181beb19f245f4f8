"""The verbs of themes: who may, what they do, what they refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import Role
from lessons import curation, theming
from lessons.models import Record, Theme
from lessons.models.records import RecordTheme
from lessons.search import Filters, Found
from lessons.search.browse import Browsed
from tests.factories import make_published, make_record, make_theme, make_user
from tests.models import commit_checks, refused_by

pytestmark = pytest.mark.django_db


def refusal(do: Callable[[], Any]) -> ValidationError:
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        do()
    return refused.value


def fresh(theme: Theme) -> Theme:
    return Theme.objects.get(pk=theme.pk)


def themes_of(record: Record) -> set[Theme]:
    return set(record.themes.all())


@pytest.fixture
def warning() -> Theme:
    return make_theme(slug="warning", pref_label_en="Warning", pref_label_fr="Alerte",
                      alt_labels_en=["signs"])  # fmt: skip


@pytest.fixture
def alarm() -> Theme:
    return make_theme(slug="alarm", pref_label_en="Alarm", pref_label_fr="Alarme",
                      alt_labels_en=["signs", "bells"])  # fmt: skip


def new_theme() -> Theme:
    return Theme(notation="99", pref_label_en="Brand new", pref_label_fr="Tout neuf")


VERBS: dict[str, Callable[[Any], Any]] = {
    "add": lambda by: theming.save_theme(new_theme(), by=by),
    "save": lambda by: theming.save_theme(make_theme(), by=by),
    "move": lambda by: theming.move_theme(make_theme(), make_theme(), by=by),
    "merge": lambda by: theming.merge_themes(make_theme(), make_theme(), by=by),
    "deprecate": lambda by: theming.deprecate(make_theme(), by=by),
    "discard": lambda by: theming.discard_theme(make_theme(), by=by),
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("verb", VERBS)
def test_a_reviewer_looks_after_the_scheme(verb: str, role: str) -> None:
    user = make_user(role)
    if role in {Role.REVIEWER, Role.ADMIN}:
        VERBS[verb](user)
    else:
        with pytest.raises(PermissionDenied):
            VERBS[verb](user)


def test_a_new_theme_takes_its_address_from_its_english_label() -> None:
    assert theming.save_theme(new_theme(), by=None).slug == "brand-new"


def test_a_theme_moves_with_what_stands_below_it() -> None:
    top, moved = make_theme(), make_theme()
    below = make_theme(broader=moved)
    record = make_published(themes=[below])
    theming.move_theme(moved, top, by=None)
    assert Found(Filters(theme=(top.slug,)), make_user()).ids() == [record.pk]
    theming.move_theme(moved, None, by=None)
    assert Found(Filters(theme=(top.slug,)), make_user()).ids() == []


def test_a_theme_moves_below_nothing_that_is_below_it_or_deprecated(warning: Theme) -> None:
    below = make_theme(broader=warning)
    gone = theming.deprecate(make_theme(), by=None)
    for broader in (warning, below, fresh(gone)):
        error = refusal(lambda b=broader: theming.move_theme(warning, b, by=None))
        assert error.message_dict.keys() & {"broader", "__all__"}


def test_a_merged_theme_leaves_everything_to_its_survivor(warning: Theme, alarm: Theme) -> None:
    below, relative = make_theme(broader=alarm), make_theme()
    alarm.related.add(relative, warning)
    records = [make_published(themes=one) for one in ([warning], [alarm], [warning, alarm])]
    theming.merge_themes(warning, alarm, by=None)
    commit_checks()
    assert [themes_of(record) for record in records] == [{warning}] * 3
    kept, gone = fresh(warning), fresh(alarm)
    assert (kept.alt_labels_en, kept.alt_labels_fr) == (["signs", "Alarm", "bells"], ["Alarme"])
    assert (gone.deprecated, gone.replaced_by) == (True, kept)
    assert fresh(below).broader == kept
    assert list(kept.related.all()) == [relative]
    assert not gone.related.exists()


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_theme_may_be_merged_into_one_that_stands_below_it(depth: int) -> None:
    summit = make_theme()
    top = make_theme(broader=summit)
    branch = [top]
    for _level in range(depth):
        branch.append(make_theme(broader=branch[-1]))
    theming.merge_themes(branch[-1], top, by=None)
    commit_checks()
    assert fresh(branch[-1]).broader == summit
    living = Theme.objects.offered().with_narrower([branch[-1]])
    assert living == {theme.pk for theme in branch}


def test_a_theme_is_merged_once_and_never_into_itself(warning: Theme, alarm: Theme) -> None:
    assert refusal(lambda: theming.merge_themes(warning, warning, by=None)).code == "same"
    theming.merge_themes(warning, alarm, by=None)
    for one, other in ((warning, alarm), (alarm, warning)):
        error = refusal(lambda one=one, other=other: theming.merge_themes(one, other, by=None))
        assert error.code == "deprecated"


def test_what_was_replaced_is_asked_for_by_its_old_address(
    warning: Theme, alarm: Theme, client: Any
) -> None:
    record = make_published(themes=[alarm])
    theming.merge_themes(warning, alarm, by=None)
    assert Found(Filters(theme=("alarm",)), make_user()).ids() == [record.pk]
    response = client.get("/themes/alarm/")
    assert (response.status_code, response["Location"]) == (301, "/themes/warning/")
    assert response["Cache-Control"] == "no-cache"
    assert client.get("/lessons/?theme=alarm").context["found"].asked.theme == ("warning",)


@pytest.mark.parametrize("moved", [True, False])
def test_records_of_a_deprecated_theme_are_found_under_what_replaces_it(
    moved: bool, warning: Theme, alarm: Theme
) -> None:
    top = make_theme(slug="top")
    theming.move_theme(warning, top, by=None)
    record = make_published(themes=[alarm])
    theming.deprecate(alarm, by=None, replaced_by=warning, move_records=moved)
    assert themes_of(record) == {warning if moved else alarm}
    user = make_user()
    for slug in ("alarm", "warning", "top"):
        assert Found(Filters(theme=(slug,)), user).ids() == [record.pk]
        assert Browsed(Filters(theme=("warning",)), user).ids() == [record.pk]
    facets = [Found(Filters(), user).facets("theme"), Browsed(Filters(), user).facets("theme")]
    counts = [{v.value: v.count for f in one for v in f.values} for one in facets]
    assert counts == [{"top": 1, "warning": 1}] * 2


def test_moving_what_replaces_a_theme_moves_its_records(warning: Theme, alarm: Theme) -> None:
    top = make_theme(slug="top")
    record = make_published(themes=[alarm])
    theming.deprecate(alarm, by=None, replaced_by=warning)
    assert Found(Filters(theme=("top",)), make_user()).ids() == []
    theming.move_theme(warning, top, by=None)
    assert Found(Filters(theme=("top",)), make_user()).ids() == [record.pk]


def test_replacements_are_one_step_long(warning: Theme, alarm: Theme) -> None:
    oldest = make_theme()
    theming.deprecate(oldest, by=None, replaced_by=alarm)
    theming.deprecate(alarm, by=None, replaced_by=warning)
    commit_checks()
    assert fresh(oldest).replaced_by == fresh(alarm).replaced_by == warning
    with refused_by("theme_replaced_by_in_one_step"):
        Theme.objects.filter(pk=oldest.pk).update(replaced_by=alarm)


def test_a_theme_with_narrower_ones_is_not_deprecated_before_they_move(warning: Theme) -> None:
    below = make_theme(broader=warning)
    assert refusal(lambda: theming.deprecate(warning, by=None)).code == "has_narrower"
    theming.deprecate(below, by=None)
    theming.deprecate(warning, by=None)


def test_a_deprecated_theme_is_given_to_no_more_records(warning: Theme) -> None:
    record = make_record(themes=[warning])
    theming.deprecate(warning, by=None)
    error = refusal(lambda: make_record(themes=[fresh(warning)]))
    assert "Warning" in error.message_dict["themes"][0]
    curation.save_record(record, by=None, themes=[fresh(warning)])
    assert themes_of(record) == {warning}


def test_a_theme_in_use_is_not_discarded(warning: Theme, alarm: Theme) -> None:
    make_record(themes=[warning])
    top = make_theme()
    make_theme(broader=top)
    theming.deprecate(make_theme(), by=None, replaced_by=alarm)
    for theme in (warning, alarm, top):
        error = refusal(lambda theme=theme: theming.discard_theme(theme, by=None))
        assert error.code == "in_use"


def test_a_merge_of_themes_is_one_act(warning: Theme, alarm: Theme) -> None:
    make_record(themes=[alarm])
    theming.merge_themes(warning, alarm, by=None)
    rows = [
        row
        for model in (Theme, RecordTheme)
        for row in model.pgh_event_model.objects.filter(pgh_context__metadata__verb="merge themes")
    ]
    assert len(rows) == 4  # both themes, one taken, one given
    assert len({row.pgh_context.metadata["act"] for row in rows}) == 1
