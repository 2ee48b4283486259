"""An ArduPilot inside a container image, on a real engine: a scripted one, what is none, and the user's own build.

The user's own: DRONECERT_ARDUCOPTER=PATH pytest tests/validation/test_contained_autopilot.py
"""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from program_image import add_to_image, load_program_image

from harness.errors import UsageError, VehicleError
from harness.targets.ownership import OWNER
from harness.targets.programs.ardupilot import ArdupilotTarget
from harness.targets.programs.contained import ContainedProgram
from harness.timing import run_for
from harness.vehicle.vehicle import Vehicle

ROOT = Path(__file__).parents[2]
COMMISSIONED = ROOT / "rigs" / "articles" / "ardupilot" / "commissioned.parm"
FAKE = (ROOT / "tests" / "fakes" / "fake_arducopter.py").read_text(encoding="utf-8")
BARE, SCRIPTED, OWN = "dronecert/bare:test", "dronecert/scripted:test", "dronecert/arducopter:test"
ENDS = "#!/bin/sh\necho no calibration found\nexit 7\n"
# it works in its folder, and dies politely
WORKS = "#!/bin/sh\ntrap 'echo stopped > end; exit 0' TERM\ncat 0.parm > seen\necho $@ > asked\nwhile :; do :; done\n"
HARNESS_PATIENCE = 60


@pytest.fixture(scope="session")
def bare(engine):
    """An image with a shell, scripts, and a text that is no program."""
    programs = {"/bin/ends": ENDS, "/bin/works": WORKS, "/notes.txt": "remember the milk\n"}
    load_program_image(engine, BARE, programs, borrowed=["/bin/sh", "/bin/cat", "/bin/true"])
    return engine


@pytest.fixture(scope="session")
def scripted_image(engine, embedded_image):
    """The image of the embedded drone, for its interpreter, with the scripted ArduCopter in it."""
    add_to_image(engine, "dronecert/embedded:test", SCRIPTED, {"/opt/arducopter": f"#!{embedded_image}\n{FAKE}"})
    return engine


@pytest.fixture
def contain(engine):
    """A program in the bare image; all of them are closed, and nothing may be left then."""
    made = []

    def make(*command, image=BARE):
        made.append(ContainedProgram(image, command, engine, "--serial5"))
        return made[-1]

    yield make
    for each in made:
        each.close()
    assert left(engine) == []


def left(where, process=None):
    """What a process, this one by default, has left on the engine."""
    import docker

    client = docker.DockerClient(base_url=where)
    try:
        things = [
            *client.containers.list(all=True, filters={"label": OWNER}),
            *client.networks.list(filters={"label": OWNER}),
            *client.volumes.list(filters={"label": OWNER}),
        ]
        labels = [getattr(each, "labels", None) or each.attrs.get("Labels") for each in things]
    finally:
        client.close()
    return [each for each in labels if each[OWNER].startswith(f"{process or os.getpid()}@")]


def await_file(run, name, place):
    """Until a program has written a file into its folder."""
    for _ in range(100):
        run.settle(0.05)
        run._box.read_folder("/dronecert", place, 1 << 20)
        if (place / name).exists() and (place / name).read_text():
            return
    pytest.fail(f"no {name}")


@pytest.mark.parametrize(("how", "end"), [("stop", True), ("kill", False)])
def test_files_go_in_and_what_is_left_comes_out(bare, contain, tmp_path, how, end):
    """Also of an image whose program is not root."""
    run, got = contain("/bin/works", "first").start(["--home", "x"], {"0.parm": b"FRAME_CLASS 1\n"}), {}
    run.leave_to(
        lambda folder, given: got.update({each.name: each.read_text() for each in folder.iterdir()}, given=given)
    )
    await_file(run, "asked", tmp_path)
    run.assert_running("it was looked at")
    getattr(run, how)()
    run.stop()
    assert got["seen"] == got["0.parm"] == "FRAME_CLASS 1\n" and got["asked"] == "first --home x\n"
    assert got["given"] == {"0.parm"}
    assert ("end" in got) == end


def test_one_that_ends_at_once_is_told_with_its_last_words(bare, contain):
    run = contain("/bin/ends").start([], {})
    run.settle(10.0)
    with pytest.raises(VehicleError, match=r"bin/ends ended while it booted: .*exit code 7; .*no calibration found"):
        run.assert_running("it booted")
    run.stop()


def test_it_has_no_rights_and_sees_no_folder_of_this_machine(bare, contain):
    run = contain("/bin/works").start([], {"0.parm": b""})
    run._box.read_state()
    attrs = run._box._made.attrs
    assert attrs["HostConfig"]["SecurityOpt"] == ["no-new-privileges:true"] and not attrs["HostConfig"]["Privileged"]
    assert [each["Type"] for each in attrs["Mounts"]] == ["volume"]
    assert attrs["HostConfig"]["Memory"] == 1 << 30
    run.kill()


