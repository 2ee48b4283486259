"""The companion as a process with real sockets in a network namespace, captured live; each endpoint defect is caught.

Time is the wall clock at a speed-up that each method states: timers of 7 minutes take seconds, and time-outs of 10 s
still leave real sockets some 100 ms. Neither side's clock runs ahead of the other's, so a busy machine makes a run long
and nothing late. Where hours must pass and nothing else is due, both clocks leap. What one run shows of several
requirements is judged of that one run.
"""

import subprocess
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import pytest

from harness.catalogue.declaration import load_declaration
from harness.drone.defects import DEFECTS
from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.gateway.authority import Presented
from harness.instruments.gateway.imposters import WeakOffer
from harness.instruments.network import tls
from harness.instruments.network.bench import NetworkBench
from harness.instruments.network.interfaces import InterfaceProbes
from harness.instruments.network.line import Window
from harness.instruments.network.logins import LoginTrials
from harness.instruments.network.network import ARTICLE_ADDRESS, GatewayScanner
from harness.instruments.network.tls import PeerTrials
from harness.instruments.network.updates import UpdateTrials
from harness.targets import packetwire
from harness.targets.embedded import netns
from harness.timing import run_for

ARTICLES = Path(__file__).parents[2] / "rigs" / "articles"
PUBLISHED = Path(__file__).parents[2] / "suites" / "endpoints" / "default-credentials.toml"
SPEEDUP = 100.0
PARIS = {"name": "Paris", "latitude": 48.8566, "longitude": 2.3522}
BEACON_TIME, LEAP = 430.0, 21_590.0

# what is no matter of this wire: neither the companion's process nor its namespace has it
NO_LINK = "it opens the command link, a cable or radio of its own that the companion's network does not carry"
NO_UNIT = "it is a secret of the whole unit, at its operator's login or radio, which no packet on this wire asks for"
ELSEWHERE = {
    ("ftp-without-login", "ENDP-08"): NO_LINK,
    ("serial-shell", "ENDP-08"): NO_LINK,
    ("serial-code", "ENDP-09"): NO_UNIT,
    ("shared-radio-key", "ENDP-09"): NO_UNIT,
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
            settings={"operators": "embedded/operators.toml"},
            fault=fault,
        )
        yield Scene(world, context, NetworkBench(context))


def sent(scene, defect):
    """ENDP-01, 03, 04: all that was sent in 7 minutes; in 90 s where a defect does not wait for longer."""
    scene.world.power_on()
    run_for(scene.world, BEACON_TIME if defect in ("", "hidden-beacon") else 90.0)
    services = scene.network.watch_services(over=0.0)
    operators = scene.network.watch_operators(over=0.0)
    return {
        "ENDP-01": scene.network.audit().undeclared_flows,
        "ENDP-03": sum(value for name, value in vars(services).items() if name != "hidden"),
        "ENDP-04": operators.disallowed + operators.unattributed,
    }


def offline(scene, defect):
    """ENDP-02: heard before, silent while the mode is on and after a reboot, heard after."""
    world, line, companion = scene.world, scene.network._line, scene.world.sockets.companion
    world.power_on()
    assert line.talks()
    companion.set_offline(True)
    assert companion.is_offline()
    # what was on its way through a busy kernel arrives
    run_for(world, 10.0)
    start = world.now()
    scene.network.restart()
    world.leap_both(LEAP)
    run_for(world, 60.0)
    window = Window(start=start, end=world.now())
    companion.set_offline(False)
    assert line.talks()
    line.assert_lossless()
    return {"ENDP-02": len(line.sent(window))}


def listening(scene, defect):
    """ENDP-05, 08 as far as the network reaches: the scan, the debug interfaces."""
    scanner = GatewayScanner(scene.context)
    scene.world.power_on()
    ports = scanner.probe(highest_tcp=200).events
    interfaces = InterfaceProbes(scene.context, article=ARTICLE_ADDRESS, deaf=False).run_on_network()
    return {"ENDP-05": ports, "ENDP-08": interfaces.undeclared_interfaces}


def logins(scene, defect):
    """ENDP-09 as far as the network reaches: the first of the published credentials."""
    scene.world.power_on()
    run_for(scene.world, 10.0)
    return {"ENDP-09": LoginTrials(scene.context, article=ARTICLE_ADDRESS).run_on_network(PUBLISHED, most=3)}


# of each defect the offer that it takes; the sound companion is shown them all
TAKEN = {
    "any-certificate": Presented.SELF_SIGNED,
    "any-name": Presented.WRONG_NAME,
    "any-date": Presented.EXPIRED,
    "never-revoked": Presented.REVOKED,
    "old-tls": WeakOffer.TLS_1_0,
}


