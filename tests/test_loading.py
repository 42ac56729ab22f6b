"""What is loaded at a process's beginning is not looked through for garbage."""

import gc

import pytest

from backprop_course.sandbox.between.loading import loading


@pytest.fixture
def thawed():
    yield
    gc.unfreeze()


def test_what_was_loaded_is_never_looked_through_and_what_comes_later_is(thawed):
    with loading():
        assert not gc.isenabled()
        loaded = [[] for _ in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(loaded)
    later = []
    assert any(one is later for one in gc.get_objects())
    assert not any(one is loaded for one in gc.get_objects())


def test_garbage_is_looked_for_again_where_loading_fails(thawed):
    with pytest.raises(ImportError), loading():
        raise ImportError
    assert gc.isenabled()
