"""Files that were made to break the audit: one clear error or a report, soon, and never a false clean."""

import struct
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.network.resolver import encode_query
from harness.errors import HarnessError
from harness.link.ethernet import Ethernet, Ipv4, TcpSegment, Udp
from harness.network import Parties, Policy, Source, examine
from harness.network.capture import open_capture
from harness.network.fast_reading import FastReading
from harness.network.reading import Reading
from harness.network.search import Search

US, ROUTER = bytes.fromhex("020000000002"), bytes.fromhex("020000000001")
OURS, FAR = "10.77.0.2", "203.0.113.9"
POLICY = Policy(endpoints=(), resolvers=("10.77.0.1",))
PARTIES = Parties(macs=frozenset({US.hex(":")}))
HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)


def frame(protocol, body, far=FAR):
    return Ethernet(ROUTER, US, 0x0800, Ipv4(OURS, far, protocol, body.encode(OURS, far)).encode()).encode()


def pcap(frames):
    parts = [struct.pack("<IIII", 1000, 0, len(one), len(one)) + one for one in frames]
    return HEAD + b"".join(parts)


def report_of(data):
    return examine(Source(name="a", data=data), POLICY, PARTIES)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", HEAD, b"\x0a\x0d\x0d\x0a", HEAD + struct.pack("<IIII", 1, 0, 90, 90)]),
)
@settings(max_examples=200, deadline=None)
def test_random_files_are_errors_or_never_clean(data, head):
    try:
        report = report_of(head + data)
    except HarnessError as error:
        assert str(error).strip()
    else:
        # a flow that is no housekeeping is a finding, and nothing at all is a doubt
        assert report.level != "clean"


@given(st.binary(min_size=12, max_size=200), st.sampled_from([53, 123, 5353, 443, 68]))
@settings(max_examples=100, deadline=None)
def test_random_datagrams_to_a_stranger_are_always_findings(payload, port):
    assert report_of(pcap([frame(17, Udp(5000, port, payload))])).level == "findings"


@pytest.mark.parametrize(
    "name",
    [
        b"\xc0\x0c",
        b"\x01a\xc0\x0c",
        b"\xc0\x0e\xc0\x0c",
        b"\x3f" + b"a" * 63 + b"\xc0\x0c",
        b"\x01a" * 200,
        b"\x80",
        b"\xff\xff",
    ],
)
def test_names_that_loop_or_never_end_are_refused(name):
    query = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + name + b"\0\1\0\1"
    (finding,) = report_of(pcap([frame(17, Udp(5000, 53, query), "10.77.0.1")])).findings
    assert "no DNS query" in finding.detail


def test_a_message_that_claims_many_records_is_refused():
    query = struct.pack(">HHHHHH", 7, 0x0100, 65535, 65535, 65535, 65535)
    assert report_of(pcap([frame(17, Udp(5000, 53, query), "10.77.0.1")])).level == "findings"


def test_a_stream_in_very_many_pieces_is_refused_not_kept():
    pieces = [frame(6, TcpSegment(5000, 443, 100 + at, 0, 16, 100, b"\x16")) for at in range(2000)]
    reading = Reading(source=Source(name="a", data=pcap(pieces)), policy=POLICY, parties=PARTIES, search=Search())
    reading.read()
    (flow,) = reading.flows()
    assert flow.overflow and len(flow.sent) <= 1100 and flow.packets_sent == 2000


def test_memory_does_not_grow_with_packets():
    one = pcap(
        [frame(17, Udp(5000, 53, encode_query("a.example", 1)), "10.77.0.1"), frame(17, Udp(5001, 9, bytes(900)))]
    )
    peaks = []
    for times in (100, 1000):
        data = HEAD + one[24:] * times
        tracemalloc.start()
        reading = Reading(source=Source(name="a", data=data), policy=POLICY, parties=PARTIES, search=Search())
        reading.read()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert reading.facts.packets == 2 * times
    assert peaks[1] < 1.5 * peaks[0] + 100_000


@pytest.mark.parametrize("kind", [Reading, FastReading])
def test_huge_claims_cost_nothing(kind):
    pytest.importorskip("numba")
    section = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    for data in (
        HEAD + struct.pack("<IIII", 0, 0, 1 << 31, 1 << 31),
        section + struct.pack("<II", 6, 0xFFFFFFFC) + bytes(99),
    ):
        with pytest.raises(HarnessError):
            kind(source=Source(name="a", data=data), policy=POLICY, parties=PARTIES, search=Search()).read()


def test_what_is_no_file_is_one_clear_error(tmp_path):
    (tmp_path / "empty.pcap").touch()
    for name, says in (("absent.pcap", "there is no such file"), (".", "is no file"), ("empty.pcap", "is empty")):
        with pytest.raises(HarnessError, match=says):
            open_capture(tmp_path / name)
