"""Texts that come in pieces, also when a piece is lost."""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.vehicle.texts import TextReader


def read(*pieces):
    reader = TextReader()
    for number, (identity, text) in enumerate(pieces):
        reader.take(mavlink.MAVLink_statustext_message(4, text, identity, number), 1.0)
    return [each.text for each in reader.texts]


def test_pieces_are_joined():
    assert read((0, b"short"), (3, b"a" * 50), (3, b"b")) == ["short", "a" * 50 + "b"]


def test_a_lost_piece_leaves_a_gap():
    assert read((3, b"a" * 50), (4, b"b" * 50), (4, b"c")) == ["b" * 50 + "c"]


def test_a_text_without_end_is_cut():
    texts = read(*[(3, b"a" * 50)] * 45)
    assert [len(text) for text in texts] == [1000, 1000]
