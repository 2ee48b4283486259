import pytest

from harness.errors import RigError
from harness.instruments.gateway import Presented, Session
from harness.instruments.network.bench import NetworkBench
from harness.instruments.network.line import GATEWAY_MAC, Window, read_reports
from harness.link.ethernet import BROADCAST, IPV4, Ethernet


def session(*bodies):
    return Session(host="a", presented=Presented.GOOD, opened_at=0.0, requests=[], bodies=list(bodies))


def test_reports_are_read_and_what_is_none_is_left_out():
    assert read_reports([session(b"", b"no json", b"[" * 200_000, b"[1]", b'{"date": 1}'), session(b'{"x": 2}')]) == [
        {"date": 1},
        {"x": 2},
    ]


def test_frames_of_the_article_are_told_from_those_of_the_bench(scene):
    line = NetworkBench(scene.context())._line
    scene.world.power_on()
    scene.run(5.0)
    window = Window(start=0.0, end=5.0)
    assert 0 < len(line.sent(window)) < len(line.frames(window)) == line.capture.captured
    assert line.sent(Window(start=6.0, end=7.0)) == []


def test_sessions_are_found_by_the_test_clock_whatever_the_date(scene):
    line = NetworkBench(scene.context())._line
    line.date.ahead = 86_400.0
    scene.world.power_on()
    scene.run(5.0)
    assert len(line.sessions(Window(start=0.0, end=5.0))) == 2


def test_an_article_that_sends_under_the_gateways_address_is_found_out(scene):
    # its frames would count as the gateway's, and an audit would show nothing of them
    line = NetworkBench(scene.context())._line
    scene.world.power_on()
    scene.run(5.0)
    line.assert_lossless()
    leak = Ethernet(BROADCAST, GATEWAY_MAC, IPV4, b"\x45" + bytes(40)).encode()
    scene.world.sockets.wire.attach().send(leak)
    assert line.sent(Window(start=5.0, end=6.0)) == []
    with pytest.raises(RigError, match=r"capture\.senders failed: \d+ frames bear the address of the gateway"):
        line.assert_lossless()
