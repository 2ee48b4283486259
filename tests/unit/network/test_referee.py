"""tshark as the referee: the same destinations, names and server names on captures of every form."""

import ipaddress
import random
import shutil
import ssl
import struct
import subprocess

import pytest
from fragmenting import fragments

from harness.drone.network.resolver import encode_query
from harness.link.ethernet import Ethernet, Ipv4, TcpSegment, Udp
from harness.network import Endpoint, Parties, Policy, Source
from harness.network.audit import report_on
from harness.network.fast_reading import FastReading
from harness.network.reading import Reading
from harness.network.search import Search

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
US, ROUTER = bytes.fromhex("020000000002"), bytes.fromhex("020000000001")
OURS = "10.77.0.2"
PARTIES = Parties(macs=frozenset({US.hex(":")}))
TAGS = (b"", b"\x81\0\0\5", b"\x88\xa8\0\5\x81\0\0\6")


def hello(name):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    return outgoing.read()


def frame_of(destination, protocol, body):
    return Ethernet(ROUTER, US, 0x0800, Ipv4(OURS, destination, protocol, body).encode()).encode()


def frame(destination, protocol, body, tags=b""):
    packet = Ipv4(OURS, destination, protocol, body.encode(OURS, destination)).encode()
    whole = Ethernet(ROUTER, US, 0x0800, packet).encode()
    return whole[:12] + tags + whole[12:]


def session(number, rng):
    """A TLS call, its hello cut at random into segments as large post-quantum ones are."""
    far, port, place = f"192.0.2.{number}", 40000 + number, 100
    data, frames = hello(f"host-{number}.example"), [frame(f"192.0.2.{number}", 6, TcpSegment(port, 443, 99, 0, 2))]
    while data:
        size = rng.randrange(50, 400)
        frames.append(frame(far, 6, TcpSegment(port, 443, place, 1, 24, 1024, data[:size]), rng.choice(TAGS)))
        place, data = place + size, data[size:]
    return frames


def traffic():
    rng = random.Random(1)
    frames = [one for number in range(1, 20) for one in session(number, rng)]
    for number in range(1, 20):
        query = encode_query(f"name-{number}.example", number)
        frames.append(frame("8.8.8.8", 17, Udp(5000 + number, 53, query), rng.choice(TAGS)))
    return frames


def six(source, destination, protocol, body):
    """A packet of IPv6 with its checksum, which tshark looks at in what came in fragments."""
    ends = b"".join(ipaddress.ip_address(address).packed for address in (source, destination))
    at = {6: 16, 17: 6}[protocol]
    total = ends + struct.pack(">II", len(body), protocol) + body + bytes(len(body) % 2)
    total = sum(struct.unpack(f">{len(total) // 2}H", total))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    body = body[:at] + struct.pack(">H", 0xFFFF ^ total) + body[at + 2 :]
    head = struct.pack(">IHBB", 6 << 28, len(body), protocol, 64)
    return Ethernet(ROUTER, US, 0x86DD, head + ends + body).encode()


def shuffled(rng, frames):
    rng.shuffle(frames)
    return frames


def fragmented_traffic():
    """Queries, answers and TLS hellos, each in fragments of IPv4 or IPv6, in any order."""
    rng, frames = random.Random(2), []
    ours, far = "2001:db8::2", "2001:db8::9"
    for number in range(1, 20):
        query = encode_query(f"name-{number}.example", number)
        answer = query[:2] + b"\x81\x80\0\1\0\1" + query[8:] + b"\xc0\x0c\0\1\0\1\0\0\x0e\x10\0\4\xc0\0\2"
        answer += bytes([number])
        ask = Udp(5000 + number, 53, query).encode(OURS, "8.8.8.8")
        say = Ipv4("8.8.8.8", OURS, 17, Udp(53, 5000 + number, answer).encode("8.8.8.8", OURS)).encode()
        frames += shuffled(rng, fragments(frame_of("8.8.8.8", 17, ask), 16, number))
        frames += shuffled(rng, fragments(Ethernet(US, ROUTER, 0x0800, say).encode(), 24, 100 + number))
        greeting, port = hello(f"host-{number}.example")[:1400], 40000 + number
        parts = [TcpSegment(port, 443, 99, 0, 2), TcpSegment(port, 443, 100, 1, 24, 1024, greeting)]
        if number % 2:
            calls = [frame(f"192.0.2.{number}", 6, part) for part in parts]
        else:
            calls = [six(ours, far, 6, part.encode(OURS, OURS)) for part in parts]
        frames.append(calls[0])
        frames += shuffled(rng, fragments(calls[1], 8 * rng.randrange(4, 60), 200 + number))
        frames += shuffled(
            rng, fragments(six(ours, far, 17, struct.pack(">HHHH", 7, number, 108, 0) + bytes(100)), 40, number)
        )
    return frames


