import random
import struct

import numpy as np
import pytest
from fragmenting import fragments
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.network.resolver import encode_query
from harness.errors import MaterialError
from harness.instruments.gateway.answers import answer_dns
from harness.link.ethernet import Arp, Ethernet, Ipv4, TcpSegment, Udp, encode_icmp
from harness.network import Endpoint, Parties, Policy, walk
from harness.network.audit import report_on
from harness.network.capture import Source
from harness.network.decode import decode, odd_options
from harness.network.fast_reading import FastReading
from harness.network.flows import FlowBook
from harness.network.fragments import defragment
from harness.network.pcap import read_capture
from harness.network.reading import Reading
from harness.network.rules import Judge
from harness.network.search import Canary, Search
from harness.network.watch import Watch

pytest.importorskip("numba", reason="without numba there is one way of reading only")

US, ROUTER = bytes.fromhex("020000000002"), bytes.fromhex("020000000001")
OURS, RESOLVER, SERVER, STRANGER = "10.77.0.2", "10.77.0.1", "192.0.2.10", "203.0.113.9"
HOST = "update.example-drone.jp"
QUERY = encode_query(HOST, 7)
TUNNEL = encode_query("nbswy3dpeb3w64tmmqqhi2djonuxgzlmmnqxi2lpnyqg.example", 8)
NTP = b"\x23" + bytes(47)
PAYLOADS = (b"", QUERY, TUNNEL, NTP, b"x" * 20, b"\x16\3\1\0\5\1\0\0\1\0", b"the hidden bridge", bytes(1200))
POLICY = Policy(
    endpoints=(Endpoint(host=HOST), Endpoint(address=STRANGER, port=9, protocol="udp")),
    resolvers=(RESOLVER,),
    time_servers=(HOST,),
)
PARTIES = Parties(macs=frozenset({US.hex(":")}), rig_addresses=frozenset({RESOLVER}))
BY_RIG = Parties(macs=frozenset(), rig_macs=frozenset({ROUTER.hex(":")}))
BY_ADDRESS = Parties(macs=frozenset(), addresses=frozenset({OURS, "fe80::2"}))
SERVICES = ((RESOLVER, 53), (SERVER, 123), (STRANGER, 9), (SERVER, 443), ("8.8.8.8", 53), (SERVER, 5353))
OPTIONS = (bytes.fromhex("0101080a0000000100000000"), bytes.fromhex("fe046c65"), bytes.fromhex("00000001"))
CANARIES = (Canary(name="t", text="the hidden bridge"),)


def pcap(frames, link=1):
    data = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)]
    for number, (frame, size) in enumerate(frames):
        data += [struct.pack("<IIII", 1000 + number, number, len(frame), max(size, len(frame))), frame]
    return b"".join(data)


def facts_of(reading):
    reading.read()
    report = report_on(reading)
    return report.flows, report.findings, reading.facts, reading.state


def both(data, parties=PARTIES, canaries=()):
    """The outcome of both ways of reading."""
    outcomes = []
    for kind in (Reading, FastReading):
        search = Search(canaries=canaries)
        source = Source(name="a", data=data)
        try:
            outcomes.append(facts_of(kind(source=source, policy=POLICY, parties=parties, search=search)))
        except MaterialError as error:
            outcomes.append(str(error))
    return outcomes


def judged_by_all_frames(data, parties):
    """What the judge says when it is given every frame of every flow: slow, simple, and with all packets in memory."""
    book, probes = FlowBook(), {}
    watch = Watch(POLICY, lambda socket: probes.get(socket, []))
    flows = []
    for frame in defragment(map(decode, read_capture(data).packets)):
        ours = parties.sent(frame.source_mac, frame.source)
        flow = book.flow_of(frame, ours)
        if not any(flow is other for other in flows):
            flows.append(flow)
        watch.see(flow, frame, ours)
        flow.count(frame, ours)
        (flow.sent if ours else flow.received).append(frame)
        if frame.protocol == "udp" and not ours:
            socket = (frame.source, frame.source_port, frame.destination, frame.destination_port)
            probes.setdefault(socket, []).append(frame.payload)
    judge = Judge(POLICY, watch.names, probes, parties.rig_addresses)
    spoken = sorted((flow for flow in flows if flow.sent), key=lambda flow: flow.first.number)
    return [(judge.judge(flow).verdict, judge.judge(flow).reason) for flow in spoken]


@given(st.binary(max_size=40))
@settings(max_examples=300)
def test_both_read_options_of_tcp_alike(options):
    data = np.frombuffer(b"." + options, np.uint8)
    assert bool(walk.odd_options(data, 1, data.size)) == bool(odd_options(options))


