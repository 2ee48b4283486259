import struct
from dataclasses import replace

import pytest
from fragmenting import fragments
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from harness.link.ethernet import Ethernet, Ipv4
from harness.network.audit import Options, audit, examine
from harness.network.capture import Source
from harness.network.decode import Frame, decode
from harness.network.fragments import MOST_OPEN, MOST_PIECES, PATIENCE, Fragments, Whole, defragment
from harness.network.pcap import RAW, Packet
from harness.network.policy import Endpoint, Parties, Policy

US, ROUTER = bytes.fromhex("020000000002"), bytes.fromhex("020000000001")
OURS, FAR = "10.77.0.2", "192.0.2.9"
POLICY = Policy(endpoints=(Endpoint(address=FAR, port=9, protocol="udp"),))
PARTIES = Parties(macs=frozenset({US.hex(":")}))
BODY = bytes(range(256)) * 4


def datagram(body=BODY, port=9):
    udp = struct.pack(">HHHH", 5000, port, 8 + len(body), 0) + body
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0)
    return Ethernet(ROUTER, US, 0x0800, head + bytes((10, 77, 0, 2, 192, 0, 2, 9)) + udp).encode()


def datagram6(body=BODY):
    udp = struct.pack(">HHHH", 5000, 9, 8 + len(body), 0) + body
    ends = bytes.fromhex("20010db8" + "00" * 11 + "01" + "20010db8" + "00" * 11 + "02")
    head = struct.pack(">IHBB", 6 << 28, len(udp), 17, 64)
    return Ethernet(ROUTER, US, 0x86DD, head + ends + udp).encode()


def read(*pieces, times=None):
    times = times or [0.01 * number for number in range(len(pieces))]
    return [
        decode(Packet(number, time, data, len(data)))
        for number, (time, data) in enumerate(zip(times, pieces, strict=True), 1)
    ]


def taken(fragments, *frames):
    return [part for frame in frames for part in fragments.take(frame)]


@given(st.sampled_from([datagram, datagram6]), st.integers(1, 40), st.integers(0, 1500), st.randoms(), st.data())
@settings(max_examples=200)
def test_any_order_and_repetition_give_the_packet_as_it_was(make, eights, size, rng, data):
    frame = make(rng.randbytes(size))
    pieces = fragments(frame, 8 * eights)
    assume(len(pieces) > 1 or make is datagram6)
    extra = data.draw(st.lists(st.sampled_from(pieces), max_size=5)) if len(pieces) < MOST_PIECES else []
    pieces = pieces + extra
    rng.shuffle(pieces)
    book = Fragments()
    parts = taken(book, *read(*pieces))
    (whole,) = (part for part in parts if isinstance(part, Whole) and not part.again)
    wanted = decode(Packet(whole.frame.number, whole.frame.time, frame, len(frame)))
    assert whole.frame == wanted and (book.whole, book.incomplete) == (1, 0)
    assert sum(part.pieces for part in parts) == len(pieces)
    assert sum(part.size for part in parts) == sum(map(len, pieces))
    assert list(book.end()) == []


@given(st.sampled_from([datagram, datagram6]), st.integers(1, 40), st.randoms())
def test_a_lost_fragment_is_counted_and_the_others_are_given_back(make, eights, rng):
    pieces = fragments(make(), 8 * eights)
    lost = rng.randrange(len(pieces))
    frames = read(*pieces[:lost], *pieces[lost + 1 :])
    book = Fragments()
    assert taken(book, *frames) == []
    given = list(book.end())
    assert [replace(frame, problem="") for frame in given] == frames
    assert (book.whole, book.incomplete, book.first_incomplete) == (0, 1, 1)
    assert all("not whole" in frame.problem for frame in given)


