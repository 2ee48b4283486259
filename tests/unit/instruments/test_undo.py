import pytest

from harness.errors import RigError, VehicleError
from harness.instruments.undo import Undo


def failing(taken):
    taken.append("step")
    raise RigError("the step failed")


def test_the_step_is_taken_after_a_body_that_ends_well():
    taken = []
    with Undo(lambda: taken.append("step")):
        taken.append("body")
    assert taken == ["body", "step"]


def test_a_failing_step_is_raised_after_a_body_that_ends_well():
    with pytest.raises(RigError, match="the step failed"), Undo(lambda: failing([])):
        pass


@pytest.mark.parametrize("error", [VehicleError("it crashed"), KeyboardInterrupt("signal 15"), ValueError("a mistake")])
def test_a_failing_step_never_replaces_the_error_of_the_body(error):
    taken = []
    with pytest.raises(type(error)) as caught, Undo(lambda: failing(taken)):
        raise error
    assert caught.value is error
    assert taken == ["step"]
    assert error.__notes__ == ["and afterwards: the step failed"]


def test_an_error_of_the_body_is_as_it_was_after_a_step_that_works():
    with pytest.raises(VehicleError) as caught, Undo(lambda: None):
        raise VehicleError("it crashed")
    assert not hasattr(caught.value, "__notes__")


def test_a_mistake_in_the_step_is_not_hidden():
    def wrong():
        raise TypeError("not an error of the harness")

    with pytest.raises(TypeError), Undo(wrong):
        raise VehicleError("it crashed")
