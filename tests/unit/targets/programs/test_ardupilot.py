import hashlib

import pytest
from fake_launcher import write_launcher

from harness.errors import FileError, NotShown, RigError, UsageError, VehicleError
from harness.targets.programs.arducopter import HOME, ArducopterBuild
from harness.targets.programs.ardupilot import ArdupilotTarget
from harness.targets.programs.ownphysics import OwnPhysicsWorld
from harness.targets.programs.program import Program
from harness.timing import Wait, run_for, wait_until
from harness.vehicle.dialects.arducopter import ARDUCOPTER
from harness.vehicle.vehicle import Vehicle


@pytest.fixture
def bring_up(scripted, commissioned):
    """Brings up a target whose program is the scripted one."""
    targets = []

    def make(name="arducopter", physics="plant", **settings):
        binary = str(scripted(name))
        made = ArdupilotTarget(binary=binary, parameters=[str(commissioned)], physics=physics, **settings)
        targets.append(made)
        return made

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
    monkeypatch.setattr("harness.targets.programs.autopilot.PROBE", 2.0)
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


# -- which program


def test_another_hash_than_the_rig_file_wants_is_refused(bring_up, scripted):
    has = hashlib.sha256(scripted().read_bytes()).hexdigest()
    assert bring_up(sha256=has).identity()["firmware_sha256"] == has
    with pytest.raises(
        UsageError, match=f"arducopter has the SHA-256 {has}, and target.settings.sha256 wants {'0' * 64}"
    ):
        bring_up(sha256="0" * 64)


def test_a_release_that_is_too_old_is_refused_before_anything_is_downloaded(tmp_path, commissioned):
    with pytest.raises(UsageError, match=r"copter-3\.3 is too old .*ignores wind.*no signing.*no --serialN"):
        ArdupilotTarget(launcher="no-such-launcher", release="copter-3.3", parameters=[str(commissioned)])


def test_a_launched_program_of_another_release_is_refused(tmp_path, scripted, commissioned, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    launcher = str(write_launcher(tmp_path / "launch", "brings", scripted()))
    with pytest.raises(UsageError, match=r"the release is copter-4\.6\.0 and the program says that it is 4\.7\.0"):
        ArdupilotTarget(launcher=launcher, release="copter-4.6.0", parameters=[str(commissioned)])
    target = ArdupilotTarget(launcher=launcher, release="copter-4.7.0", parameters=[str(commissioned)])
    assert target.identity()["release"] == "copter-4.7.0"
    target.close()


def test_what_a_version_is_too_old_for_is_in_the_record(bring_up, monkeypatch):
    assert "too_old" not in bring_up().identity()
    monkeypatch.setenv("FAKE_VERSION", "4.5.7")
    (told,) = bring_up().identity()["too_old"]
    assert "SIM_WIND_TC" in told


# -- in its own physics


def test_wind_that_a_version_is_known_to_ignore_is_not_shown_though_it_echoes(bring_up, monkeypatch):
    monkeypatch.setenv("FAKE_VERSION", "3.3.0")
    world = bring_up(physics="own").new_world(1)
    for each in (world, world.another()):
        each.power_on()
        with pytest.raises(NotShown, match=r"ArduCopter 3\.3\.0: its multicopter model ignores wind"):
            each.sockets.air.set_wind(-8.0, 0.0)
        each.power_off()


def test_its_simulator_is_told_how_fast_to_go(scripted, monkeypatch):
    started = []
    program = Program(str(scripted()), "")
    monkeypatch.setattr(program, "start", lambda arguments, files: started.append(arguments))
    for speed in (1.0, 5.0):
        ArducopterBuild(program, [b""], speed).boot_alone(["h:1", "h:2", "h:3", "h:4"])
    assert [each[each.index("--speedup") + 1] for each in started] == ["1", "5"]


def test_two_fly_side_by_side_in_folders_and_on_ports_of_their_own(bring_up):
    target = bring_up(physics="own")
    worlds = [target.new_world(seed) for seed in (1, 2)]
    for world in worlds:
        world.power_on()
    folders = {world._on.process.folder for world in worlds}
    places = {line.place for world in worlds for line in world._on.lines}
    assert (len(folders), len(places)) == (2, 8)
    for world, wind in zip(worlds, ((-8.0, 0.0), (0.0, 3.0)), strict=True):
        world.sockets.air.set_wind(*wind)
        # what it told while nobody listened is of before
        awaited = Wait(name="its wind", within=30.0, got=lambda world=world: blows(world))
        wait_until(world, lambda world=world, wind=wind: blows(world) == pytest.approx(wind, abs=0.1), awaited)
    assert blows(worlds[0]) == pytest.approx((-8.0, 0.0), abs=0.1)


def blows(world):
    truth = world.sockets.truth()
    return truth.wind_north, truth.wind_east


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
    monkeypatch.setattr("harness.targets.programs.ownphysics.SILENCES", 4)
    with pytest.raises(RigError, match="clock stands still"):
        run_for(world, 5.0)
    world.power_off()


def test_a_program_that_dies_alone_is_told_as_the_article(bring_up):
    world = bring_up(physics="own").new_world(1)
    world.power_on()
    world._on.process._process.kill()
    with pytest.raises(VehicleError, match="ended by signal 9"):
        run_for(world, 5.0)