class Traffic:
    """Frames of a small world, drawn at random: everything that the rules tell apart."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def frames(self, count):
        return [part for _ in range(count) for part in self.broken(self.frame())]

    def broken(self, frame):
        """Now and then in fragments: in order or not, repeated, one lost or overlapped."""
        rng = self.rng
        if rng.random() > 0.15 or frame[1] != len(frame[0]):
            return [frame]
        pieces = fragments(frame[0], rng.choice([8, 24, 64, 600]), rng.choice([1, 2, rng.randrange(1 << 16)]))
        if rng.random() < 0.3:
            rng.shuffle(pieces)
        if rng.random() < 0.3:
            pieces.insert(rng.randrange(len(pieces) + 1), rng.choice(pieces))
        if rng.random() < 0.2:
            del pieces[rng.randrange(len(pieces))]
        if pieces and rng.random() < 0.1:
            pieces[-1] = pieces[-1][:-1] + b"?"
        return [(piece, len(piece)) for piece in pieces]

    def frame(self):
        rng = self.rng
        make = rng.choice([self.tcp, self.tcp, self.udp, self.udp, self.icmp, self.arp, self.ipv6])
        ours = rng.random() < 0.6
        frame = make(ours)
        if rng.random() < 0.1:
            frame = frame[:12] + rng.choice([b"\x81\0\0\5", b"\x88\xa8\0\5\x81\0\0\6"]) + frame[12:]
        if rng.random() < 0.05:
            frame += rng.choice([bytes(8), b"trailer"])
        if rng.random() < 0.05:
            at = rng.randrange(len(frame))
            frame = frame[:at] + rng.randbytes(1) + frame[at + 1 :]
        if rng.random() < 0.03:
            keep = rng.randrange(1, len(frame) + 1)
            return frame[:keep], len(frame)
        return frame, len(frame)

    def send(self, ours, protocol, body, far=STRANGER):
        ends = (OURS, far) if ours else (far, OURS)
        packet = Ipv4(*ends, protocol, body(*ends)).encode()
        if self.rng.random() < 0.03:
            options = b"\x46" + packet[1:20] + bytes(4) + packet[20:]
            packet = options[:2] + len(options).to_bytes(2, "big") + options[4:]
        if self.rng.random() < 0.02:
            packet = packet[:6] + b"\x20\0" + packet[8:]
        return self.ethernet(ours, 0x0800, packet)

    def ethernet(self, ours, kind, packet):
        cards = (ROUTER, US) if ours else (US, ROUTER)
        return Ethernet(*cards, kind, packet).encode()

    def tcp(self, ours):
        rng = self.rng
        ports = (5000 + rng.randrange(2), rng.choice([443, 53, 853]))
        ports = ports if ours else ports[::-1]
        flags = rng.choice([2, 18, 16, 16, 16, 4, 24])
        sequence = rng.choice([1, 2, 7, 22, 17000, 0xFFFFFFFF])
        payload = b"" if flags in (2, 18) else rng.choice(PAYLOADS)
        options = rng.choice(OPTIONS) if rng.random() < 0.1 else b""
        segment = TcpSegment(*ports, sequence, 0, flags, 100, payload, options)
        return self.send(ours, 6, segment.encode, rng.choice([SERVER, STRANGER]))

    def udp(self, ours):
        rng = self.rng
        far, port = rng.choice(SERVICES)
        ports = (6000 + rng.randrange(2), port) if ours else (port, 6000 + rng.randrange(2))
        payload = rng.choice(PAYLOADS)
        if not ours and port == 53:
            payload = answer_dns(QUERY, lambda name: SERVER)
        elif rng.random() < 0.6:
            payload = {53: QUERY, 123: NTP}.get(port, payload)
        return self.send(ours, 17, Udp(*ports, payload).encode, far)

    def icmp(self, ours):
        rng = self.rng
        if rng.random() < 0.3:
            probe = Ipv4(STRANGER, OURS, 17, Udp(9, 6000, rng.choice(PAYLOADS)).encode(STRANGER, OURS)).encode()
            return self.send(True, 1, lambda *ends: encode_icmp(3, 3, bytes(4), probe[: rng.choice([28, 30, 48])]))
        kind = rng.choice([8, 8, 0])
        body = rng.choice([b"abcdefgh", bytes(8), b"secret"])
        return self.send(ours, 1, lambda *ends: encode_icmp(kind, 0, b"\0\1\0" + rng.choice([b"\1", b"\2"]), body))

    def arp(self, ours):
        card = US if ours and self.rng.random() < 0.8 else ROUTER
        return self.ethernet(ours, 0x0806, Arp(1, card, OURS, bytes(6), RESOLVER).encode())

    def ipv6(self, ours):
        rng = self.rng
        head = rng.choice([b"", b"\x11\0\5\2\0\0\1\0", b"\x11\0secret"])
        udp = struct.pack(">HHHH", 5, rng.choice([9, 53]), 12, 0) + b"data"
        ends = [bytes.fromhex("fe80" + "00" * 13 + "02"), bytes.fromhex("2001" + "0d" * 14)]
        body = head + udp
        fixed = struct.pack(">IHBB", 6 << 28, len(body), 0 if head else 17, 64)
        return self.ethernet(ours, 0x86DD, fixed + b"".join(ends if ours else ends[::-1]) + body)


@given(st.integers(0, 1 << 32), st.integers(0, 300), st.sampled_from([PARTIES, BY_RIG, BY_ADDRESS]), st.booleans())
@settings(max_examples=25, deadline=None)
def test_compiled_loops_read_what_plain_python_reads(seed, count, parties, search):
    data = pcap(Traffic(seed).frames(count))
    plain, fast = both(data, parties, CANARIES if search else ())
    assert plain[0] == fast[0]
    assert plain[1:] == fast[1:]


@given(st.integers(0, 1 << 32), st.integers(0, 400))
@settings(max_examples=25, deadline=None)
def test_what_is_not_kept_changes_no_verdict(seed, count):
    frames = [(frame, size) for frame, size in Traffic(seed).frames(count) if size == len(frame)]
    data = pcap(frames)
    (flows, *_), _ = both(data)
    said = [(flow.verdict, flow.reason) for flow in flows]
    exact = judged_by_all_frames(data, PARTIES)
    assert len(said) == len(exact)
    for one, other in zip(said, exact, strict=True):
        # an ICMP message may quote what is no longer remembered: then it is refused
        assert one == other or "quotes no packet" in one[1] or "does not give back" in one[1]


@given(st.integers(0, 1 << 32), st.data())
@settings(max_examples=25, deadline=None)
def test_damaged_captures_read_the_same_both_ways(seed, draw):
    data = bytearray(pcap(Traffic(seed).frames(20)))
    for _ in range(draw.draw(st.integers(0, 6))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    plain, fast = both(bytes(data[: draw.draw(st.integers(0, len(data)))]))
    assert plain == fast


def block(kind, body):
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def pcapng(frames, drops=0, link=1):
    section = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", link, 0, 0))
    data = [section]
    for number, (frame, size) in enumerate(frames):
        head = struct.pack("<IIIII", 0, 0, 1000 + number, len(frame), size)
        dropped = struct.pack("<HHQHH", 4, 8, drops, 0, 0) if drops else b""
        data.append(block(6, head + frame + bytes(-len(frame) % 4) + dropped))
        if number % 7 == 3:
            data += [block(3, struct.pack("<I", len(frame)) + frame), block(0xBAD, b"what")]
        if number % 11 == 10:
            data += [block(5, struct.pack("<III", 0, 0, 0) + struct.pack("<HHQ", 5, 8, number)), section]
    return b"".join(data)


@given(st.integers(0, 1 << 32), st.integers(0, 60), st.integers(0, 3), st.data())
@settings(max_examples=25, deadline=None)
def test_pcapng_reads_the_same_both_ways_also_damaged(seed, count, drops, draw):
    data = bytearray(pcapng(Traffic(seed).frames(count), drops))
    for _ in range(draw.draw(st.integers(0, 2))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    plain, fast = both(bytes(data))
    assert plain == fast


@pytest.mark.parametrize(("link", "head"), [(113, b"\0\4\0\1\0\6" + US + b"\0\0\x08\0"), (101, b""), (228, b"")])
@pytest.mark.parametrize("parties", [PARTIES, BY_ADDRESS, BY_RIG])
def test_other_links_read_the_same_both_ways(link, head, parties):
    frames = [(frame, size) for frame, size in Traffic(3).frames(200) if frame[12:14] == b"\x08\0"]
    packets = [(head + frame[14:], size - 14 + len(head)) for frame, size in frames]
    plain, fast = both(pcap(packets, link), parties)
    assert plain == fast and len(plain[0]) == (0 if not head and parties is not BY_ADDRESS else len(plain[0]))


def test_linux_cooked_v2_reads_the_same_both_ways():
    head = b"\x08\0\0\0" + struct.pack(">IHBB", 1, 1, 4, 6) + US + b"\0\0"
    packets = [(head + frame[14:], size + 6) for frame, size in Traffic(4).frames(200) if frame[12:14] == b"\x08\0"]
    plain, fast = both(pcap(packets, 276))
    assert plain == fast and plain[0]


def test_the_table_of_flows_grows():
    frames = []
    for port in range(1, 3000):
        datagram = Udp(port, 9, b"x").encode(OURS, STRANGER)
        frames.append((Ethernet(ROUTER, US, 0x0800, Ipv4(OURS, STRANGER, 17, datagram).encode()).encode(), 43))
    data = pcap(frames * 2)
    source = Source(name="a", data=data)
    reading = FastReading(source=source, policy=POLICY, parties=PARTIES, search=Search())
    from harness.network import fast_reading as module

    room = module._empty_table
    module._empty_table = lambda flows: room(64 if flows == 4 * module.BATCH else flows)
    try:
        reading.read()
    finally:
        module._empty_table = room
    flows = report_on(reading).flows
    assert len(flows) == 2999 and {flow.packets_sent for flow in flows} == {2}


def test_a_canary_in_segments_of_another_order_is_a_finding_either_way():
    traffic = Traffic(0)
    pieces = [(100, b"the hid"), (117, b" at noon"), (107, b"den bridge")]
    segments = [TcpSegment(5000, 443, place, 0, 16, 100, payload) for place, payload in pieces]
    frames = [traffic.send(True, 6, segment.encode, SERVER) for segment in segments]
    for _, findings, *_ in both(pcap([(frame, len(frame)) for frame in frames]), canaries=CANARIES):
        assert "canary" in {finding.kind for finding in findings}
