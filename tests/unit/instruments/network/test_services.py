from dataclasses import replace

import pytest

from harness.errors import RigError
from harness.instruments.figures import EndpointFigures, ServiceFigures
from harness.instruments.network import services
from harness.instruments.network.network import GatewayTap

NOTHING = ServiceFigures(
    seen_resolvers=0, unknown_time_servers=0, suspect_queries=0, undeclared_ipv6_flows=0, icmp_payload_bytes=0
)
SNAPSHOT = {"operators": "embedded/operators.toml"}


def tap(scene, fault="", settings=SNAPSHOT):
    made = GatewayTap(replace(scene.context(fault), settings=settings))
    scene.world.power_on()
    return made


def counted(figures):
    names = {name.replace("seen_", "unknown_"): value for name, value in vars(figures).items()}
    return {name: value for name, value in names.items() if value}


def test_the_sound_drone_uses_declared_services_only(scene):
    assert tap(scene).watch_services(over=40.0) == NOTHING
    assert ("audit.sees_services", True) in scene.log.controls
    assert ("audit.sees_hidden_queries", True) in scene.log.controls
    assert any("was readable or decrypted" in note for note in scene.log.notes)
    ((_, _, kind, pcap),) = scene.log.exhibits
    assert kind == "capture" and len(pcap) > 1000


@pytest.mark.parametrize(
    ("defect", "count"),
    [
        ("hard-coded-resolver", "unknown_resolvers"),
        ("dns-over-https", "unknown_resolvers"),
        ("second-clock", "unknown_time_servers"),
        ("dns-tunnel", "suspect_queries"),
        ("ipv6-leak", "undeclared_ipv6_flows"),
        ("icmp-tunnel", "icmp_payload_bytes"),
    ],
)
def test_each_defect_raises_its_own_count(damaged, defect, count):
    found = counted(tap(damaged(defect)).watch_services(over=40.0))
    # names that an undeclared resolver answered lead to no declared time server
    assert found.pop(count) and set(found) <= {"unknown_time_servers"}


def test_the_sound_drone_calls_permitted_operators_only(scene):
    assert tap(scene).watch_operators(over=40.0) == EndpointFigures(disallowed=0, unattributed=0)
    assert scene.log.controls[-2:] == [("audit.sees_operator", True), ("audit.sees_nobody", True)]
    assert any("operators of 2026-11-30" in note for note in scene.log.notes)


def test_a_listed_operator_and_nobody(damaged):
    listed = tap(damaged("listed-operator")).watch_operators(over=40.0)
    assert (listed.disallowed, listed.unattributed) == (1, 0)
    unknown = tap(damaged("unknown-operator")).watch_operators(over=40.0)
    assert (unknown.disallowed, unknown.unattributed) == (0, 1)


@pytest.mark.parametrize("verb", ["watch_services", "watch_operators"])
def test_a_capture_that_is_not_whole_shows_nothing(scene, verb):
    with pytest.raises(RigError, match=r"capture\.complete failed"):
        getattr(tap(scene, "lossy"), verb)(over=40.0)


@pytest.mark.parametrize(
    ("settings", "says"), [({}, "names no snapshot"), ({"operators": "embedded/absent.toml"}, "cannot be read")]
)
def test_a_rig_without_a_snapshot_shows_nothing_of_operators(scene, settings, says):
    with pytest.raises(RigError, match=says):
        tap(scene, settings=settings).watch_operators(over=40.0)


def test_an_audit_that_misses_a_seeded_packet_is_found_out(scene, monkeypatch):
    monkeypatch.setattr(services, "service_seeds", lambda article: {"unknown_resolvers": b"\0" * 60})
    with pytest.raises(RigError, match=r"audit\.sees_services failed: .* 0 of 1"):
        tap(scene).watch_services(over=40.0)


def test_an_audit_that_misses_a_listed_operator_is_found_out(scene, monkeypatch):
    monkeypatch.setattr(services, "call_seed", lambda article, server: b"\0" * 60)
    with pytest.raises(RigError, match=r"audit\.sees_operator failed"):
        tap(scene).watch_operators(over=40.0)
