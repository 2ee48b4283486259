import pytest
from fake_bench import Terminal
from fake_board import FakeBoard

from harness.errors import FileError, RigError, UsageError
from harness.targets.hitl.px4hitl import Px4HitlTarget, make_board
from harness.targets.hitl.settings import HitlLinks


@pytest.fixture
def board():
    terminal = Terminal()
    fake = FakeBoard(terminal)
    fake.start()
    yield f"serial:{terminal.device}@921600", fake
    fake.stop()
    terminal.pull()


def test_it_says_what_the_board_says_of_itself_once(board, tmp_path):
    place, _ = board
    target = Px4HitlTarget(defects=(), folder=tmp_path, board=place, airframe=1001)
    identity = target.identity()
    assert (identity["place"], identity["firmware_version"], identity["SYS_HITL"]) == (place, "1.17.0", "1")
    assert target.identity() is identity
    assert (target.kind, target.simulated) == ("px4-hitl", True)
    target.close()


def test_a_board_that_drives_motors_stops_a_run_before_its_first_case(board, tmp_path):
    place, fake = board
    fake.parameters["SYS_HITL"] = 0
    with pytest.raises(RigError, match="it would drive real motors"):
        Px4HitlTarget(defects=(), folder=tmp_path, board=place).identity()


def test_what_the_rig_file_says_is_what_the_board_must_keep(tmp_path):
    (tmp_path / "a.params").write_text("THR_MDL_FAC 1 # thrust\nIMU_INTEG_RATE 400\n")
    (tmp_path / "b.params").write_text("IMU_INTEG_RATE 250\n")
    settings = HitlLinks(
        board="serial:board@921600", radio="serial:radio", airframe=1001, parameters=("a.params", "b.params")
    )
    made = make_board(settings, tmp_path)
    assert made.parameters == {"SYS_AUTOSTART": 1001.0, "THR_MDL_FAC": 1.0, "IMU_INTEG_RATE": 250.0}
    assert (str(made.place), str(made.radio)) == (f"serial:{tmp_path}/board@921600", f"serial:{tmp_path}/radio@57600")
    # four fifths of what is sent
    assert made.options.limits.sensor_rate == 200.0


def test_limits_of_the_rig_file_are_kept(tmp_path):
    settings = HitlLinks(board="serial:b", least_sensor_rate=240.0, least_actuator_rate=150.0, longest_gap=0.02)
    limits = make_board(settings, tmp_path).options.limits
    assert (limits.sensor_rate, limits.actuator_rate, limits.longest_gap) == (240.0, 150.0, 0.02)


@pytest.mark.parametrize(
    ("settings", "error", "problem"),
    [
        ({"defects": ("weak-gains",)}, UsageError, "real board"),
        ({"parameters": ("gone.params",)}, FileError, "cannot be read"),
        ({"parameters": ("bad.params",)}, FileError, "wanted a parameter's name and its value"),
        ({"radio": "serial:r", "signing_key": "gone.key"}, UsageError, "cannot be read"),
    ],
)
def test_what_it_cannot_be_is_the_users_fault(tmp_path, settings, error, problem):
    (tmp_path / "bad.params").write_text("SYS_HITL\n")
    with pytest.raises(error, match=problem):
        Px4HitlTarget(**{"defects": (), "folder": tmp_path, "board": "serial:b", **settings})
