import math
from dataclasses import replace
from pathlib import Path

import pytest

from harness.catalogue.declaration import load_declaration
from harness.errors import RigError
from harness.instruments.network.network import _PARTIES, SEEDED_TARGET, GatewayScanner, GatewayTap

WRITTEN_TO_WIN = Path(__file__).parents[4] / "rigs" / "articles" / "written-to-win.toml"


def listen(scene, fault="", seconds=15.0, **changes):
    """Put the gateway on the wire, power the drone on and let it talk."""
    tap = GatewayTap(scene.context(fault, **changes))
    scene.world.power_on()
    scene.run(seconds)
    return tap


# -- the tap


def test_the_sound_drone_talks_to_declared_servers_only(scene):
    sent = listen(scene).audit()
    assert (sent.undeclared_flows, sent.undeclared_bytes) == (0, 0)
    assert scene.log.controls == [("capture.complete", True), ("audit.sees_leak", True), ("audit.sees_call", True)]
    ((name, media_type, kind, pcap),) = scene.log.exhibits
    assert (name, media_type, kind) == ("network capture", "application/vnd.tcpdump.pcap", "capture")
    assert pcap[:4] == bytes.fromhex("d4c3b2a1")
    assert any(note.startswith("2 TLS sessions with declared servers") for note in scene.log.notes)
    (chart,) = scene.log.charts
    assert chart.lines and all(0.0 <= times[0] <= times[-1] <= 15.0 for _, times, _ in chart.lines)


def test_a_packet_to_nobody_who_is_declared_is_found(damaged):
    scene = damaged("hard-coded-resolver")
    sent = listen(scene).audit()
    assert sent.undeclared_flows > 0 and sent.undeclared_bytes > 0
    assert any("8.8.8.8" in note for note in scene.log.notes)


def test_a_declaration_of_anybody_lets_nobody_through(scene):
    weak = load_declaration(WRITTEN_TO_WIN)
    assert listen(scene, declaration=weak).audit().undeclared_flows > 0


def test_a_capture_that_began_late_is_found_out(scene):
    tap = listen(scene, "late", seconds=70.0)
    with pytest.raises(RigError, match=r"capture\.complete failed: .* started 60\.000 s after power-on"):
        tap.audit()
    assert scene.log.controls == [("capture.complete", False)]


def test_a_capture_that_lost_frames_is_found_out(scene):
    with pytest.raises(RigError, match=r"capture\.complete failed: .* lost"):
        listen(scene, "lossy").audit()
    assert scene.log.controls == [("capture.complete", False)]


def test_a_capture_of_nothing_is_found_out(scene):
    tap = GatewayTap(scene.context())
    scene.run(15.0)
    with pytest.raises(RigError, match=r"capture\.complete failed: 0 frames"):
        tap.audit()
    assert scene.log.controls == [("capture.complete", False)]


def test_without_a_relay_nobody_knows_the_power_on_and_no_hour_is_spent(scene):
    tap = GatewayTap(scene.context())
    scene.world.powered_at = -math.inf
    with pytest.raises(RigError, match=r"capture\.complete failed: nobody knows .*: add \[roles\.relay\]"):
        tap.watch_services(over=3600.0)
    assert scene.world.now() == 0.0


def test_an_article_that_was_not_off_is_found_out(scene):
    tap = listen(scene)
    scene.world.powered_at = 12.0
    with pytest.raises(
        RigError, match=r"a frame came .* s before power-on \(12\.000 s, test clock\): the article was not"
    ):
        tap.audit()


def test_an_audit_that_misses_a_known_leak_is_found_out(scene, monkeypatch):
    tap = listen(scene)
    monkeypatch.setattr("harness.instruments.network.network._seeded_leak", lambda time: b"")
    with pytest.raises(RigError, match=r"audit\.sees_leak failed: .* 0 flow was found"):
        tap.audit()
    assert scene.log.controls[-1] == ("audit.sees_leak", False)


def test_an_audit_that_misses_a_known_call_from_outside_is_found_out(scene, monkeypatch):
    tap = listen(scene)
    monkeypatch.setattr(
        "harness.instruments.network.network._PARTIES", replace(_PARTIES, rig_addresses={SEEDED_TARGET})
    )
    with pytest.raises(RigError, match=r"audit\.sees_call failed: .* 0 flow was found"):
        tap.audit()
    assert scene.log.controls[-1] == ("audit.sees_call", False)


def test_the_known_leak_is_not_counted_against_the_drone(scene):
    tap = listen(scene)
    assert tap.audit().undeclared_flows == tap.audit().undeclared_flows == 0


@pytest.mark.parametrize("socket", ["wire", "trust"])
def test_a_target_without_a_network_needs_another_make(scene, socket):
    with pytest.raises(RigError, match="put another make into the role"):
        GatewayTap(scene.context(sockets={socket: None}))


@pytest.mark.parametrize("make", [GatewayTap, GatewayScanner])
def test_a_fault_that_there_is_not_is_refused(scene, make):
    with pytest.raises(RigError, match="no fault 'sleepy'"):
        make(scene.context("sleepy"))


# -- the scanner


def probe(scene, fault="", tap=True):
    if tap:
        GatewayTap(scene.context())
    scanner = GatewayScanner(scene.context(fault))
    scene.world.power_on()
    return scanner.probe(highest_tcp=32)


def test_the_sound_drone_has_no_undeclared_port(scene):
    count = probe(scene)
    assert count.events == 0
    # 32 TCP ports and the known services
    assert count.trials > 60
    assert scene.log.controls == [("scan.decoy", True), ("scan.answers", True)]
    assert any("14550" in note for note in scene.log.notes)


def test_an_open_port_is_found(damaged):
    scene = damaged("debug-telnet")
    assert probe(scene).events == 1
    assert any(note.startswith("open: 23/tcp") for note in scene.log.notes)


def test_a_declared_port_is_not_counted(damaged, declaration):
    scene = damaged("debug-telnet")
    inbound = declaration.network.inbound[0].model_copy(update={"port": 23, "protocol": "tcp"})
    network = declaration.network.model_copy(update={"inbound": (inbound,)})
    GatewayTap(scene.context())
    scanner = GatewayScanner(scene.context(declaration=declaration.model_copy(update={"network": network})))
    scene.world.power_on()
    assert scanner.probe(highest_tcp=32).events == 0


def test_a_deaf_scanner_is_found_out(scene):
    with pytest.raises(RigError, match=r"scan\.decoy failed"):
        probe(scene, "deaf")
    assert scene.log.controls == [("scan.decoy", False)]


def test_a_drone_that_does_not_answer_is_not_a_closed_one(scene):
    # nobody gives it an address
    with pytest.raises(RigError, match=r"scan\.answers failed: 0 ports"):
        probe(scene, tap=False)
    assert scene.log.controls == [("scan.decoy", True), ("scan.answers", False)]