BAD = [
    (("/no/such/thing",), BARE, "there is no /no/such/thing in the container"),
    (("/bin",), BARE, "/bin in the container (is no regular file|has)"),
    (("/notes.txt",), BARE, "bare:test:/notes.txt is no program of this system, it begins with b'remember"),
    (("/bin/true",), BARE, "bare:test:/bin/true has no option --serial5"),
    (("/x",), "dronecert/none:such", "has no image 'dronecert/none:such': docker pull or docker build it"),
]


@pytest.mark.parametrize(("command", "image", "said"), BAD, ids=[command[0] for command, _, _ in BAD])
def test_an_image_without_that_program_is_the_users_to_mend(bare, engine, command, image, said):
    with pytest.raises(UsageError, match=said) as caught:
        ContainedProgram(image, command, engine, "--serial5")
    assert "\n" not in str(caught.value)
    assert left(engine) == []


def test_what_is_no_arducopter_is_refused_before_the_first_case(bare, engine):
    with pytest.raises(
        UsageError, match=r"bin/ends does not fly as an ArduCopter here: .*no calibration found.*--binary"
    ):
        ArdupilotTarget(image=BARE, command=["/bin/ends"], engine=engine, parameters=[str(COMMISSIONED)])
    assert left(engine) == []


@pytest.mark.parametrize("physics", ["plant", "own"])
def test_a_scripted_one_flies_and_the_record_says_where_it_was(scripted_image, engine, physics):
    settings = {"image": SCRIPTED, "command": ["/opt/arducopter"], "engine": engine, "physics": physics}
    target = ArdupilotTarget(parameters=[str(COMMISSIONED)], **settings)
    identity = target.identity()
    assert identity["image_id"].startswith("sha256:") and identity["firmware_obtained"] == "released file"
    worlds = [target.new_world(seed) for seed in (1, 2)]
    for world in worlds:
        world.power_on()
    for world in worlds:
        client = Vehicle(world.sockets.radio.ground, world, dialect=world.sockets.dialect)
        client.connect()
        run_for(world, 1.0)
    worlds[0].power_cut()
    worlds[0].power_on()
    assert len(left(engine)) == 5
    target.close()
    assert left(engine) == []


def test_one_that_is_killed_in_flight_is_told_as_the_article(scripted_image, engine):
    settings = {"image": SCRIPTED, "command": ["/opt/arducopter"], "engine": engine, "physics": "own"}
    target = ArdupilotTarget(parameters=[str(COMMISSIONED)], **settings)
    world = target.new_world(1)
    world.power_on()
    world._on.process._box.kill()
    with pytest.raises(VehicleError, match=r"opt/arducopter ended while its clock was awaited: .*exit code 137"):
        run_for(world, 5.0)
    target.close()


HOLDS = """
import sys, time
from harness.targets.programs.contained import ContainedProgram
program = ContainedProgram(sys.argv[1], ["/bin/works"], sys.argv[2], "")
run = program.start([], {"0.parm": b""})
print("runs", flush=True)
time.sleep(600)
"""


def test_what_a_killed_run_leaves_is_removed_by_the_next_one(bare, engine, contain):
    child = subprocess.Popen([sys.executable, "-c", HOLDS, BARE, engine], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "runs\n"
    child.send_signal(signal.SIGKILL)
    child.wait(HARNESS_PATIENCE)
    child.stdout.close()
    assert len(left(engine, child.pid)) == 3
    told = contain("/bin/works").describe()["removed_of_dead_runs"]
    assert [text.partition(" ")[0] for text in told] == ["container", "network", "volume"]
    assert left(engine, child.pid) == []


def test_the_users_own_build_holds_a_point_from_inside(engine):
    binary = os.environ.get("DRONECERT_ARDUCOPTER", "")
    if not binary:
        pytest.skip("no build of ArduCopter is named: set DRONECERT_ARDUCOPTER to its path")
    load_program_image(engine, OWN, {"/opt/arducopter": Path(binary)})
    settings = {"image": OWN, "command": ["/opt/arducopter"], "engine": engine}
    target = ArdupilotTarget(parameters=[str(COMMISSIONED)], **settings)
    assert target.identity()["firmware_sha256"] == hashlib.sha256(Path(binary).read_bytes()).hexdigest()
    world = target.new_world(1)
    world.power_on()
    vehicle = Vehicle(world.sockets.radio.ground, world, dialect=world.sockets.dialect)
    vehicle.connect(30)
    vehicle.wait_ready_to_arm()
    with vehicle.hovering(at=10), vehicle.parameters(WP_YAW_BEHAVIOR=0):
        world.sockets.air.set_wind(-8.0, 0.0)
        run_for(world, 15.0)
        truth = world.sockets.truth()
        world.sockets.air.set_wind(0.0, 0.0)
    target.close()
    assert abs(truth.motion.north) < 1.0 and abs(truth.motion.east) < 1.0
    assert truth.motion.pitch < -0.1
