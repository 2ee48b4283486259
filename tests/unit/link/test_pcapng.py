"""The capture of a link, as tshark reads it."""

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.link.pcapng import PORT, encode_pcapng
from harness.link.taping import Direction, Piece

EPOCH = 1_767_225_600.0
FIELDS = ("frame.time_epoch", "ip.src", "udp.dstport", "udp.payload", "frame.comment")
needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def read(tmp_path, data):
    """What tshark makes of a capture: a row of fields for each packet."""
    path = tmp_path / "link.pcapng"
    path.write_bytes(data)
    fields = [word for name in FIELDS for word in ("-e", name)]
    command = ["tshark", "-r", str(path), "-o", "ip.check_checksum:TRUE", "-T", "fields", "-E", "separator=|", *fields]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.split("|") for line in done.stdout.splitlines()]


def piece(time, direction, data):
    return Piece(time=time, direction=direction, data=data)


@needs_tshark
def test_tshark_reads_time_direction_bytes_and_decision(tmp_path):
    pieces = [piece(1.5, Direction.UP, b"\xfd\x00"), piece(2.000001, Direction.DOWN, b"\xfe" * 300)]
    rows = read(tmp_path, encode_pcapng(pieces, EPOCH, ["lost or altered", ""]))
    assert [float(row[0]) for row in rows] == pytest.approx([EPOCH + 1.5, EPOCH + 2.000001], abs=1e-6)
    assert [row[1] for row in rows] == ["10.0.0.1", "10.0.0.2"]
    assert {row[2] for row in rows} == {str(PORT)}
    assert [bytes.fromhex(row[3]) for row in rows] == [item.data for item in pieces]
    assert [row[4] for row in rows] == ["lost or altered", ""]


@needs_tshark
def test_an_empty_capture_is_one(tmp_path):
    assert read(tmp_path, encode_pcapng([], EPOCH)) == []


@needs_tshark
@settings(max_examples=5, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1e5), st.sampled_from(Direction), st.binary(min_size=1, max_size=600)), max_size=8)
)
def test_any_pieces_come_back(tmp_path_factory, drawn):
    pieces = [piece(*item) for item in sorted(drawn, key=lambda item: item[0])]
    rows = read(tmp_path_factory.mktemp("capture"), encode_pcapng(pieces, EPOCH, ["note"] * len(pieces)))
    assert [bytes.fromhex(row[3]) for row in rows] == [item.data for item in pieces]


def test_a_comment_for_each_piece_or_none():
    with pytest.raises(ValueError, match="zip"):
        encode_pcapng([piece(0.0, Direction.UP, b"x")], EPOCH, ["one", "two"])