def pcapng(frames):
    def block(kind, body):
        body += bytes(-len(body) % 4)
        size = struct.pack("<I", len(body) + 12)
        return struct.pack("<I", kind) + size + body + size

    data = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0))
    for number, one in enumerate(frames):
        data += block(6, struct.pack("<IIIII", 0, 0, 1000 + number, len(one), len(one)) + one)
    return data


def seen_by_tshark(path):
    """Calls, server names, and who was asked for which name; tshark takes a second to start, so it runs once."""
    names = ("ip.dst", "tcp.dstport", "tcp.flags.syn", "tls.handshake.extensions_server_name", "dns.qry.name")
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", *(part for name in names for part in ("-e", name))]
    lines = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
    rows = [line.split("\t") for line in lines]
    called = {(row[0], row[1]) for row in rows if row[2] in ("1", "True")}
    return called, {row[3] for row in rows if row[3]}, {(row[0], row[4]) for row in rows if row[4]}


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
def test_tshark_and_both_readers_see_the_same(tmp_path, pcap_of, form):
    frames = traffic()
    data = pcap_of(*frames) if form == "pcap" else pcapng(frames)
    path = tmp_path / f"a.{form}"
    path.write_bytes(data)
    called, names, asked = seen_by_tshark(path)
    assert len(called) == len(names) == len(asked) == 19
    for kind in (Reading, FastReading):
        reading = kind(
            source=Source(name="a", data=data), policy=Policy(endpoints=()), parties=PARTIES, search=Search()
        )
        reading.read()
        flows = report_on(reading).flows
        assert {(flow.far, str(flow.responder[1])) for flow in flows if flow.protocol == "tcp"} == called
        assert {flow.server_name for flow in flows if flow.application == "tls"} == names
        queries = [frame.payload for flow in reading.flows() if flow.protocol == "udp" for frame in flow.sent]
        assert {("8.8.8.8", f"name-{int.from_bytes(query[:2], 'big')}.example") for query in queries} == asked


def fragments_by_tshark(path):
    """Destinations and ports, server names, and names asked for and answered, of what tshark puts together."""
    names = ("ip.dst", "ipv6.dst", "tcp.dstport", "udp.dstport", "tls.handshake.extensions_server_name")
    more = ("dns.qry.name", "dns.a", "ip.fragments", "ipv6.fragments", "frame.number")
    command = [
        "tshark",
        "-n",
        "-r",
        str(path),
        "-T",
        "fields",
        *(part for name in names + more for part in ("-e", name)),
    ]
    lines = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
    return [line.split("\t") for line in lines]


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
def test_tshark_and_both_readers_put_the_same_fragments_together(tmp_path, pcap_of, form):
    frames = fragmented_traffic()
    data = pcap_of(*frames) if form == "pcap" else pcapng(frames)
    path = tmp_path / f"a.{form}"
    path.write_bytes(data)
    rows = fragments_by_tshark(path)
    ends = {(row[0] or row[1], int(row[2] or row[3])) for row in rows if row[2] or row[3]}
    names = {row[4] for row in rows if row[4]}
    answered = {(row[5], row[6]) for row in rows if row[6]}
    assert (len(names), len(answered)) == (19, 19)
    policy = Policy(endpoints=tuple(Endpoint(host=name) for name, _ in answered), resolvers=("8.8.8.8",))
    for kind in (Reading, FastReading):
        reading = kind(source=Source(name="a", data=data), policy=policy, parties=PARTIES, search=Search())
        reading.read()
        assert (reading.fragments.incomplete, reading.facts.from_article) == (0, sum(one[6:12] == US for one in frames))
        report = report_on(reading)
        flows = report.flows
        assert {flow.responder for flow in flows} | {(OURS, 5000 + number) for number in range(1, 20)} == ends
        assert {flow.server_name for flow in flows if flow.application == "tls"} == names
        found = {(name, address) for name, address in answered if reading.names.resolved(name, address, 1e10)}
        assert found == answered
        whole = {int(row[9]) for row in rows if (row[7] or row[8])}
        assert {flow.first_packet for flow in flows if flow.protocol == "udp"} <= whole
