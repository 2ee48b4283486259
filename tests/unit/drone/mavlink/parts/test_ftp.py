"""MAVFTP: reading in pieces and bursts, listing, repeated and impossible requests."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.parts.filetree import FileTree
from harness.drone.mavlink.parts.ftp import IDLE_TIME, MOST_PACKETS, MOST_SESSIONS, FileTransfer

HEADER = struct.Struct("<HBBBBBxI")
TERMINATE, RESET, LIST, OPEN, READ, CRC, BURST = 1, 2, 3, 4, 5, 14, 15
ACK, NAK = 128, 129
FAIL, SIZE, SESSION, FULL, EOF, UNKNOWN, PROTECTED, MISSING = 1, 3, 4, 5, 6, 7, 9, 10
LOG = bytes(range(251)) * 41


class Reply:
    def __init__(self, message):
        payload = bytes(message.payload)
        self.seq, self.session, self.opcode, size, self.asked, self.complete, self.offset = HEADER.unpack(payload[:12])
        self.data = payload[12 : 12 + size]
        self.target = (message.target_system, message.target_component)

    @property
    def error(self):
        return self.data[0] if self.opcode == NAK else None


class Rig:
    def __init__(self, helpers):
        self.post, self.files, self.helpers = helpers.FakePost(), helpers.FakeFiles(), helpers
        photos = {f"IMG_{number:04d}.JPG": b"jpeg" * number for number in range(1, 31)}
        self.files.files = {"FLIGHT.LOG": LOG, **photos}
        self.ftp = FileTransfer(FileTree(self.files, {"@PARAM/param.pck": lambda: b"packed"}))
        self.ftp.start(self.post)
        self.seq = 0

    def do(self, opcode, data=b"", channel=None, system=255, **fields):
        self.seq = fields.get("seq", self.seq + 2)
        size = len(data) if fields.get("size") is None else fields["size"]
        head = (self.seq, fields.get("session", 0), opcode, size, 0, 0, fields.get("offset", 0))
        payload = HEADER.pack(*head) + data
        message = mavlink.MAVLink_file_transfer_protocol_message(0, 1, 1, list(payload.ljust(251, b"\0")))
        self.ftp.handlers["FILE_TRANSFER_PROTOCOL"](
            channel or self.helpers.USB, self.helpers.from_station(message, system)
        )
        return self.replies()

    def replies(self):
        return [Reply(message) for message in self.post.take()]

    def one(self, *args, **how):
        (reply,) = self.do(*args, **how)
        return reply


@pytest.fixture
def rig(helpers):
    return Rig(helpers)


def test_a_file_is_opened_read_and_closed(rig):
    opened = rig.one(OPEN, b"/logs/FLIGHT.LOG\0", session=3)
    assert (opened.opcode, opened.asked, opened.session, opened.seq) == (ACK, OPEN, 3, rig.seq + 1)
    assert opened.target == (255, 190) and struct.unpack("<I", opened.data) == (len(LOG),)
    got = b""
    while (reply := rig.one(READ, offset=len(got), size=239, session=3)).opcode == ACK:
        assert reply.offset == len(got)
        got += reply.data
    assert got == LOG and reply.error == EOF
    assert rig.one(TERMINATE, session=3).opcode == rig.one(TERMINATE, session=3).opcode == ACK
    assert rig.one(READ, size=10, session=3).error == SESSION and rig.ftp.sessions == 0


@pytest.mark.parametrize("radio", [True, False])
def test_a_burst_brings_the_file_at_a_pace(rig, helpers, radio):
    channel = helpers.RADIO if radio else helpers.USB
    rig.do(OPEN, b"/logs/FLIGHT.LOG", channel=channel)
    got = rig.do(BURST, offset=100, size=200, channel=channel)
    assert len(got) == (1 if radio else 20)
    rig.post.run(30.0)
    got += rig.replies()
    assert b"".join(reply.data for reply in got) == LOG[100:]
    assert [reply.seq for reply in got] == list(range(rig.seq + 1, rig.seq + 1 + len(got)))
    assert [reply.complete for reply in got] == [0] * (len(got) - 1) + [1]
    assert {(reply.opcode, reply.asked) for reply in got} == {(ACK, BURST)}
    assert got[3].offset == 700 and not rig.post.waiting


def test_a_long_file_takes_several_bursts(rig):
    rig.do(OPEN, b"/logs/FLIGHT.LOG")
    got = rig.do(BURST, size=10)
    rig.post.run(30.0)
    got += rig.replies()
    assert len(got) == MOST_PACKETS and got[-1].complete and b"".join(each.data for each in got) == LOG[:2000]
    assert rig.one(BURST, offset=len(LOG), size=10).error == EOF


def test_a_gap_is_read_during_a_burst_and_closing_ends_it(rig, helpers):
    rig.do(OPEN, b"/logs/FLIGHT.LOG", channel=helpers.RADIO)
    rig.do(BURST, size=239, channel=helpers.RADIO)
    assert rig.one(READ, offset=5, size=7, channel=helpers.RADIO).data == LOG[5:12]
    rig.do(TERMINATE, channel=helpers.RADIO)
    rig.post.run(5.0)
    assert rig.replies() == [] and not rig.post.waiting


def test_directories_are_listed_in_pieces(rig):
    assert rig.one(LIST, b"/").data == b"Dlogs\0Dphotos\0D@PARAM\0"
    lines = []
    while (reply := rig.one(LIST, b"/photos", offset=len(lines))).opcode == ACK:
        assert reply.data.endswith(b"\0")
        lines += reply.data.split(b"\0")[:-1]
    assert reply.error == EOF
    assert lines == [f"FIMG_{number:04d}.JPG\t{4 * number}".encode() for number in range(1, 31)]
    assert rig.one(LIST, b"/none").error == MISSING


def test_the_checksum_is_ardupilots(rig):
    (crc,) = struct.unpack("<I", rig.one(CRC, b"/logs/FLIGHT.LOG").data)
    assert crc == zlib.crc32(LOG, 0xFFFFFFFF) ^ 0xFFFFFFFF
    assert rig.one(CRC, b"/logs/NO.LOG").error == MISSING


@pytest.mark.parametrize("opcode", [6, 7, 8, 9, 10, 11, 12, 13])
def test_nothing_can_be_written(rig, opcode):
    assert rig.one(opcode, b"/logs/FLIGHT.LOG").error == PROTECTED
    assert rig.files.files["FLIGHT.LOG"] == LOG


@pytest.mark.parametrize(
    ("opcode", "data", "how", "error"),
    [
        (77, b"", {}, UNKNOWN),
        (OPEN, b"/logs/../logs/FLIGHT.LOG", {}, MISSING),
        (OPEN, b"/logs/\xff", {}, MISSING),
        (OPEN, b"", {}, MISSING),
        (OPEN, b"/logs/FLIGHT.LOG", {"size": 255}, SIZE),
        (LIST, b"..", {}, MISSING),
        (READ, b"", {"size": 10}, SESSION),
        (BURST, b"", {"size": 10}, SESSION),
    ],
)
def test_what_cannot_be_done(rig, opcode, data, how, error):
    assert rig.one(opcode, data, **how).error == error


@pytest.mark.parametrize("opcode", [READ, BURST])
@pytest.mark.parametrize(("size", "offset", "error"), [(0, 0, SIZE), (240, 0, SIZE), (10, 2**32 - 1, EOF)])
def test_impossible_pieces(rig, opcode, size, offset, error):
    rig.do(OPEN, b"/logs/FLIGHT.LOG")
    assert rig.one(opcode, size=size, offset=offset).error == error


def test_a_repeated_request_gets_the_same_answer(rig):
    rig.do(OPEN, b"/logs/FLIGHT.LOG")
    first = rig.one(LIST, b"/photos", seq=10)
    rig.files.files = {}
    assert rig.one(LIST, b"/photos", seq=10).data == first.data
    assert rig.one(LIST, b"/photos", seq=12).error == EOF


def test_sessions_are_per_station_and_have_an_end(rig):
    for number in range(MOST_SESSIONS):
        assert rig.one(OPEN, b"/logs/FLIGHT.LOG", session=number).opcode == ACK
    assert rig.one(OPEN, b"/logs/FLIGHT.LOG", system=250).error == FULL
    assert rig.one(OPEN, b"@PARAM/param.pck", session=1).opcode == ACK
    assert rig.one(READ, size=6, session=1).data == b"packed"
    rig.do(RESET, system=250)
    assert rig.ftp.sessions == MOST_SESSIONS
    rig.post.run(IDLE_TIME + 1)
    assert rig.one(OPEN, b"/logs/FLIGHT.LOG", system=250).opcode == ACK and rig.ftp.sessions == 1
    rig.do(RESET, system=250)
    assert rig.ftp.sessions == 0


def test_a_recorder_that_is_off_is_a_failure(rig, helpers):
    rig.do(OPEN, b"/logs/FLIGHT.LOG", channel=helpers.RADIO)
    rig.do(BURST, size=239, channel=helpers.RADIO)
    rig.files.off = True
    rig.post.run(1.0)
    assert [reply.error for reply in rig.replies()] == [FAIL] and not rig.post.waiting
    assert rig.one(OPEN, b"/logs/FLIGHT.LOG").error == rig.one(LIST, b"/logs").error == FAIL
    assert rig.one(READ, size=9, channel=helpers.RADIO).error == FAIL


def test_power_off_leaves_nothing(rig, helpers):
    rig.do(OPEN, b"/logs/FLIGHT.LOG", channel=helpers.RADIO)
    rig.do(BURST, size=239, channel=helpers.RADIO)
    rig.ftp.stop()
    assert rig.ftp.sessions == 0 and not rig.post.waiting


PATHS = st.sampled_from([b"/logs/FLIGHT.LOG", b"/photos/IMG_0003.JPG", b"@PARAM/param.pck", b"/photos", b"/", b".."])
ANY = st.tuples(
    st.sampled_from([TERMINATE, RESET, LIST, OPEN, READ, CRC, BURST]) | st.integers(0, 255),
    PATHS | st.binary(max_size=239),
    st.sampled_from([None, 0, 1, 200, 239]) | st.integers(0, 255),
    st.sampled_from([0, 4, 9000]) | st.integers(0, 2**32 - 1),
    st.integers(0, 255),
    st.integers(0, 3) | st.integers(0, 65_535),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(ANY, max_size=30))
def test_nothing_that_comes_in_raises_and_it_comes_to_rest(helpers, requests):
    rig = Rig(helpers)
    for opcode, data, size, offset, session, seq in requests:
        rig.do(opcode, data, size=size, offset=offset, session=session, seq=seq)
        rig.post.run(0.05)
        assert rig.ftp.sessions <= MOST_SESSIONS
    rig.post.run(60.0)
    assert not rig.post.waiting
