import hashlib

import pytest

from harness.errors import FileError, NotShown, RigError, UsageError, VehicleError
from harness.targets.programs.ownphysics import OwnPhysicsWorld
from harness.targets.programs.program import Program
from harness.targets.programs.px4 import Px4Target, parse_parameters
from harness.targets.programs.px4build import HOME, Px4Build
from harness.timing import run_for
from harness.vehicle.dialects.px4 import PX4
from harness.vehicle.vehicle import Vehicle


@pytest.fixture
def commissioning(tmp_path):
    """A file of parameters."""
    path = tmp_path / "commissioned.params"
    path.write_text("# with the failsafe on\nNAV_DLL_ACT 2\n")
    return path


@pytest.fixture
def bring_up(scripted_px4, commissioning):
    """Brings up a target whose program is the scripted one."""
    targets = []

    def make(name="px4", physics="plant"):
        targets.append(Px4Target(binary=str(scripted_px4(name)), parameters=[str(commissioning)], physics=physics))
        return targets[-1]

    yield make
    for target in targets:
        target.close()


@pytest.fixture
def brief(monkeypatch):
    """A machine that takes an autopilot for dead after a moment."""
    monkeypatch.setattr("harness.targets.programs.autopilot.PROBE", 2.0)
    monkeypatch.setattr("harness.targets.programs.lockstep_cockpit.SILENCES", 2)
    monkeypatch.setattr("harness.targets.programs.lockstep.BOOT", 2.0)


def test_it_says_what_it_is_and_how_that_is_known(bring_up, scripted_px4, commissioning):
    identity = bring_up().identity()
    assert identity["firmware_sha256"] == hashlib.sha256(scripted_px4().read_bytes()).hexdigest()
    assert identity["parameters_sha256"] == hashlib.sha256(commissioning.read_bytes()).hexdigest()
    assert identity["firmware_version"] == "1.18.0 (0123456789abcdef)"
    assert len(identity["startup_sha256"]) == 64
    # read back from the article, not from the file
    assert identity["timers"] == pytest.approx(
        {"NAV_DLL_ACT": 2, "COM_DL_LOSS_T": 10, "COM_FAIL_ACT_T": 5, "NAV_RCL_ACT": 2, "COM_RC_LOSS_T": 0.5}
    )


def test_the_harness_owns_the_time_of_a_powered_unit(bring_up):
    world = bring_up().new_world(1)
    run_for(world, 1.5)
    world.power_on()
    client = Vehicle(world.sockets.radio.ground, world, dialect=world.sockets.dialect)
    client.connect()
    run_for(world, 1.0)
    assert world.now() >= 2.5
    assert world.sockets.truth().motion.time == world.now()
    assert client.read_mode() == "LOITER"
    assert client.read_parameter("COM_DL_LOSS_T") == 10.0


def test_air_sky_and_battery_are_those_of_the_plant(bring_up):
    world = bring_up().new_world(1)
    with pytest.raises(RigError, match="has no power"):
        world.sockets.air.set_wind(1.0, 0.0)
    world.power_on()
    world.sockets.air.set_wind(-3.0, 1.0)
    run_for(world, 0.1)
    truth = world.sockets.truth()
    assert (truth.wind_north, truth.wind_east, truth.on_ground) == (-3.0, 1.0, True)
    assert world.sockets.pack().voltage > 20.0
    assert not world.sockets.sky.is_dark()
    world.sockets.sky.set_dark(True)
    assert world.sockets.sky.is_dark()


@pytest.mark.parametrize(
    ("habit", "message"),
    [
        ("dies", "ended with exit code 3.*it was too windy"),
        ("strange", "no MAVLink 2"),
        ("mute", "heartbeat.*silence"),
        ("deaf", "answer to MAV_CMD_REQUEST_MESSAGE"),
        ("hangs-up", "hung up the simulation port"),
        ("skips", "no HIL_ACTUATOR_CONTROLS"),
        ("stubborn", "commissioned with NAV_DLL_ACT 2 and keeps 0"),
    ],
)
def test_a_program_that_is_no_px4_is_refused_before_the_first_case(bring_up, brief, habit, message):
    with pytest.raises(UsageError, match=f"does not fly as a PX4 here.*({message}).*--binary"):
        bring_up(habit)


