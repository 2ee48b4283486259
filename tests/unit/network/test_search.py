import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FileError, UsageError
from harness.network.decode import Frame
from harness.network.flows import Flow
from harness.network.search import Canary, Search, read_canaries

TEXT, PLACE = Canary(name="note", text="CANARY-71d3a9c0"), Canary(name="field", latitude=35.6762, longitude=139.6503)


def look(*payloads, canaries=(TEXT, PLACE)):
    search = Search(canaries=canaries)
    flow = Flow(protocol="udp", initiator=("10.0.0.2", 1), responder=("192.0.2.1", 2), by_article=True)
    for number, payload in enumerate(payloads, 1):
        search.look(flow, Frame(number=number, time=0.0, size=60, payload=payload))
    return [(one.canary, one.form, one.frame.number) for one in search.found]


@pytest.mark.parametrize(
    ("payload", "form"),
    [
        (b"log CANARY-71d3a9c0 end", "utf-8"),
        (TEXT.text.encode("utf-16-le"), "utf-16"),
        (TEXT.text.encode("utf-16-be"), "utf-16"),
        (b"x" + TEXT.text.encode().hex().encode(), "hex"),
        *((base64.b64encode(b"." * shift + TEXT.text.encode() + b"tail"), "base64") for shift in range(4)),
    ],
)
def test_a_text_is_found_in_every_form(payload, form):
    assert look(b"before", payload) == [("note", form, 2)]


def test_a_text_that_two_packets_share_is_found():
    assert look(b"..CANARY-7", b"1d3a9c0..") == [("note", "utf-8", 2)]


@pytest.mark.parametrize(
    ("payload", "form"),
    [
        (b'{"latitude": 35.676199, "longitude": 139.650301}', "decimal text"),
        (b"139.6503 35.6762", "decimal text"),
        (b"abc" + struct.pack("<ii", 356762100, 1396502900), "binary pair <i"),
        (struct.pack(">ii", 356762100, 1396502900), "binary pair >i"),
        (struct.pack("<ff", 35.6761, 139.6504), "binary pair <f"),
        (b"x" + struct.pack(">ff", 139.6504, 35.6761), "binary pair >f"),
        (struct.pack("<dd", 139.6504, 35.6761), "binary pair <d"),
        (b"x" + struct.pack(">dd", 35.6762, 139.6503), "binary pair >d"),
    ],
)
def test_a_place_is_found_as_a_pair(payload, form):
    assert look(payload) == [("field", form, 1)]


def test_a_text_whose_bytes_are_others_in_the_alphabet_for_addresses_is_found():
    canary = Canary(name="note", text="??>>??>>??~~")
    encoded = base64.urlsafe_b64encode(canary.text.encode() + b"..")
    assert b"_" in encoded and look(encoded, canaries=(canary,)) == [("note", "base64url", 1)]


def test_a_text_in_segments_of_another_order_is_found_in_the_stream():
    flow = Flow(protocol="tcp", initiator=("10.0.0.2", 1), responder=("192.0.2.1", 2), by_article=True)
    search = Search(canaries=(TEXT,))
    for number, (place, payload) in enumerate([(0, b"POST CANARY-7"), (23, b" and more"), (13, b"1d3a9c0...")], 1):
        frame = Frame(number=number, time=0.0, size=60, protocol="tcp", payload=payload, kind=16, sequence=100 + place)
        flow.take(frame, True)
        search.look(flow, frame)
    assert search.found == []
    search.look_at_head(flow)
    assert [(one.canary, one.frame.number) for one in search.found] == [("note", 1)]


def test_one_number_alone_and_another_place_are_none():
    assert look(b"35.6762", struct.pack("<ii", 356762100, 100), b"36.6762,139.6503") == []


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_search(data):
    look(data, data)


def write(tmp_path, text):
    path = tmp_path / "canaries.toml"
    path.write_text(text)
    return path


def test_the_file_is_that_of_the_scan(tmp_path):
    text = '[[text]]\nname = "a"\ntext = "12345678"\n[[place]]\nname = "b"\nlatitude = 35.0\nlongitude = 139.0\n'
    first, second = read_canaries(write(tmp_path, text))
    assert (first.name, first.text, second.latitude, second.box) == ("a", "12345678", 35.0, 0.001)


@pytest.mark.parametrize(
    "text",
    [
        "[[text",
        "text = 1",
        "[[other]]\nname = 'a'",
        "[[text]]\nname = 'a'\ntext = 'short'",
        "[[text]]\nname = 1\ntext = '12345678'",
        "[[text]]\nname = 'a'\ntext = '12345678'\nbox = 1",
        "[[place]]\nname = 'a'\nlatitude = 'x'\nlongitude = 1.0",
        "[[place]]\nname = 'a'\nlatitude = 0.0\nlongitude = 1.0",
        "[[place]]\nname = 'a'",
    ],
)
def test_a_wrong_file_is_one_clear_error(tmp_path, text):
    with pytest.raises(FileError):
        read_canaries(write(tmp_path, text))
    with pytest.raises(FileError, match="cannot be read"):
        read_canaries(tmp_path / "absent.toml")


def test_a_canary_that_chance_could_bring_about_is_refused():
    with pytest.raises(UsageError):
        Canary(name="a", text="short")
