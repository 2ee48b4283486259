import shutil
import struct
import subprocess
import time

import pytest
from fake_tape import ARTICLE, MACS, ROUTER, classic, frame, moment, pcapng
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import RigError
from harness.instruments.gateway import EPOCH
from harness.instruments.network import tape as tape_module
from harness.instruments.network.tape import read_tape
from harness.instruments.settings import PcapSettings
from harness.network.pcap import read_capture
from harness.targets.packetwire import ip, open_packets, why_not

FRAMES = ((1.0, frame(ROUTER)), (2.5, frame()), (9.0, frame(size=300)))


@pytest.fixture
def read(tmp_path):
    def of(data, **changes):
        path = tmp_path / "tap.pcap"
        path.write_bytes(data)
        told = {"file": path.name, **MACS, "power_on": moment(2.0), "lost": 0, **changes}
        return read_tape(path, PcapSettings(**told))

    return of


def test_a_whole_capture_is_read_with_its_times(read):
    tape = read(classic(*FRAMES))
    assert (tape.name, len(tape.packets), tape.sent) == ("tap.pcap", 3, 2)
    times = [each - EPOCH for each in (tape.began, tape.power_on, tape.first, tape.ended)]
    assert times == pytest.approx([1.0, 2.0, 2.5, 9.0])
    assert tape.length == pytest.approx(7.0) and len(tape.sha256) == 64
    assert read_capture(tape.as_classic()).packets == tape.packets


def test_what_dumpcap_says_of_itself_needs_nobody_to_state_it(read):
    tape = read(pcapng(*FRAMES[1:], started=0.5, ended=12.0, dropped=0), lost=None, started=moment(5.0))
    assert [each - EPOCH for each in (tape.began, tape.ended)] == pytest.approx([0.5, 12.0])
    assert [packet.data for packet in read_capture(tape.as_classic()).packets] == [data for _, data in FRAMES[1:]]


def test_begin_and_end_can_be_stated_where_the_file_does_not_say_them(read):
    tape = read(classic(*FRAMES[1:]), started=moment(0.0), ended=moment(60.0))
    assert [each - EPOCH for each in (tape.began, tape.ended)] == pytest.approx([0.0, 60.0])


@pytest.mark.parametrize(
    ("data", "changes", "problem"),
    [
        (b"", {}, "not a network capture: it begins with nothing"),
        (b"hello, I am a text", {}, "not a network capture"),
        (classic(*FRAMES)[:-1], {}, "capture is truncated"),
        (classic(), {}, "there is no packet in it"),
        (
            classic(*FRAMES),
            {"lost": None},
            "nothing says how many packets were lost: write pcapng with dumpcap, or stat",
        ),
        (pcapng(*FRAMES), {"lost": None}, "nothing says how many packets were lost"),
        (classic(*FRAMES), {"lost": 2}, "2 packets were lost while capturing, wanted 0"),
        (pcapng(*FRAMES, dropped=3), {}, "3 packets were lost while capturing, wanted 0"),
        (classic(FRAMES[0]), {}, f"no frame of the article \\({ARTICLE}\\) is in the capture"),
        (
            classic(*FRAMES[1:]),
            {},
            r"began 0\.500 s after power-on \(2026-01-01T00:00:02\.000\+00:00\): start it first",
        ),
        (pcapng(*FRAMES, started=4.0, dropped=0), {}, r"the capture began 2\.000 s after power-on"),
        (
            classic(*FRAMES),
            {"power_on": moment(3.0)},
            r"the article sent 0\.500 s before its power-on .*: correct power",
        ),
        (
            classic(*FRAMES),
            {"states": ({"name": "idle", "start": moment(3.0), "end": moment(10.0)},)},
            "the state 'idle' is not between power-on and the end of the capture",
        ),
    ],
)
def test_what_shows_nothing_is_refused_in_one_line(read, data, changes, problem):
    with pytest.raises(RigError, match=rf"tap\.pcap: .*{problem}") as caught:
        read(data, **changes)
    assert "\n" not in str(caught.value)


def test_cut_packets_and_other_links_are_refused(read):
    cut = bytearray(classic(*FRAMES))
    cut[36:40] = struct.pack("<I", 200)
    with pytest.raises(RigError, match="packet 1 is cut, 60 of 200 bytes are there: capture whole packets"):
        read(bytes(cut))
    cooked = bytearray(classic(*FRAMES))
    cooked[20:24] = struct.pack("<I", 113)
    with pytest.raises(RigError, match="packet 1 is of link type 113: capture on the Ethernet port, not on any"):
        read(bytes(cooked))


def test_a_file_that_is_absent_or_huge_is_told(tmp_path, read, monkeypatch):
    told = PcapSettings(file="x", **MACS, power_on=moment(0.0))
    with pytest.raises(RigError, match=r"x: the capture cannot be read \(No such file or directory\): put it there"):
        read_tape(tmp_path / "x", told)
    monkeypatch.setattr(tape_module, "MOST_BYTES", 100)
    with pytest.raises(RigError, match="has 408 bytes, at most 100 are read: cut it with editcap"):
        read(classic(*FRAMES, (9.5, frame(size=60)))[:408])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 260), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(read, place, damage):
    data = bytearray(pcapng(*FRAMES, started=0.5, ended=12.0, dropped=0))
    data[place : place + len(damage)] = damage
    try:
        assert read(bytes(data)).sent > 0
    except RigError as error:
        assert "tap.pcap: " in str(error)


@pytest.mark.skipif(bool(why_not()) or shutil.which("dumpcap") is None, reason=why_not() or "dumpcap is not installed")
def test_a_capture_of_dumpcap_itself_says_all_that_is_needed(tmp_path):
    ip("link", "add", "dctd0", "type", "veth", "peer", "name", "dctd1")
    path = tmp_path / "real.pcapng"
    try:
        for name in ("dctd0", "dctd1"):
            ip("link", "set", name, "addrgenmode", "none", "up")
        command = ["dumpcap", "-q", "-i", "dctd0", "-a", "packets:2", "-w", str(path)]
        tap = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open_packets("dctd1") as own:
            end = time.monotonic() + 10
            while tap.poll() is None and time.monotonic() < end:
                own.send(frame())
                time.sleep(0.05)
        assert tap.wait(10) == 0
    finally:
        ip("link", "del", "dctd0")
    told = read_capture(path.read_bytes())
    power_on = tape_module.datetime.fromtimestamp(told.packets[0].time, tape_module.UTC)
    tape = read_tape(path, PcapSettings(file="real.pcapng", **MACS, power_on=power_on))
    assert told.counted and tape.sent == 2 and 0 < tape.power_on - tape.began < 10 and tape.length < 10
