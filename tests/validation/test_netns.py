"""The companion as a process with real sockets in a network namespace, captured live; each endpoint defect is caught.

Time is the wall clock, so both sides run at a speed-up that each test states: timers of 7 minutes take seconds, and
time-outs of 10 s still leave real sockets some 100 ms. Where hours must pass and nothing else is due, both clocks leap.
"""

import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.catalogue.declaration import load_declaration
from harness.drone.defects import DEFECTS
from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.network import GatewayScanner
from harness.instruments.network_bench import NetworkBench
from harness.instruments.network_line import Window
from harness.targets import netns
from harness.timing import run_for

ARTICLES = Path(__file__).parents[2] / "rigs" / "articles"
SPEEDUP = 60.0
# boots need some 0.2 s of the wall clock, more on a busy machine, and are 10 s of the test clock apart
BOOT_SPEEDUP = 10.0
PARIS = {"name": "Paris", "latitude": 48.8566, "longitude": 2.3522}
BEACON_TIME, LEAP = 430.0, 21_590.0

# what needs more of the article than its companion, or a part of the bench that is not on this wire
ELSEWHERE = {
    "ENDP-03": "its resolvers and queries are judged by the same audit of a capture",
    "ENDP-04": "judged of documents, whatever the wire",
    "ENDP-06": "certificates are presented by the same gateway, in virtual time",
    "ENDP-08": "debug interfaces are on the command link, which this process has not",
    "ENDP-09": "logins of two units; there is one namespace",
    "ENDP-11": "the updater needs the flash of the whole article",
}

pytestmark = [
    pytest.mark.skipif(bool(netns.why_not()), reason=netns.why_not() or "there are namespaces"),
    pytest.mark.timeout(180),
]


@dataclass
class Log:
    """The record of a case, in memory."""

    controls: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    exhibits: dict = field(default_factory=dict)

    def control(self, name, kind, ok, detail):
        self.controls.append((name, ok, detail))

    def note(self, text):
        self.notes.append(text)

    def exhibit(self, name, media_type, data, kind):
        self.exhibits[name] = data

    def exposed(self, exposure):
        raise AssertionError(exposure)

    def chart(self, chart):
        assert chart.title


@dataclass
class Scene:
    """The namespaces of one test."""

    world: netns.NetnsWorld
    context: Context
    network: NetworkBench


@contextmanager
def stage(*defects, speedup=SPEEDUP, fault=""):
    with netns.opened(speedup=speedup, defects=defects) as world:
        declaration = load_declaration(ARTICLES / "embedded.toml")
        context = Context(
            world=world,
            sockets=world.sockets,
            log=Log(),
            seed=1,
            declaration=declaration,
            documents=ARTICLES,
            fault=fault,
        )
        yield Scene(world, context, NetworkBench(context))


def undeclared(scene):
    """ENDP-01: the audit of what was sent in 7 minutes."""
    scene.world.power_on()
    run_for(scene.world, BEACON_TIME)
    return scene.network.audit().undeclared_flows


def packets_offline(scene):
    """ENDP-02: heard before, silent while the mode is on and after a reboot, heard after."""
    world, line, companion = scene.world, scene.network._line, scene.world.sockets.companion
    world.power_on()
    assert line.talks()
    companion.set_offline(True)
    assert companion.is_offline()
    run_for(world, 1.0)
    start = world.now()
    scene.network.restart()
    world.leap_both(LEAP)
    run_for(world, 60.0)
    window = Window(start=start, end=world.now())
    companion.set_offline(False)
    assert line.talks()
    line.assert_lossless()
    return len(line.sent(window))


def undeclared_ports(scene):
    """ENDP-05: the scan."""
    scanner = GatewayScanner(scene.context)
    scene.world.power_on()
    return scanner.probe(highest_tcp=200).events


def new_endpoints(scene):
    """ENDP-07: other dates and places, and fifty boots, most of them shorter than the network needs."""
    scene.world.power_on()
    tour = scene.network.touring(idle=5.0, gap=10.0)
    tour.later(30.0)
    tour.visit(scene.world, PARIS)
    for _ in range(46):
        scene.world.sockets.companion.reboot()
    tour.reboot(times=1)
    return tour.new_endpoints()


