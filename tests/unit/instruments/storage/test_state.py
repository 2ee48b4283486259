import pytest

from harness.errors import RigError


@pytest.mark.parametrize(
    ("defects", "figures"),
    [
        ((), (0, 0, 0)),
        (("off-as-delivered",), (1, 0, 0)),
        (("state-hidden",), (0, 1, 0)),
        (("unmarked-recordings",), (0, 0, 3)),
        (("off-as-delivered", "state-hidden"), (1, 1, 0)),
    ],
)
def test_the_state_at_first_boot_after_switching_and_in_recordings(bench, defects, figures):
    scene, storage = bench(*defects)
    state = storage.watch_state()
    counts = (state.unencrypted_first_boots, state.unseen_changes, state.unmarked_recordings)
    assert tuple(count.events for count in counts) == figures
    assert tuple(count.trials for count in counts) == (1, 2, 3)
    assert scene.log.controls == [("canary.recovered", True), ("unit.another", True)] * 3


def test_a_declaration_that_names_no_parameter_cannot_be_judged(bench, declaration):
    storage = declaration.storage.model_copy(update={"state_parameter": None})
    _, reader = bench(declaration=declaration.model_copy(update={"storage": storage}))
    with pytest.raises(RigError, match="parameter with the state"):
        reader.watch_state()


@pytest.mark.parametrize(
    ("defects", "undeclared"), [((), 0), (("pilot-position-logged",), 2), (("pilot-name-logged",), 1)]
)
def test_fields_of_the_log_that_nobody_declared(stage, bench, defects, undeclared):
    scene, storage = bench(*defects)
    with storage.showing_canaries(), scene.hovering() as vehicle:
        vehicle.linger(6.0)
    assert storage.count_undeclared_fields(storage.acquire()) == undeclared
    assert ("log.read", True) in scene.log.controls


def test_without_a_flight_there_is_no_log_to_judge(bench):
    _, storage = bench()
    storage._unit.record()
    with pytest.raises(RigError, match=r"log\.read failed: 1 lines"):
        storage.count_undeclared_fields(storage.acquire())
