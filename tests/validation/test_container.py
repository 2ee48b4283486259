"""The embedded drone's own image in a real container engine: built here, certified, broken, killed and cleaned up.

These tests let real time pass, since that is what they show. An engine that answers is used; else, as root, one is
started for them and ended after them.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.errors import RigError
from harness.targets.container.container import ContainerTarget
from harness.targets.ownership import OWNER, is_orphan, labels_of
from harness.targets.packetwire import ip, why_not
from harness.timing import run_for

ROOT = Path(__file__).parents[2]
RIG = ROOT / "rigs" / "container.toml"
TAG = "dronecert/embedded:test"
PATIENCE = 120
PROFILE = """id = "container"
title = "What the first run in a container shows: no statement on an article"
depth = "commissioning"
rule = "guarded"
requirements = ["DAR-01", "RADIO-05"]
"""
NETWORK = """
[roles.network]
make = "gateway"

[roles.network.settings]
operators = "embedded/operators.toml"

[roles.scanner]
make = "gateway"
"""
UNIT = ["-m", "harness.instruments.twins.unit"]
needs_root = pytest.mark.skipif(bool(why_not()), reason=why_not() or "interfaces can be made")


@dataclass(frozen=True)
class Bench:
    """An engine with the drone's image in it."""

    engine: str
    python: str

    def docker(self, ask):
        """What the engine's own client answers to `ask`."""
        import docker

        client = docker.DockerClient(base_url=self.engine)
        try:
            return ask(client)
        finally:
            client.close()

    def left(self):
        """Names of what this process or a dead one made; another worker's may be there too."""
        found, host = {"label": OWNER}, socket.gethostname()
        return self.docker(
            lambda client: [
                item.name
                for items in (
                    client.containers.list(all=True, filters=found),
                    client.networks.list(filters=found),
                    client.volumes.list(filters=found),
                )
                for item in items
                if is_orphan(labels_of(item)) or labels_of(item)[OWNER] == f"{os.getpid()}@{host}"
            ]
        )

    def rig(self, folder, **settings):
        """A rig file with other settings of the target."""
        text = RIG.read_text(encoding="utf-8").replace('= "articles/', f'= "{ROOT}/rigs/articles/')
        settings = {"engine": self.engine, **settings}
        lines = text.splitlines()
        kept = [line for line in lines if line.partition(" = ")[0] not in settings]
        place = kept.index("[target.settings]") + 1
        kept[place:place] = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        (folder / "rig.toml").write_text("\n".join(kept) + "\n", encoding="utf-8")
        (folder / "profile.toml").write_text(PROFILE, encoding="utf-8")
        return folder / "rig.toml"

    def wired(self, folder, *options, fault="", **settings):
        """A rig file with the network roles, and a profile for them."""
        command = [self.python, *UNIT, "--interface", "eth1", *options]
        rig = self.rig(folder, **{"interface": "eth1", "command": command, **settings})
        roles = NETWORK.replace('make = "gateway"', f'make = "gateway"\nfault = "{fault}"', 1) if fault else NETWORK
        rig.write_text(rig.read_text() + roles, encoding="utf-8")
        (folder / "profile.toml").write_text(PROFILE.replace('"DAR-01", "RADIO-05"', '"ENDP-03", "ENDP-05"'))
        return rig

    def target(self, folder, **settings):
        """The target of that rig file."""
        values = tomllib.loads(self.rig(folder, **settings).read_text())["target"]["settings"]
        return ContainerTarget(defects=(), folder=folder, **values)


@pytest.fixture(scope="session")
def bench(engine, embedded_image):
    return Bench(engine, embedded_image)


def harness(*arguments, **options):
    command = [sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False, **options)


def suites(rig, *options):
    """The command that flies cases of the profile, and where their record is."""
    record = rig.parent / "run"
    shown = ("--rig", rig, "--profile", rig.parent / "profile.toml", "--evidence", record, "--no-pictures")
    plugins = ("-q", "-p", "no:hypothesispytest", "-p", "no:cacheprovider")
    return ("pytest", "suites", *plugins, *shown, *options), record / "run.jsonl"