def lost_functions(scene):
    """ENDP-12, reduced to arming and holding a mode in the air: with the network up, then booted with it blocked."""
    world = scene.world
    world.settings["aircraft"] = True
    world.power_on()
    assert scene.network._line.talks()
    run_for(world, 5.0)
    assert world.order("arm", None) == "", "the twin with the network up does not arm"
    with scene.network.blocked(restart=True):
        run_for(world, 10.0)
        if world.order("arm", None):
            return 1
        assert world.order("take_off", 5.0) == ""
        run_for(world, 50.0)
        return int(world.order("mode", None) != "GUIDED")


METHODS = {
    "ENDP-01": (undeclared, SPEEDUP),
    "ENDP-02": (packets_offline, SPEEDUP / 2),
    "ENDP-05": (undeclared_ports, 4.0),
    "ENDP-07": (new_endpoints, BOOT_SPEEDUP),
    "ENDP-12": (lost_functions, 20.0),
}
# defects whose packets no socket of an unprivileged process sends
NEEDS_RAW = {"icmp-tunnel", "ipv6-leak"}
NO_RAW = pytest.mark.skip(reason="the companion's process has no raw socket to send such packets with")
FLOWN = [
    pytest.param(name, req, marks=NO_RAW if name in NEEDS_RAW else (), id=f"{name}-{req}")
    for name, item in DEFECTS.items()
    for req in item.caught_by
    if req in METHODS
]


@pytest.mark.parametrize("requirement", METHODS)
def test_the_sound_companion_is_clean(requirement):
    method, speedup = METHODS[requirement]
    with stage(speedup=speedup) as scene:
        assert method(scene) == 0
        assert scene.network._capture.lost == 0


@pytest.mark.parametrize(("defect", "requirement"), FLOWN)
def test_each_endpoint_defect_is_caught(defect, requirement):
    method, speedup = METHODS[requirement]
    with stage(defect, speedup=speedup) as scene:
        assert method(scene) > 0


def test_every_endpoint_defect_is_flown_here_or_has_a_reason():
    caught = {req for item in DEFECTS.values() for req in item.caught_by if req.startswith("ENDP")}
    assert caught <= {*METHODS, *ELSEWHERE}


def test_there_is_no_other_way_out():
    with stage() as scene:
        scene.world.power_on()
        run_for(scene.world, 60.0)
        article = netns._name("article")
        links = netns._ip("-n", article, "-br", "link", "show", "up").split("\n")
        assert sorted(line.split()[0].split("@")[0] for line in links if line) == ["eth0", "lo"]
        assert netns._ip("-n", article, "route", "show", "default").split()[:3] == ["default", "via", "10.77.0.1"]


def test_tshark_reads_the_same_capture(tmp_path):
    with stage() as scene:
        scene.world.power_on()
        run_for(scene.world, 60.0)
        scene.network.audit()
        (pcap,) = scene.context.log.exhibits.values()
    path = tmp_path / "live.pcap"
    path.write_bytes(pcap)
    command = ["tshark", "-r", str(path), "-Y", "tls.handshake.type == 1", "-T", "fields", "-e"]
    said = subprocess.run(
        [*command, "tls.handshake.extensions_server_name"], capture_output=True, text=True, check=True
    )
    assert set(said.stdout.split()) == {"telemetry.dronecert.example", "update.dronecert.example"}


def test_a_block_holds_in_the_kernel_too():
    with stage(speedup=30.0) as scene:
        scene.world.power_on()
        with scene.network.blocked(restart=False):
            run_for(scene.world, 60.0)
        assert [(name, ok) for name, ok, _ in scene.context.log.controls][-2:] == [
            ("block.met", True),
            ("block.tight", True),
        ]


def test_a_capture_that_lost_frames_is_found_out():
    with stage(fault="lossy") as scene:
        scene.world.power_on()
        run_for(scene.world, 300.0)
        with pytest.raises(RigError, match=r"capture\.complete failed"):
            scene.network.audit()


def test_nothing_is_left_behind():
    with stage() as scene:
        scene.world.power_on()
        process = scene.world._process
    assert process.poll() is not None
    assert netns._name("article") not in netns._ip("netns", "list")