@given(st.sampled_from([datagram, datagram6]), st.integers(2, 40), st.randoms(), st.integers(1, 255))
def test_a_packet_that_can_be_read_two_ways_is_refused_whole(make, eights, rng, change):
    frame = make()
    pieces = fragments(frame, 8 * eights)
    other = bytearray(rng.choice(pieces[:-1]))
    other[-1] ^= change
    # before the last fragment has come
    pieces.insert(rng.randrange(len(pieces)), bytes(other))
    book = Fragments()
    parts = taken(book, *read(*pieces))
    assert not any(isinstance(part, Whole) for part in parts)
    assert len(parts) == len(pieces) and all("overlap" in part.problem or "disagree" in part.problem for part in parts)
    assert (book.whole, book.incomplete) == (0, 1)
    assert list(book.end()) == []


@pytest.mark.parametrize("place", [0, 1, 2])
def test_another_version_of_the_last_fragment_is_never_passed_over(place):
    pieces = fragments(datagram(bytes(100)), 40)
    pieces.insert(place, pieces[-1][:-1] + b"x")
    assert any("not whole" in frame.problem for frame in defragment(read(*pieces)))


def test_fragments_that_overlap_in_part_are_refused():
    head, tail = fragments(datagram(bytes(56)), 40)
    shifted = bytearray(tail)
    shifted[21] -= 1
    parts = taken(Fragments(), *read(head, bytes(shifted)))
    assert [part.problem for part in parts] == ["fragments overlap"] * 2


