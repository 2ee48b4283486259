import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.flight.missioncheck import NAVIGATION, PAYLOAD, Cmd, mission_problem
from harness.drone.flight.orders import MissionItem

UP, THERE = MissionItem(command=22, place=(0.0, 0.0, 10.0)), MissionItem(command=16, place=(20.0, 0.0, 10.0))
PHOTO = MissionItem(command=2000, values=(0.0, 0.0, 1.0, 0.0))


def jump(target, times):
    return MissionItem(command=177, values=(target, times, 0.0, 0.0))


def item(command, *values, place=None):
    return MissionItem(command=command, values=(*values, *[0.0] * (4 - len(values))), place=place)


def test_every_known_command_is_flown_waited_for_or_handed_out():
    assert NAVIGATION | PAYLOAD | {112, 114, 115, 177, 178} == {int(command) for command in Cmd}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (item(189), "command 189 is not supported"),
        (item(16), "needs a place"),
        (item(22), "needs a place"),
        (item(16, place=(math.nan, 0.0, 10.0)), "not a number"),
        (item(16, place=(0.0, 0.0, math.inf)), "not a number"),
        (item(16, place=(20_000.0, 0.0, 10.0)), "farther than"),
        (item(16, place=(20.0, 0.0, 0.0)), "height not within"),
        (item(16, place=(20.0, 0.0, 600.0)), "height not within"),
        (item(22, place=(0.0, 0.0, -5.0)), "height not within"),
        (item(16, math.inf, place=(20.0, 0.0, 10.0)), "infinite"),
        (item(16, -1.0, place=(20.0, 0.0, 10.0)), "negative"),
        (item(16, 0.0, -3.0, place=(20.0, 0.0, 10.0)), "acceptance radius"),
        (item(18, 0.0), "turns"),
        (item(18, math.nan), "turns"),
        (item(18, 1.0, 0.0, 5000.0), "radius"),
        (item(19, -1.0), "negative"),
        (item(93, -1.0), "negative"),
        (item(115, math.nan), "heading"),
        (item(178, 1.0, 0.0), "speed"),
        (item(178, 1.0, 99.0), "speed"),
        (item(195, place=(1e6, 0.0, 0.0)), "farther"),
        (jump(9, 1), "jump target 9"),
        (jump(-1, 1), "jump target -1"),
        (jump(math.nan, 1), "jump target nan"),
        (jump(0.5, 1), "jump target 0.5"),
        (jump(0, -2), "jump repeats -2"),
        (jump(0, math.nan), "jump repeats nan"),
        (jump(2, -1), "jumps in a circle"),
        (jump(2, 3), "jumps in a circle"),
    ],
)
def test_what_is_impossible_is_refused_with_its_number(bad, reason):
    problem = mission_problem([UP, THERE, bad])
    assert problem.startswith("item 2: ") and reason in problem


def test_loops_without_anything_to_fly_are_found_through_other_jumps():
    assert "item 2" in mission_problem([UP, PHOTO, jump(4, 5), THERE, jump(1, -1)])
    assert mission_problem([UP, PHOTO, jump(4, 0), THERE, jump(1, -1)]) == ""
    assert mission_problem([UP, THERE, PHOTO, jump(1, -1)]) == ""


def test_a_mission_has_an_end():
    assert "more than" in mission_problem([THERE] * 1001)
    assert mission_problem([THERE] * 1000) == mission_problem([]) == ""


def test_what_a_sender_leaves_open_is_no_fault():
    nan = math.nan
    for command in (16, 17, 19, 20, 21, 93, 112, 206, 1000, 2000):
        place = (20.0, 0.0, 10.0) if command == 16 else None
        assert mission_problem([MissionItem(command=command, values=(nan, nan, nan, nan), place=place)]) == ""


numbers = st.floats(allow_nan=True, allow_infinity=True)
commands = st.one_of(st.sampled_from([int(command) for command in Cmd]), st.integers(-5, 70_000))
places = st.one_of(st.none(), st.tuples(numbers, numbers, numbers))
items = st.builds(MissionItem, command=commands, values=st.tuples(*[numbers] * 4), place=places)


@given(st.lists(items, max_size=8))
def test_whatever_comes_is_judged_and_never_raises(mission):
    problem = mission_problem(mission)
    for number, each in enumerate(mission):
        if each.command not in list(Cmd) or (each.place and any(map(math.isnan, each.place))):
            assert problem.startswith("item ") and int(problem.split()[1].rstrip(":")) <= number
            break
