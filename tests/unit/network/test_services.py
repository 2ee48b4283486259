import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.network.resolver import encode_query
from harness.link.ethernet import Ethernet, Ipv4, Udp, encode_icmp
from harness.network import audit
from harness.network.decode import Frame
from harness.network.services import carried_bytes, entropy, is_ipv6, is_suspect

US, ROUTER = bytes.fromhex("020000000002"), bytes.fromhex("020000000001")
SECRET = "nbswy3dpeb3w64tmmqqhi2djonuxgzlmmnqxi2lpnyqgs4za"
COUNTING = bytes(range(16, 64))


def datagram(destination, port, payload):
    packet = Ipv4("10.77.0.2", destination, 17, Udp(40123, port, payload).encode("10.77.0.2", destination))
    return Ethernet(ROUTER, US, 0x0800, packet.encode()).encode()


def segment(destination, port, payload, sequence=1):
    head = struct.pack(">HHIIBBHHH", 40123, port, sequence, 0, 0x50, 0x10, 1024, 0, 0)
    return Ethernet(ROUTER, US, 0x0800, Ipv4("10.77.0.2", destination, 6, head + payload).encode()).encode()


def ipv6(destination, payload=b"hello"):
    udp = Udp(40123, 9, payload).encode("10.77.0.2", "10.77.0.1")
    head = b"\x60\0\0\0" + struct.pack(">HBB", len(udp), 17, 64) + bytes.fromhex("fd77" + "00" * 13 + "02")
    return ROUTER + US + b"\x86\xdd" + head + bytes.fromhex(destination) + udp


def echo(body, kind=8):
    packet = Ipv4("10.77.0.2", "203.0.113.9", 1, encode_icmp(kind, 0, b"\0\1\0\1", body))
    return Ethernet(ROUTER, US, 0x0800, packet.encode()).encode()


@pytest.fixture
def report_of(pcap_of, policy, parties):
    return lambda *frames: audit(pcap_of(*frames), policy, parties)


def counts(report):
    return {
        name: value
        for name in ("unknown_resolvers", "unknown_time_servers", "suspect_queries", "undeclared_ipv6_flows")
        if (value := getattr(report, name))
    } | ({"icmp_payload_bytes": report.icmp_payload_bytes} if report.icmp_payload_bytes else {})


def test_a_sound_article_counts_nothing(record, policy, parties):
    assert counts(audit(record(), policy, parties)) == {}


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (datagram("8.8.8.8", 53, encode_query("update.example-drone.jp", 1)), "undeclared-resolver"),
        (segment("192.0.2.53", 53, b""), "undeclared-resolver"),
        (segment("192.0.2.53", 853, b""), "encrypted-dns"),
        (datagram("192.0.2.53", 853, b"x"), "encrypted-dns"),
        (segment("1.1.1.1", 443, b""), "encrypted-dns"),
    ],
)
def test_every_host_that_is_asked_for_names_is_a_resolver(report_of, frame, kind):
    report = report_of(frame, frame)
    assert counts(report) == {"unknown_resolvers": 1}
    assert [finding.packet for finding in report.of_kind(kind)] == [1]


def test_a_host_asked_in_two_ways_is_one(report_of):
    assert report_of(segment("8.8.8.8", 853, b""), datagram("8.8.8.8", 53, b"x")).unknown_resolvers == 1


@pytest.mark.parametrize(
    "frame",
    [datagram("192.0.2.7", 123, b"\x23" + bytes(47)), segment("192.0.2.7", 4460, b""), segment("192.0.2.7", 37, b"")],
)
def test_every_undeclared_host_that_is_asked_for_the_time_counts(report_of, frame):
    assert counts(report_of(frame)) == {"unknown_time_servers": 1}


def test_queries_that_carry_data_are_counted_each_also_over_tcp(report_of):
    first, second = (encode_query(f"{SECRET[:part]}.x.example", part) for part in (44, 45))
    report = report_of(datagram("10.77.0.1", 53, first), datagram("10.77.0.1", 53, second))
    assert counts(report) == {"suspect_queries": 2}
    (finding,) = report.of_kind("dns-tunnel")
    assert finding.packet == 1 and finding.count == 2 and SECRET[:44] in finding.detail
    framed = b"".join(struct.pack(">H", len(query)) + query for query in (first, second))
    report = report_of(segment("10.77.0.1", 53, framed[:50]), segment("10.77.0.1", 53, framed[50:], 51))
    assert report.suspect_queries == 2


@pytest.mark.parametrize(
    "name", ["update.dronecert.example", "a" * 40 + ".example", "telemetry-01.example-drone.jp", ""]
)
def test_names_as_people_give_them_are_not_suspect(name):
    assert not is_suspect(name)


@pytest.mark.parametrize("name", ["a" * 41 + ".example", "x.abcdefghijklmnopq.example"])
def test_long_or_random_labels_are(name):
    assert is_suspect(name)


@given(st.text(min_size=1))
def test_entropy_is_bounded_by_the_number_of_characters(text):
    assert -1e-9 <= entropy(text) <= 8.0 * len(text)
    assert entropy(text * 3) == pytest.approx(entropy(text))


def test_ipv6_that_leaves_the_link_is_counted_by_flow(report_of):
    far, local = "2001" + "0d" * 14, "fe80" + "00" * 13 + "01"
    assert counts(report_of(ipv6(far), ipv6(far), ipv6(local))) == {"undeclared_ipv6_flows": 1}
    assert not is_ipv6("02:00:00:00:00:01") and not is_ipv6("ff02::16") and not is_ipv6("192.0.2.1")


def test_bytes_in_icmp_are_counted_but_not_the_common_fill(report_of):
    assert counts(report_of(echo(bytes(56)))) == {}
    assert counts(report_of(echo(b"thirty bytes of the flight log"), echo(b"two"))) == {"icmp_payload_bytes": 33}


@pytest.mark.parametrize(
    ("body", "carried"),
    [
        (b"", 0),
        (struct.pack("<qq", 1000, 999_999) + bytes(range(16, 56)), 0),
        (struct.pack(">II", 1000, 999_999) + bytes(range(8, 56)), 0),
        (b"abcdefghijklmnopqrstuvwabcdefghi", 0),
        (struct.pack("<qq", 1000, 1_000_000) + bytes(range(16, 56)), 56),
        (struct.pack("<qq", 10_000_000, 0) + bytes(range(16, 56)), 56),
        (struct.pack("<qq", 1000, 0) + bytes(range(16, 55)) + b"!", 56),
    ],
)
def test_the_common_fill_of_an_echo_request(body, carried):
    frame = Frame(number=1, time=1000.0, size=60, protocol="icmp", kind=8, payload=bytes(8) + body)
    assert carried_bytes(frame) == carried


def test_an_answer_of_icmp_has_no_fill_of_its_own():
    frame = Frame(number=1, time=1000.0, size=60, protocol="icmp", kind=0, payload=bytes(16))
    assert carried_bytes(frame) == 8
