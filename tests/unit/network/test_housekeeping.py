import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.network.dhcp import Client
from harness.network.decode import Frame
from harness.network.housekeeping import check, classify

MAC = bytes.fromhex("020000000002")
ARP = b"\0\1\x08\0\6\4\0\1" + MAC + bytes((10, 0, 0, 2)) + bytes(6) + bytes((10, 0, 0, 1))
DHCP = Client(MAC, 7).discover()
SOLICIT = b"\x87\0\0\0" + bytes(20) + b"\1\1" + MAC
REPORT = b"\x8f" + bytes(6) + b"\1" + b"\4\0\0\0" + b"\xff\2" + bytes(13) + b"\xfb"
ADVERT = b"\x88\0\0\0\x60\0\0\0" + bytes(16) + b"\2\1" + MAC
OTHER = bytes.fromhex("020000000009")


def frame(protocol, payload, **changes):
    base = {"source_mac": MAC, "payload": payload, "protocol": protocol, "kind": payload[0] if payload else 0}
    return Frame(number=1, time=0.0, size=60, **(base | changes))


def dhcp(payload, destination="255.255.255.255"):
    return frame("udp", payload, source_port=68, destination_port=67, destination=destination)


def nd(payload, hop_limit=255, destination="ff02::1:ff00:1"):
    return frame("icmp6", payload, hop_limit=hop_limit, destination=destination)


GOOD = {
    "arp": frame("arp", ARP),
    "dhcp": dhcp(DHCP),
    "nd": nd(SOLICIT),
    "mld": nd(REPORT, hop_limit=1, destination="ff02::16"),
}
BAD = [
    frame("arp", ARP[:8] + bytes(6) + ARP[14:]),
    frame("arp", b"\0\1\x86\xdd" + ARP[4:]),
    frame("arp", ARP[:7] + b"\7" + ARP[8:]),
    dhcp(DHCP, destination="203.0.113.1"),
    dhcp(DHCP[:44] + b"secret" + DHCP[50:]),
    dhcp(DHCP[:-1] + b"\xe0\4leak\xff"),
    dhcp(DHCP[:-1] + b"\x0c\x41" + b"x" * 65 + b"\xff"),
    dhcp(DHCP + b"leak"),
    dhcp(DHCP[:100]),
    frame("arp", ARP[:18] + b"secret" + ARP[24:]),
    dhcp(DHCP[:3] + b"\7" + DHCP[4:]),
    dhcp(DHCP[:16] + b"twelve bytes" + DHCP[28:]),
    nd(SOLICIT, hop_limit=64),
    nd(SOLICIT[:4] + b"leak" + SOLICIT[8:]),
    nd(SOLICIT[:24] + b"\1\1" + OTHER),
    nd(SOLICIT[:24] + b"\2\1" + MAC),
    nd(SOLICIT[:24] + b"\x0e\2" + bytes(14)),
    nd(ADVERT[:4] + b"\x61" + ADVERT[5:]),
    nd(ADVERT[:24] + b"\x0e\1" + bytes(6)),
    nd(b"\x86\0\0\0" + bytes(12) + b"\x1f\4" + b"thirty bytes of a search list.."[:30]),
    nd(b"\x89\0\0\0" + bytes(36)),
    nd(REPORT[:12] + b"sixteen bytes at" + REPORT[28:], hop_limit=1, destination="ff02::16"),
    nd(SOLICIT, destination="2001:db8::1"),
    nd(SOLICIT[:24] + b"\1\0" + MAC),
    nd(SOLICIT[:24] + b"\x63\1" + MAC),
    nd(SOLICIT[:24] + b"\1\7" + bytes(54)),
    nd(SOLICIT + b"leak"),
    nd(REPORT, hop_limit=64, destination="ff02::16"),
    nd(REPORT + b"leak", hop_limit=1, destination="ff02::16"),
    nd(REPORT[:9] + b"\1" + REPORT[10:] + b"leak", hop_limit=1, destination="ff02::16"),
    nd(b"\x83" + bytes(30), hop_limit=1, destination="ff02::16"),
]


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_good_housekeeping_passes(kind):
    assert classify(GOOD[kind]) == kind and check(GOOD[kind]) == ""


@pytest.mark.parametrize("bad", BAD)
def test_housekeeping_that_carries_something_does_not(bad):
    assert classify(bad) and check(bad)


def test_what_a_host_sends_of_neighbour_discovery_passes():
    probe = SOLICIT[:24] + b"\x0e\1nonce!"
    assert [check(nd(one)) for one in (ADVERT, probe, b"\x85\0\0\0\0\0\0\0\1\1" + MAC)] == ["", "", ""]
    announced = ARP[:18] + MAC + ARP[24:]
    assert (
        check(frame("arp", announced)) == ""
        and check(frame("arp", ARP[:7] + b"\2" + ARP[8:18] + OTHER + ARP[24:])) == ""
    )


def test_anything_else_is_no_housekeeping():
    others = [dhcp(DHCP), frame("icmp", struct.pack(">BBHI", 8, 0, 0, 0)), frame("ether-88cc", b"")]
    assert [classify(one) for one in others] == ["dhcp", "", ""]
    assert classify(frame("udp", DHCP, source_port=67, destination_port=68)) == ""


@given(st.binary(max_size=80), st.integers(0, 300))
@settings(max_examples=200)
def test_no_bytes_crash_a_check(data, keep):
    check(frame("arp", data))
    check(dhcp(data))
    check(dhcp(DHCP[:keep] + data))
    for kind in (131, 132, 133, 134, 135, 136, 137, 143):
        check(nd(bytes([kind]) + bytes(7) + data))
        check(nd(bytes([kind]) + data + bytes(7), hop_limit=1, destination="ff02::16"))
