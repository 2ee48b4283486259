import pytest

from harness.drone.network.leaks import Leaks, Outlet, start_leaks
from harness.timing import Schedule


class FakeHost:
    def __init__(self):
        self.sent = []

    def __getattr__(self, name):
        return lambda *arguments: self.sent.append((name, *arguments))


class Clock:
    def now(self):
        return 0.0


def leaked(until=0.0, **on):
    host, schedule = FakeHost(), Schedule()
    outlet = Outlet(
        host=host, resolver="10.77.0.1", post=lambda *what: host.sent.append(("post", *what)), report=lambda: b"r" * 40
    )
    stops = start_leaks(Leaks(**on), outlet, Clock(), schedule)
    schedule.run_due(until)
    return host.sent, stops


def test_nothing_leaks_as_shipped():
    assert leaked() == ([], [])


@pytest.mark.parametrize(
    ("on", "verb", "first"),
    [
        ({"dns_tunnel": True}, "ask", ("10.77.0.1", 53)),
        ({"dns_over_https": True}, "post", "/dns-query"),
        ({"echo_payload": True}, "send_echo", "10.77.0.1"),
        ({"ipv6": True}, "send_frame", 0x86DD),
        ({"foreign_clock": "192.0.2.1"}, "ask", ("192.0.2.1", 123)),
        ({"foreign_cloud": "192.0.2.2"}, "connect", ("192.0.2.2", 443)),
    ],
)
def test_each_leak_leaves_by_its_own_way(on, verb, first):
    ((name, where, *_),), stops = leaked(**on)
    assert (name, where) == (verb, first) and len(stops) == 1
