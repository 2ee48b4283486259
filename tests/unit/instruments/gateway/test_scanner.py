import random

import pytest

from harness.errors import RigError
from harness.instruments.gateway import Decoy, PortScanner, PortState, ScanPlan

SMALL = ScanPlan(tcp=(22, 23, 80), udp=(53, 123, 14550, 9999))


@pytest.fixture
def scanner(bench):
    Decoy(bench.wire, random.Random(4))
    return PortScanner(bench.wire, bench, random.Random(3))


def boot(bench, **config):
    stack = bench.stack(**config)
    stack.power_on()
    bench.run(1.0)
    return stack


def test_a_conforming_article_shows_no_open_tcp_port(bench, scanner):
    result = scanner.scan(boot(bench).address)
    assert result.tcp_in(PortState.OPEN) == result.tcp_in(PortState.UNTOLD) == ()
    assert len(result.tcp_in(PortState.CLOSED)) >= 1024 and 2323 in result.tcp


def test_telnet_is_found(bench, scanner):
    result = scanner.scan(boot(bench, debug_telnet=True).address)
    assert result.tcp_in(PortState.OPEN) == (23,)


def test_udp_open_closed_and_what_cannot_be_told(bench, scanner):
    stack = boot(bench)
    silent = scanner.scan(stack.address, SMALL)
    assert silent.udp[14550] is PortState.UNTOLD and silent.udp_in(PortState.CLOSED) == (53, 123, 2323, 9999)
    stack.serve_udp(14550, lambda data: b"heartbeat")
    assert scanner.scan(stack.address, SMALL).udp_in(PortState.OPEN) == (14550,)


def test_an_article_that_is_off_cannot_be_told_from_a_filter(bench, scanner):
    result = scanner.scan("10.77.0.2", SMALL)
    assert set(result.tcp.values()) | set(result.udp.values()) == {PortState.UNTOLD}


def test_without_its_decoy_a_scan_is_invalid(bench):
    scanner = PortScanner(bench.wire, bench, random.Random(3))
    with pytest.raises(RigError, match="did not find its own decoy"):
        scanner.scan(boot(bench).address, SMALL)


def test_a_deaf_scanner_is_invalid(bench):
    Decoy(bench.wire, random.Random(4))
    scanner = PortScanner(bench.wire, bench, random.Random(3), fault="deaf")
    with pytest.raises(RigError, match="did not find its own decoy"):
        scanner.scan(boot(bench).address, SMALL)


def test_an_unknown_fault_is_refused(bench):
    with pytest.raises(RigError, match="known is deaf"):
        PortScanner(bench.wire, bench, random.Random(3), fault="blind")


def test_a_scan_takes_the_time_its_probes_need(bench, scanner):
    stack, start = boot(bench), bench.now()
    scanner.scan(stack.address, ScanPlan(tcp=range(1, 2049), udp=()))
    assert bench.now() - start == pytest.approx(1.32, abs=0.02)


def test_probes_of_known_services_are_well_formed():
    from pymavlink.dialects.v20 import ardupilotmega as mavlink

    from harness.instruments.gateway.answers import answer_dns
    from harness.instruments.gateway.scanner import _SPEECH

    (ping,) = mavlink.MAVLink(None).parse_buffer(_SPEECH[14550])
    assert ping.get_type() == "PING" and answer_dns(_SPEECH[53], str) is not None