# on a busy machine each message may come half a second late, and all that is called at boot takes a dozen of them
@patch.object(tls, "CALLING", 2 * tls.CALLING)
def peers(scene, defect):
    """ENDP-06: bad servers between two good ones."""
    if not defect:
        figures = scene.network.try_peers()
        assert figures.accepted_bad_certificates.trials + figures.weak_sessions.trials >= 2 * len(TAKEN)
        return {"ENDP-06": figures.accepted_bad_certificates.events + figures.weak_sessions.events}
    trials = PeerTrials(scene.context, scene.network._bench)
    trials._assert_good_gets_session("before")
    outcomes = trials._present(TAKEN[defect])
    trials._assert_good_gets_session("after")
    return {"ENDP-06": sum(each.went_on or each.weak for each in outcomes)}


def updates(scene, defect):
    """ENDP-11: bad updates and those that nobody asked for, then the good one."""
    trials = UpdateTrials(scene.context, scene.network._gateway)
    if not defect:
        figures = trials.run()
        return {"ENDP-11": figures.accepted_bad_updates.events + figures.unrequested_updates.events}
    bad = {"any-update": "altered by one bit", "takes-older": "older", "takes-sister": "for another model"}
    if defect in bad:
        taken = trials._offer_one(bad[defect], trials._offers.bad[bad[defect]])
    else:
        taken = trials._offer_elsewhere() if defect == "follows-redirects" else trials._offer_unasked({})
    trials._assert_good_installs()
    return {"ENDP-11": taken}


def travelling(scene, defect):
    """ENDP-07: other dates and places, and fifty boots, most of them shorter than the network needs."""
    scene.world.power_on()
    tour = scene.network.touring(idle=5.0, gap=10.0)
    tour.later(30.0)
    tour.visit(scene.world, PARIS)
    for _ in range(46):
        scene.world.sockets.companion.reboot()
    tour.reboot(times=1)
    return {"ENDP-07": tour.new_endpoints()}


def flying(scene, defect):
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
            return {"ENDP-12": 1}
        assert world.order("take_off", 5.0) == ""
        run_for(world, 50.0)
        return {"ENDP-12": int(world.order("mode", None) != "GUIDED")}


@dataclass(frozen=True)
class Method:
    """What is done with the companion, how fast, and what it shows."""

    run: Callable
    speedup: float
    shows: tuple[str, ...]


METHODS = (
    Method(sent, SPEEDUP, ("ENDP-01", "ENDP-03", "ENDP-04")),
    Method(offline, 30.0, ("ENDP-02",)),
    Method(listening, 30.0, ("ENDP-05", "ENDP-08")),
    Method(logins, 30.0, ("ENDP-09",)),
    Method(peers, SPEEDUP, ("ENDP-06",)),
    # boots need some 0.2 s of the wall clock and are 10 s of the test clock apart
    Method(travelling, 30.0, ("ENDP-07",)),
    Method(updates, SPEEDUP, ("ENDP-11",)),
    Method(flying, 30.0, ("ENDP-12",)),
)
SHOWN = {requirement for method in METHODS for requirement in method.shows}


def wanted(name, method):
    """The requirements that a method must fail for a defect."""
    return [
        requirement
        for requirement in DEFECTS[name].caught_by
        if requirement in method.shows and (name, requirement) not in ELSEWHERE
    ]


FLOWN = [
    pytest.param(name, method, id=f"{name}-{'+'.join(wanted(name, method))}")
    for name in DEFECTS
    for method in METHODS
    if wanted(name, method)
]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.run.__name__)
def test_the_sound_companion_is_clean(method):
    with stage(speedup=method.speedup) as scene:
        assert method.run(scene, "") == dict.fromkeys(method.shows, 0)
        assert scene.network._capture.lost == 0


@pytest.mark.parametrize(("defect", "method"), FLOWN)
def test_each_endpoint_defect_is_caught(defect, method):
    with stage(defect, speedup=method.speedup) as scene:
        counts = method.run(scene, defect)
        assert all(counts[requirement] > 0 for requirement in wanted(defect, method)), counts
        assert scene.network._capture.lost == 0


def test_every_endpoint_defect_is_flown_here_or_has_a_reason():
    pairs = {(name, req) for name, item in DEFECTS.items() for req in item.caught_by if req.startswith("ENDP")}
    assert {(name, req) for name, req in pairs if req not in SHOWN} == set()
    assert set(ELSEWHERE) <= pairs


def test_there_is_no_other_way_out():
    with stage() as scene:
        scene.world.power_on()
        run_for(scene.world, 60.0)
        article = netns._name("article")
        links = packetwire.ip("-n", article, "-br", "link", "show", "up").split("\n")
        assert sorted(line.split()[0].split("@")[0] for line in links if line) == ["eth0", "lo"]
        assert packetwire.ip("-n", article, "route", "show", "default").split()[:3] == ["default", "via", "10.77.0.1"]


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
    assert netns._name("article") not in packetwire.ip("netns", "list")
