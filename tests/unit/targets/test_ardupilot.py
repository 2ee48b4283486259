import hashlib

import pytest

from harness.errors import FileError, RigError, UsageError, VehicleError
from harness.targets.arducopter import HOME, ArducopterBuild
from harness.targets.ardupilot import ArdupilotTarget
from harness.targets.ownphysics import OwnPhysicsWorld
from harness.targets.program import Program
from harness.timing import run_for
from harness.vehicle.dialects.arducopter import ARDUCOPTER
from harness.vehicle.vehicle import Vehicle


@pytest.fixture
def bring_up(scripted, commissioned):
    """Brings up a target whose program is the scripted one."""
    targets = []

    def make(name="arducopter", physics="plant"):
        targets.append(ArdupilotTarget(binary=str(scripted(name)), parameters=[str(commissioned)], physics=physics))
        return targets[-1]

    yield make
    for target in targets:
        target.close()


def test_it_says_what_it_is_and_how_that_is_known(bring_up, scripted, commissioned):
    identity = bring_up().identity()
    assert identity["firmware_sha256"] == hashlib.sha256(scripted().read_bytes()).hexdigest()
    assert identity["parameters_sha256"] == hashlib.sha256(commissioned.read_bytes()).hexdigest()
    assert identity["firmware_version"] == "4.7.0 (abcdef01)"
    assert identity["version_obtained"] == "self-reported"


def test_the_harness_owns_the_time_of_a_powered_unit(bring_up):
    world = bring_up().new_world(1)
    run_for(world, 1.5)
    world.power_on()
    client = Vehicle(world.sockets.radio.ground, world, dialect=world.sockets.dialect)
    client.connect()
    run_for(world, 2.0)
    assert world.now() >= 3.5
    assert world.sockets.truth().motion.time == world.now()
    # a heartbeat each second of its own clock
    assert world.now() - client.telemetry.latest["HEARTBEAT"].time <= 1.01


def test_air_and_battery_are_those_of_the_plant(bring_up):
    world = bring_up().new_world(1)
    with pytest.raises(RigError, match="has no power"):
        world.sockets.air.set_wind(1.0, 0.0)
    world.power_on()
    world.sockets.air.set_wind(-3.0, 1.0)
    run_for(world, 0.1)
    truth = world.sockets.truth()
    assert (truth.wind_north, truth.wind_east, truth.on_ground) == (-3.0, 1.0, True)
    assert world.sockets.pack().voltage > 20.0


def test_a_second_radio_can_be_laid_once(bring_up):
    world = bring_up().new_world(1)
    world.power_on()
    cable = world.lay_cable(radio=True)
    client = Vehicle(cable.ground, world, dialect=world.sockets.dialect)
    client.connect()
    with pytest.raises(RigError, match="one trusted port and two radio ports"):
        world.lay_cable(radio=True)


@pytest.mark.parametrize(
    ("habit", "message"),
    [
        ("dies", "ended with exit code 3.*it was too windy"),
        ("strange", "no servo frame"),
        ("mute", "heartbeat.*silence"),
        ("deaf", "answer to MAV_CMD_REQUEST_MESSAGE|answer to MAV_CMD_SET_MESSAGE_INTERVAL"),
    ],
)
def test_a_program_that_is_no_arducopter_is_refused_before_the_first_case(bring_up, habit, message, monkeypatch):
    monkeypatch.setattr("harness.targets.autopilot.PROBE", 2.0)
    with pytest.raises(UsageError, match=f"does not fly as an ArduCopter here.*({message}).*--binary"):
        bring_up(habit)


def test_parameters_that_cannot_be_read_name_their_file(scripted, tmp_path):
    with pytest.raises(FileError, match=r"none\.parm: target\.settings\.parameters: cannot be read"):
        ArdupilotTarget(binary=str(scripted()), parameters=[str(tmp_path / "none.parm")])


def test_a_unit_that_dies_in_a_case_is_told_as_the_article(bring_up):
    target = bring_up()
    world = target.new_world(1)
    world.power_on()
    run_for(world, 0.1)
    world._on.cockpit._running._process.kill()
    with pytest.raises(VehicleError, match="ended by signal 9"):
        run_for(world, 5.0)
    world.power_off()
    assert not world.powered


def test_closing_the_target_ends_what_still_runs(bring_up):
    target = bring_up()
    worlds = [target.new_world(seed) for seed in (1, 2)]
    for world in worlds:
        world.power_on()
    processes = [world._on.cockpit._running._process for world in worlds]
    target.close()
    assert all(process.poll() is not None for process in processes)


def test_the_sky_is_what_the_simulator_says(bring_up):
    world = bring_up().new_world(1)
    world.power_on()
    sky = world.sockets.sky
    assert not sky.is_dark()
    sky.set_dark(True)
    run_for(world, 1.2)
    assert sky.is_dark()


# -- in its own physics


def test_the_clock_is_the_vehicles(bring_up):
    world = bring_up(physics="own").new_world(1)
    world.power_on()
    began = world.now()
    seen = []
    world.schedule.at(began + 0.1, lambda: seen.append(world.now()))
    run_for(world, 0.3)
    assert world.now() >= began + 0.3
    assert began + 0.1 <= seen[0] <= began + 0.3
    truth = world.sockets.truth()
    assert (truth.motion.time, truth.on_ground) == (world.now(), True)
    assert (truth.motion.north, truth.motion.east) == (pytest.approx(0, abs=0.02), pytest.approx(0, abs=0.02))


def test_wind_reaches_the_simulator_and_is_what_it_echoes(bring_up):
    world = bring_up(physics="own").new_world(1)
    world.power_on()
    world.sockets.air.set_wind(-8.0, 0.0)
    run_for(world, 1.0)
    assert world.sockets.truth().wind_north == pytest.approx(-8.0, abs=0.1)


def test_a_clock_that_stands_still_is_the_rigs_fault(scripted, monkeypatch):
    build = ArducopterBuild(Program(str(scripted("stuck")), ""), [b""])
    world = OwnPhysicsWorld(build, ARDUCOPTER, HOME, 1)
    world.power_on()
    monkeypatch.setattr("harness.targets.ownphysics.SILENCES", 4)
    with pytest.raises(RigError, match="clock stands still"):
        run_for(world, 5.0)
    world.power_off()


def test_a_program_that_dies_alone_is_told_as_the_article(bring_up):
    world = bring_up(physics="own").new_world(1)
    world.power_on()
    world._on.process._process.kill()
    with pytest.raises(VehicleError, match="ended by signal 9"):
        run_for(world, 5.0)
