"""Pages of a list, from the first to the last that is shown."""

import pytest

from lessons.search import BadQuery, Filters
from lessons.views.paging import DEEPEST, PAGE_SIZE, Page


@pytest.mark.parametrize(("total", "last"), [(0, 1), (1, 1), (20, 1), (21, 2), (10**7, DEEPEST)])
def test_a_list_has_as_many_pages_as_it_fills_and_no_more_than_can_be_shown_fast(total, last):
    page = Page.of(total, last)
    assert page.last == last
    assert page.links(Filters())["next_query"] is None
    with pytest.raises(BadQuery, match=str(last)):
        Page.of(total, last + 1)


def test_who_wants_more_than_is_shown_is_told_how_to_have_it():
    with pytest.raises(BadQuery, match="as a file"):
        Page.of(PAGE_SIZE * DEEPEST + 1, DEEPEST + 1)
