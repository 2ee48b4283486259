import os
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError
from harness.instruments.network.interfaces import InterfaceProbes, prompts
from harness.instruments.network.network import ARTICLE_ADDRESS, GatewayScanner, GatewayTap
from harness.judgement import Count
from harness.targets.embedded.embedded import EmbeddedTarget
from harness.timing import run_for
from harness.vehicle.codec import Codec, Identity


@pytest.fixture
def probe(stage):
    """Tries the interfaces of a drone, whose storage is encrypted as shipped."""

    def run(*defects, fault="", **changes):
        scene = stage(EmbeddedTarget(defects=defects))
        GatewayTap(scene.context())
        scanner = GatewayScanner(scene.context(fault, **changes))
        scene.world.power_on()
        return scanner.try_interfaces(), scene.log

    return run


def test_the_sound_drone_offers_what_it_declares_and_nothing_before_a_login(probe):
    found, log = probe()
    assert (found.undeclared_interfaces, found.unauthenticated_interfaces) == (0, Count(events=0, trials=30))
    assert log.controls == [("probe.lure", True), ("twin.opens", True)]
    assert "30 interfaces tried; there: MAVLink FTP, MAVLink logs" in log.notes
    assert any(note.startswith("headers on a board") for note in log.notes)


def test_open_doors_are_found_by_their_names(probe):
    found, log = probe("serial-shell", "ftp-without-login", "debug-bridge", "debug-telnet")
    assert found.undeclared_interfaces == 3
    # the shell and the files over the trusted port and the paired radio, and the bridge; telnet asks for a login
    assert found.unauthenticated_interfaces == Count(events=5, trials=30)
    assert "not declared: MAVLink shell, telnet, ADB" in log.notes


def test_what_is_not_declared_counts_also_when_it_asks_for_a_login(probe, declaration):
    network = declaration.network.model_copy(update={"interfaces": ()})
    found, _ = probe(declaration=declaration.model_copy(update={"network": network}))
    assert (found.undeclared_interfaces, found.unauthenticated_interfaces.events) == (2, 0)


def test_a_deaf_probe_is_found_out(probe):
    with pytest.raises(RigError, match=r"probe\.lure failed"):
        probe(fault="deaf")


@pytest.mark.parametrize(("defects", "counts"), [((), (0, 0)), (("debug-bridge", "debug-telnet"), (2, 1))])
def test_the_network_alone_can_be_tried(stage, defects, counts):
    scene = stage(EmbeddedTarget(defects=defects))
    GatewayTap(scene.context())
    probes = InterfaceProbes(scene.context(), article=ARTICLE_ADDRESS, deaf=False)
    scene.world.power_on()
    run_for(scene.world, 10.0)
    found = probes.run_on_network()
    assert (found.undeclared_interfaces, found.unauthenticated_interfaces.events) == counts
    assert scene.log.controls == [("probe.lure", True)]


def telemetry(*beats):
    """Signed heartbeats, of which `beats` are the free numbers."""
    codec = Codec(Identity(key=os.urandom(32)), SimpleNamespace(now=lambda: 1.0))
    return [codec.encode(mavlink.MAVLink_heartbeat_message(2, 3, 81, beat, 4, 3)) for beat in beats]


@given(st.lists(st.sampled_from([0x20230A0D, 0x0A202420, 0x20242024, 0x3E3D0A0A]), max_size=60))
def test_no_telemetry_is_taken_for_a_console_whatever_its_bytes(beats):
    assert not prompts(b"".join(telemetry(*beats)))


@pytest.mark.parametrize("text", [b"\r\nnsh> ", b"drone login: ", b"\n# ", b"root@drone:~$ ", b"U-Boot 2024.01"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_console_is_seen_between_frames(text, place):
    frames = telemetry(1, 2)
    assert prompts(b"".join([*frames[:place], text, *frames[place:]]))