def test_a_unit_that_dies_in_a_case_is_told_as_the_article(bring_up):
    world = bring_up().new_world(1)
    world.power_on()
    run_for(world, 0.1)
    world._on.cockpit._running._process.kill()
    with pytest.raises(VehicleError, match=r"ended by signal 9|hung up"):
        run_for(world, 5.0)
    world.power_off()
    assert not world.powered


def test_instances_fly_side_by_side_and_closing_ends_them(bring_up):
    target = bring_up()
    worlds = [target.new_world(seed) for seed in (1, 2)]
    for world in worlds:
        world.power_on()
    processes = [world._on.cockpit._running._process for world in worlds]
    target.close()
    assert all(process.poll() is not None for process in processes)


# -- in its own physics


def test_the_clock_is_the_vehicles(bring_up):
    world = bring_up(physics="own").new_world(1)
    world.power_on()
    began = world.now()
    run_for(world, 0.3)
    assert world.now() >= began + 0.3
    truth = world.sockets.truth()
    assert (truth.motion.time, truth.on_ground) == (world.now(), True)
    assert (truth.motion.north, truth.motion.east) == (pytest.approx(0, abs=0.02), pytest.approx(0, abs=0.02))


def test_wind_reaches_the_simulator_and_is_what_it_echoes(bring_up):
    world = bring_up(physics="own").new_world(1)
    world.power_on()
    world.sockets.air.set_wind(-8.0, 2.0)
    run_for(world, 0.5)
    truth = world.sockets.truth()
    assert (truth.wind_north, truth.wind_east) == pytest.approx((-8.0, 2.0), abs=1e-5)


def test_satellites_are_taken_away_in_whole_numbers(bring_up):
    world = bring_up(physics="own").new_world(1)
    world.power_on()
    sky = world.sockets.sky
    assert not sky.is_dark()
    sky.set_dark(True)
    run_for(world, 1.2)
    assert sky.is_dark()


def test_a_build_without_wind_is_not_shown_any(bring_up, monkeypatch):
    monkeypatch.setattr("harness.targets.programs.ownphysics.PARAMETER_WAITS", 20)
    world = bring_up("windless", physics="own").new_world(1)
    world.power_on()
    with pytest.raises(NotShown, match=r"no SIH_WIND_N: use a build of PX4 1\.17 or later"):
        world.sockets.air.set_wind(-8.0, 0.0)


def test_a_clock_that_stands_still_is_the_rigs_fault(scripted_px4, monkeypatch):
    world = OwnPhysicsWorld(Px4Build(Program(str(scripted_px4("stuck")), ""), {}, ""), PX4, HOME, 1)
    world.power_on()
    monkeypatch.setattr("harness.targets.programs.ownphysics.SILENCES", 4)
    with pytest.raises(RigError, match="clock stands still"):
        run_for(world, 5.0)
    world.power_off()


# -- its files


def test_a_program_without_start_up_files_is_no_whole_build(scripted, commissioning):
    with pytest.raises(UsageError, match=r"no start-up files beside it .*etc/init\.d-posix/rcS.*--binary"):
        Px4Target(binary=str(scripted("px4")), parameters=[str(commissioning)])


def test_parameters_that_cannot_be_read_name_their_file(scripted_px4, tmp_path):
    with pytest.raises(FileError, match=r"none\.params: target\.settings\.parameters: cannot be read"):
        Px4Target(binary=str(scripted_px4()), parameters=[str(tmp_path / "none.params")])


def test_parameters_are_names_and_numbers(tmp_path):
    text = b"# comment\n\nNAV_DLL_ACT 2 # return\nCOM_FAIL_ACT_T 5.5\n"
    assert parse_parameters(tmp_path / "x", text) == {"NAV_DLL_ACT": "2", "COM_FAIL_ACT_T": "5.5"}


@pytest.mark.parametrize(
    "line", [b"NAV_DLL_ACT", b"A B C", b"lower 1", b"NAV_DLL_ACT $(id)", b"X;reboot 1", b"A 1e9999", b"\xff"]
)
def test_what_is_no_parameter_names_its_line(tmp_path, line):
    with pytest.raises(FileError, match=r"x\.params: line 2: wanted a parameter's name"):
        parse_parameters(tmp_path / "x.params", b"NAV_DLL_ACT 2\n" + line)
