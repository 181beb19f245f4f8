"""An index that is checked against the database."""

import pytest

from lessons.search import checking
from lessons.search.index import machine_index


@pytest.fixture
def index(settings):
    return machine_index()


@pytest.fixture
def assert_true(index):
    """Return a check that the index holds exactly what the database says."""

    def check() -> None:
        assert list(checking.differences(index)) == []

    return check
