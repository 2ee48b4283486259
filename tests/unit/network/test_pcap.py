import contextlib
import shutil
import struct
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import MaterialError
from harness.network.pcap import read_capture

FRAMES = (b"first frame of all", b"second", b"")


def classic(order="<", magic=0xA1B2C3D4, unit=1_000_000, link=1):
    data = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for number, frame in enumerate(FRAMES):
        data += struct.pack(order + "IIII", 1000 + number, unit // 4, len(frame), len(frame) + 2) + frame
    return data


def block(order, kind, body):
    body += bytes(-len(body) % 4)
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def pcapng(order="<", dropped=0, resolution=9):
    data = block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    data += block(order, 1, struct.pack(order + "HHI", 1, 0, 0) + option(order, 9, bytes([resolution])))
    data += block(order, 0xBAD, b"unknown")
    for number, frame in enumerate(FRAMES):
        stamp = (1000 + number) * 10**resolution
        head = struct.pack(order + "IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(frame), len(frame))
        data += block(order, 6, head + frame)
    statistics = struct.pack(order + "III", 0, 0, 0) + option(order, 5, struct.pack(order + "Q", dropped))
    return data + block(order, 5, statistics)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("magic", "unit"), [(0xA1B2C3D4, 10**6), (0xA1B23C4D, 10**9)])
def test_classic_in_both_orders_and_units(order, magic, unit):
    packets = read_capture(classic(order, magic, unit)).packets
    assert [packet.data for packet in packets] == list(FRAMES)
    assert [(packet.number, packet.time) for packet in packets] == [(1, 1000.25), (2, 1001.25), (3, 1002.25)]
    assert packets[1].size == 8


def test_a_packet_in_an_obsolete_block_is_not_skipped():
    old = block("<", 2, struct.pack("<HHIIII", 0, 0, 0, 0, 6, 6) + b"secret")
    with pytest.raises(MaterialError, match="obsolete packet block: convert"):
        read_capture(pcapng() + old)


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_in_both_orders_with_its_loss_counter(order):
    capture = read_capture(pcapng(order, dropped=7) + pcapng(order, dropped=2))
    assert [packet.data for packet in capture.packets] == list(FRAMES) * 2
    assert [packet.time for packet in capture.packets[:3]] == [1000.0, 1001.0, 1002.0]
    assert capture.lost == 9 and capture.packets[5].number == 6


@pytest.mark.parametrize("order", ["<", ">"])
def test_times_use_all_64_bits_the_resolution_and_the_offset(order):
    # 2^-63 s in a time of 64 bits: the highest bit set is one second, which a signed number would make negative
    data = block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    options = option(order, 9, bytes([0x80 | 63])) + option(order, 14, struct.pack(order + "q", 1_800_000_000))
    data += block(order, 1, struct.pack(order + "HHI", 1, 0, 0) + options)
    for high, low in ((0x80000000, 0), (0xC0000000, 0), (0, 0xFFFFFFFF)):
        data += block(order, 6, struct.pack(order + "IIIII", 0, high, low, 4, 4) + b"abcd")
    assert [packet.time - 1_800_000_000 for packet in read_capture(data).packets] == pytest.approx([1.0, 1.5, 0.0])


def test_every_truncation_is_one_clear_error():
    for whole, ends in ((classic(), {24, 58, 80}), (pcapng(), None)):
        for size in range(1, len(whole)):
            try:
                read_capture(whole[:size])
            except MaterialError as error:
                assert "capture" in str(error)
            else:
                assert size in ends if ends else whole[size : size + 4] != b""


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "nothing"),
        (b"GIF89a", "not a network capture"),
        (classic(link=105), "link type 105"),
        (classic()[:24] + struct.pack("<IIII", 0, 0, 1 << 30, 1 << 30), "at most 262144"),
        (pcapng()[:28] + struct.pack("<II", 6, 8) + bytes(8), "impossible length"),
        (pcapng()[:28] + block("<", 6, bytes(20)), "names interface 0"),
        (pcapng()[:28] + block("<", 1, b"\1\0"), "too short"),
    ],
)
def test_what_is_no_capture_is_one_clear_error(data, says):
    with pytest.raises(MaterialError, match=says):
        read_capture(data)


@given(st.binary(max_size=200), st.sampled_from([0, 24, 28, 40, 80]), st.booleans())
@settings(max_examples=200)
def test_random_bytes_never_crash(data, keep, old):
    with contextlib.suppress(MaterialError):
        read_capture((classic() if old else pcapng())[:keep] + data)


@pytest.mark.skipif(shutil.which("editcap") is None, reason="editcap is not installed")
def test_a_pcapng_of_wireshark_reads_as_the_pcap_it_was_made_from(record, tmp_path):
    (tmp_path / "a.pcap").write_bytes(record(40.0))
    subprocess.run(["editcap", "-F", "pcapng", "a.pcap", "b.pcapng"], cwd=tmp_path, check=True, capture_output=True)
    old, new = (read_capture((tmp_path / name).read_bytes()).packets for name in ("a.pcap", "b.pcapng"))
    assert [packet.data for packet in old] == [packet.data for packet in new] and len(old) > 30
    assert [packet.time for packet in new] == pytest.approx([packet.time for packet in old], abs=1e-6)


def stamped(time, unit):
    stamp = round(time * unit)
    return struct.pack("<II", stamp >> 32, stamp & 0xFFFFFFFF)


def statistics(*options, interface=0):
    return block("<", 5, struct.pack("<III", interface, 0, 0) + b"".join(options))


def test_a_file_says_whether_it_counted_what_was_lost():
    assert not read_capture(classic()).counted
    assert read_capture(pcapng(dropped=0)).counted
    # a second interface that nobody counted, in the same section or in one before
    silent = block("<", 1, struct.pack("<HHI", 1, 0, 0))
    assert not read_capture(pcapng() + silent).counted
    assert read_capture(pcapng() + silent + statistics(option("<", 7, bytes(8)), interface=1)).counted
    assert not read_capture(pcapng() + silent + pcapng()).counted
    assert read_capture(pcapng() + pcapng()).counted


def test_a_file_says_from_when_to_when_its_interfaces_were_open():
    assert (read_capture(classic()).started, read_capture(pcapng()).ended) == (None, None)
    begun, over = 1_796_072_638.25, 1_796_072_640.5
    told = statistics(option("<", 2, stamped(begun, 1e9)), option("<", 3, stamped(over, 1e9)))
    found = read_capture(pcapng() + told)
    assert (found.started, found.ended) == pytest.approx((begun, over))
    # dumpcap 4.0.17 writes microseconds where its interface counts nanoseconds
    told = statistics(option("<", 2, stamped(begun, 1e6)), option("<", 3, stamped(over, 1e6)))
    found = read_capture(pcapng() + told)
    assert (found.started, found.ended) == pytest.approx((begun, over))