@pytest.mark.parametrize(
    ("offset", "more", "body", "wanted"),
    [
        (65528, False, bytes(8), "more than 65515 bytes"),
        (8, True, bytes(7), "of 7 bytes that is not the last"),
        (8, True, b"", "of 0 bytes"),
        (0, False, b"", "of 0 bytes"),
    ],
)
def test_a_fragment_that_cannot_be_is_refused(offset, more, body, wanted):
    packet = bytearray(Ipv4(OURS, FAR, 17, body).encode())
    packet[4:8] = struct.pack(">HH", 7, (0x2000 if more else 0) | offset // 8)
    (frame,) = read(Ethernet(ROUTER, US, 0x0800, bytes(packet)).encode())
    if frame.piece is None:
        return
    (part,) = taken(Fragments(), frame)
    assert wanted in part.problem


def test_two_ends_of_a_packet_are_refused():
    pieces = fragments(datagram(bytes(100)), 40)
    longer = fragments(datagram(bytes(101)), 40)
    for order in ((pieces[-1], longer[-1]), (fragments(datagram(bytes(200)), 40)[4], pieces[-1])):
        parts = taken(Fragments(), *read(*order))
        assert len(parts) == 2 and {"disagree" in part.problem or "overlap" in part.problem for part in parts} == {True}


def test_patience_is_a_minute_of_the_capture():
    head, tail = fragments(datagram(bytes(56)), 40)
    assert isinstance(taken(Fragments(), *read(head, tail, times=(0.0, PATIENCE)))[0], Whole)
    book = Fragments()
    (late,) = taken(book, *read(head, tail, times=(0.0, PATIENCE + 1.0)))
    assert (late.number, book.incomplete) == (1, 1)
    assert [frame.number for frame in book.end()] == [2] and book.incomplete == 2


def test_an_identification_may_be_used_again():
    one, other = (fragments(datagram(body), 40) for body in (b"a" * 100, b"b" * 100))
    book = Fragments()
    wholes = taken(book, *read(*one, *other))
    assert [part.frame.payload[:1] for part in wholes] == [b"a", b"b"] and book.incomplete == 0


def test_what_is_held_is_bounded():
    book, given = Fragments(), 0
    for number in range(5 * MOST_OPEN):
        head = fragments(datagram(bytes(1000)), 64, number)[0]
        given += len(taken(book, *read(head, times=(0.001 * number,))))
        assert len(book._open) <= MOST_OPEN
    assert given == 4 * MOST_OPEN == book.incomplete
    small = fragments(datagram(bytes(8 * MOST_PIECES)), 8)
    parts = taken(Fragments(), *read(*small))
    assert len(parts) == len(small) and f"more than {MOST_PIECES} fragments" in parts[0].problem


def test_bytes_beside_the_payload_of_a_fragment_stay_beside_it():
    head, tail = fragments(datagram(bytes(56)), 40)
    options = b"\x46" + head[15:34] + bytes(4) + head[34:]
    options = head[:14] + options[:2] + (len(options)).to_bytes(2, "big") + options[4:]
    (whole,) = taken(Fragments(), *read(options, tail))
    assert whole.frame.payload == bytes(56) and whole.frame.aside
    reserved = bytearray(fragments(datagram6(bytes(56)), 40)[0])
    reserved[55] = 1
    (whole,) = taken(Fragments(), *read(bytes(reserved), fragments(datagram6(bytes(56)), 40)[1]))
    assert whole.frame.aside


def test_nested_fragments_and_neighbour_discovery_are_refused():
    inner = fragments(datagram6(bytes(200)), 400)[0]
    nested = bytearray(inner)
    nested[20] = 44
    (whole,) = taken(Fragments(), *read(*fragments(bytes(nested[:54]) + inner[54:], 64, 9)))
    assert "within a fragmented" in whole.frame.problem
    packet = bytearray(datagram6(bytes(100)))
    packet[20], packet[54] = 58, 135
    (whole,) = taken(Fragments(), *read(*fragments(bytes(packet), 64)))
    assert "RFC 6980" in whole.frame.problem


def test_packets_without_a_card_and_of_two_cards():
    pieces = [piece[14:] for piece in fragments(datagram(), 400)]
    frames = [decode(Packet(1, 0.0, piece, len(piece), RAW)) for piece in pieces]
    (whole,) = defragment(frames)
    assert (whole.protocol, whole.payload, whole.source_mac) == ("udp", BODY, b"")
    mixed = read(*fragments(datagram(), 400))
    forged = [replace(mixed[0], source_mac=ROUTER), *mixed[1:]]
    assert {frame.protocol for frame in defragment(forged)} == {"fragment"}


@given(st.lists(st.binary(max_size=60), max_size=30))
@example([b"\x45\0\0\x1c\0\1\x20\0\x40\x11\0\0\n\0\0\1\n\0\0\2" + bytes(8)])
def test_no_bytes_crash_it(bodies):
    book = Fragments()
    for number, body in enumerate(bodies):
        ends = bytes((10, 0, 0, 1, 10, 0, 0, 2))
        flags = body[:2].ljust(2, b"\0")
        packet = struct.pack(">BBHH2sBBH", 0x45, 0, 20 + len(body), 1, flags, 64, 17, 0) + ends + body
        frame = decode(Packet(number, 0.0, packet, len(packet), RAW))
        if frame.piece is not None:
            assert all(isinstance(part, Frame | Whole) for part in book.take(frame))
    list(book.end())


def test_the_audit_reads_what_is_whole_and_counts_what_was_on_the_wire(pcap_of):
    pieces = fragments(datagram(), 400)
    report = audit(pcap_of(*pieces, pieces[0]), POLICY, PARTIES)
    (flow,) = report.flows
    assert (flow.responder, flow.packets_sent, flow.payload_sent) == ((FAR, 9), len(pieces) + 1, len(BODY))
    assert flow.bytes_sent == sum(map(len, pieces)) + len(pieces[0])
    assert (report.level, report.power.from_article, flow.first_packet) == ("clean", len(pieces) + 1, len(pieces))


def test_what_is_not_whole_is_a_finding_of_the_article_and_a_doubt_of_others(pcap_of):
    pieces = fragments(datagram(), 400)
    report = examine(Source(name="a", data=pcap_of(*pieces[:-1])), POLICY, PARTIES)
    assert report.level == "findings" and "not whole" in report.findings[0].detail
    inwards = [US + ROUTER + piece[12:] for piece in pieces]
    report = examine(Source(name="a", data=pcap_of(datagram(b"x"), *inwards[1:])), POLICY, PARTIES, Options())
    assert report.level == "not fully examined" and "the first begins with packet 2" in report.doubts[0]