def events(record):
    lines = record.read_text().splitlines() if record.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


def start(rig, *options):
    """Begin to fly, and wait until a case has begun."""
    command, record = suites(rig, *options)
    child = subprocess.Popen(
        [sys.executable, "-m", *map(str, command)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    end = time.monotonic() + PATIENCE
    while not any(event["type"] == "note" for event in events(record)):
        assert child.poll() is None and time.monotonic() < end, "the case did not begin"
        time.sleep(0.1)
    return child, record


def test_the_drones_own_image_is_certified_in_real_time(bench, tmp_path):
    rig = bench.rig(tmp_path)
    checked = harness("harness", "rig", "check", rig, "--profile", tmp_path / "profile.toml", "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    (target,) = [item for item in json.loads(checked.stdout)["findings"] if item["role"] == "target"]
    assert "image_id sha256:" in target["identity"] and "engine Docker" in target["identity"]
    out = tmp_path / "out"
    done = harness("harness", "certify", "--rig", rig, "--profile", tmp_path / "profile.toml", "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "DEMONSTRATED. 2 PASS" in done.stdout and "pre-compliance (simulation)" in done.stdout
    told = events(out / "run.jsonl")
    (article,) = [event["article"] for event in told if event["type"] == "rig"]
    assert article["limits"] == {"memory": "1g", "cpus": 1.0, "pids": 64} and article["platform"].startswith("linux/")
    assert {"medium.complete", "canary.recovered", "injector.seen", "twin.obeys"} <= {
        event["name"] for event in told if event["type"] == "control" and event["ok"]
    }
    assert bench.left() == []


def test_defects_of_the_drone_inside_are_found(bench, tmp_path):
    rig = bench.rig(tmp_path, command=[bench.python, *UNIT, "--defect", "plaintext-log", "--defect", "accepts-corrupt"])
    command, record = suites(rig)
    harness(*command)
    verdicts = {event["quantity"]: event["verdict"] for event in events(record) if event["type"] == "measure"}
    assert verdicts["canary_hits"] == verdicts["coordinate_hits"] == "FAIL"
    assert verdicts["accepted_corrupt"] == "FAIL"


def test_a_medium_that_is_not_the_one_of_the_case_is_the_rigs_fault(bench, tmp_path):
    rig = bench.rig(tmp_path)
    text = rig.read_text().replace('file = "/data/companion-emmc"', 'file = "/data/station-tablet"')
    rig.write_text(text.replace("size = 25165824", "size = 1048576"))
    command, record = suites(rig, "-k", "mission_data")
    harness(*command)
    (end,) = [event for event in events(record) if event["type"] == "case_end"]
    assert end["blame"] == "rig" and "canary.recovered failed: not recovered: scene text" in end["reason"]


def test_a_container_that_is_killed_in_its_case_is_the_rigs_fault(bench, tmp_path):
    child, record = start(bench.rig(tmp_path), "-k", "corrupted")
    ours = {"label": f"{OWNER}={child.pid}@{socket.gethostname()}"}
    bench.docker(lambda client: [item.kill() for item in client.containers.list(filters=ours)])
    child.wait(PATIENCE)
    (end,) = [event for event in events(record) if event["type"] == "case_end"]
    assert end["blame"] == "rig" and "ended by itself with exit code 137" in end["reason"]
    assert bench.left() == []


def test_what_a_killed_run_leaves_is_removed_by_the_next_one(bench, tmp_path):
    child, _ = start(bench.rig(tmp_path), "-k", "corrupted")
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert len(bench.left()) == 3
    target = bench.target(tmp_path)
    told = target.identity()["removed_of_dead_runs"]
    assert [text.partition(" ")[0] for text in told] == ["container", "network", "volume"]
    assert all(f"of {child.pid}@" in text for text in told)
    assert bench.left() == []
    target.close()


def test_volumes_outlast_the_power_in_a_case_and_only_there(bench, tmp_path):
    values = tomllib.loads(bench.rig(tmp_path).read_text())["target"]["settings"]
    values["media"].append({"name": "another", "file": "/data/companion-flash", "size": 4096})
    target = ContainerTarget(defects=(), folder=tmp_path, **values)
    worlds = []
    try:
        worlds.append(target.new_world(1))
        world = worlds[0]
        with pytest.raises(RigError, match="there is no /data/credential in the container: nothing has made"):
            world.sockets.credential()
        world.power_on()
        with pytest.raises(RigError, match="switch the article off first"):
            world.sockets.medium()
        world.power_cut()
        first, cut = world.sockets.credential(), world.sockets.medium()
        world.power_on()
        world.power_off()
        assert (world.sockets.credential(), len(cut)) == (first, world.sockets.medium_size)
        with pytest.raises(RigError, match="companion-flash in the container has 1048576 bytes, 4096 are expected"):
            world.sockets.media[-1].read()
        assert any("last words of the container: unit: booted" in note for note in world.notes)
        worlds.append(target.new_world(2))
        assert worlds[1].sockets.radio_key != world.sockets.radio_key
        with pytest.raises(RigError, match="there is no /data/companion-emmc"):
            worlds[1].sockets.medium()
    finally:
        for made in worlds:
            made.close()
        target.close()
    assert bench.left() == []


@needs_root
def test_its_network_is_captured_and_scanned_on_an_interface_of_the_kernel(bench, tmp_path):
    command, record = suites(bench.wired(tmp_path))
    done = harness(*command)
    assert done.returncode == 0, done.stdout
    told = events(record)
    verdicts = {event["requirement"]: event["verdict"] for event in told if event["type"] == "measure"}
    assert verdicts == {"ENDP-03": "PASS", "ENDP-05": "PASS"}
    controls = {event["name"] for event in told if event["type"] == "control" and event["ok"]}
    assert {"capture.complete", "audit.sees_services", "scan.decoy", "scan.answers"} <= controls
    assert any(event.get("text", "").endswith("beside the command link: 0") for event in told)
    assert bench.left() == [] and f"dronecert-{os.getpid()}" not in ip("netns", "list")


@needs_root
def test_a_service_that_nobody_declared_is_found_and_a_deaf_scanner_is_the_rigs_fault(bench, tmp_path):
    rig = bench.wired(tmp_path, "--defect", "debug-telnet")
    command, record = suites(rig, "-k", "exposes")
    harness(*command)
    (found,) = [event for event in events(record) if event["type"] == "measure"]
    assert (found["value"], found["verdict"]) == (1.0, "FAIL")
    folder = tmp_path / "deaf"
    folder.mkdir()
    rig = bench.wired(folder)
    rig.write_text(rig.read_text() + 'fault = "deaf"\n')
    command, record = suites(rig, "-k", "exposes")
    harness(*command)
    (end,) = [event for event in events(record) if event["type"] == "case_end"]
    assert end["blame"] == "rig" and "scan.decoy" in end["reason"]


LEAKS = """
import runpy, socket, sys, threading, time
def leak():
    own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        own.sendto(b"position report", ("bench", 9999))
        time.sleep(0.2)
threading.Thread(target=leak, daemon=True).start()
sys.argv = ["unit", "--interface", "eth1"]
runpy.run_module("harness.instruments.twins.unit", run_name="__main__")
"""


@needs_root
def test_what_is_said_on_the_internal_network_beside_the_command_link_is_in_the_capture(bench, tmp_path):
    rig = bench.wired(tmp_path, command=[bench.python, "-c", LEAKS])
    target = ContainerTarget(defects=(), folder=tmp_path, **tomllib.loads(rig.read_text())["target"]["settings"])
    world = target.new_world(1)
    frames = []
    try:
        world.sockets.wire.tap(lambda time, frame: frames.append(frame))
        world.power_on()
        run_for(world, 1.0)
        world.power_off()
        assert any(b"position report" in frame for frame in frames)
        assert not any(frame[34:36] == (5760).to_bytes(2, "big") for frame in frames)
        (note,) = [note for note in world.notes if "beside the command link:" in note]
        assert int(note.rpartition(" ")[2]) >= 3 and world.sockets.wire.lost == 0
    finally:
        world.close()
        target.close()


ENDS = "import sys; print('no calibration found'); sys.exit(7)"
EATS = "held = [bytearray(8 << 20) for _ in range(1000)]"
MUTE = "import time; time.sleep(600)"
BABBLES = """
import socket, time
server = socket.create_server(("0.0.0.0", 5760))
client = server.accept()[0]
while True:
    client.send(b"hello, I am a web server" * 8)
    time.sleep(0.1)
"""
BAD = {
    "ends": (ENDS, {}, "ended by itself with exit code 7; its last words: no calibration found"),
    "eats": (EATS, {"memory": "64m"}, "killed for want of memory: raise target.settings.memory"),
    "mute": (MUTE, {"boot": 1.0}, "tcp:.*:5760: nobody listens there .*target.settings.boot"),
    "babbles": (BABBLES, {"boot": 2.0}, "what is there is no autopilot: .* and no MAVLink frame among them"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_come_up_is_told_in_one_line(bench, tmp_path, name):
    program, settings, problem = BAD[name]
    rig = bench.rig(tmp_path, command=[bench.python, "-c", program], **settings)
    values = tomllib.loads(rig.read_text())["target"]["settings"]
    del values["observer"]
    target = ContainerTarget(defects=(), folder=tmp_path, **values)
    world = target.new_world(1)
    try:
        with pytest.raises(RigError, match=problem) as caught:
            world.power_on()
        assert "\n" not in str(caught.value)
    finally:
        world.close()
        target.close()
    assert bench.left() == []


TALKS = """
import socket, time
from pymavlink.dialects.v20 import ardupilotmega as m
own, mav = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), m.MAVLink(None, 1, 1)
while True:
    own.sendto(m.MAVLink_heartbeat_message(2, 3, 0, 0, 4, 3).pack(mav), ("bench", 14550))
    time.sleep(0.2)
"""


def test_an_article_may_send_its_datagrams_to_the_host_name_bench(bench, tmp_path):
    rig = bench.rig(tmp_path, command=[bench.python, "-c", TALKS], radio="udp:14550")
    values = tomllib.loads(rig.read_text())["target"]["settings"]
    del values["observer"]
    target = ContainerTarget(defects=(), folder=tmp_path, **values)
    world = target.new_world(1)
    try:
        world.power_on()
        assert world.hearing["radio"].beats and "the article tells no firmware version" in world.notes
        world.power_cut()
    finally:
        world.close()
        target.close()
    assert bench.left() == []


def test_a_command_or_medium_that_is_not_there_is_told(bench, tmp_path):
    target = bench.target(tmp_path, command=["/bin/absent"])
    world = target.new_world(1)
    with pytest.raises(RigError, match=r"cannot start the container: .*/bin/absent"):
        world.power_on()
    world.close()
    target.close()
    with pytest.raises(RigError, match="has no image 'acme/drone:9': docker pull or docker build it"):
        bench.target(tmp_path, image="acme/drone:9")
    assert bench.left() == []


def test_an_engine_that_does_not_run_is_one_line_and_nothing_is_lost(tmp_path):
    rig = Bench(f"unix://{tmp_path}/none.sock", "").rig(tmp_path)
    checked = harness("harness", "rig", "check", rig, "--profile", tmp_path / "profile.toml", "--json")
    (target,) = [item for item in json.loads(checked.stdout)["findings"] if item["role"] == "target"]
    problem = f"no container engine answers at unix://{tmp_path}/none.sock (No such file or directory): start it"
    assert (checked.returncode, target["state"]) == (2, "dead")
    assert f"{problem} (systemctl start docker)" in target["problem"]
    command, record = suites(rig)
    done = harness(*command)
    assert done.returncode != 0 and "Traceback" not in done.stderr
    ends = [event for event in events(record) if event["type"] == "case_end"]
    assert len(ends) == 2 and all(end["blame"] == "rig" and problem in end["reason"] for end in ends)
