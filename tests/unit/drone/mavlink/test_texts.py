"""Long status texts are cut so that the client can join them."""

import pytest

from harness.drone.mavlink.texts import TextWriter
from harness.vehicle.texts import TextReader


@pytest.mark.parametrize("length", [0, 1, 49, 50, 51, 99, 100, 101, 230])
def test_what_is_written_is_read(length):
    text = ("0123456789" * 30)[:length]
    writer, reader = TextWriter(), TextReader()
    for _ in range(2):
        for message in writer.messages(4, text):
            reader.take(message, 1.0)
    assert [each.text for each in reader.texts] == [text, text]


def test_a_short_text_is_one_message():
    assert len(TextWriter().messages(4, "x" * 50)) == 1


def test_letters_beyond_ascii_are_replaced():
    (message,) = TextWriter().messages(4, "höhe")
    assert message.text == "h?he"
