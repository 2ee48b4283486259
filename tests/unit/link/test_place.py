import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RigError, UsageError
from harness.link.place import Place
from harness.timing import Inputs


@pytest.mark.parametrize(
    ("text", "kind", "where", "baud"),
    [
        ("serial:/dev/ttyACM0", "serial", "/dev/ttyACM0", 57600),
        ("serial:/dev/serial/by-id/usb-A_B@C-if00@115200", "serial", "/dev/serial/by-id/usb-A_B@C-if00", 115200),
        ("udp:0.0.0.0:14550", "udp", "0.0.0.0:14550", 57600),
        ("tcp:[::1]:5760", "tcp", "[::1]:5760", 57600),
    ],
)
def test_a_place_is_read(text, kind, where, baud):
    place = Place.parse(text)
    assert (place.kind, place.where, place.baud) == (kind, where, baud)
    assert Place.parse(str(place)) == place


@pytest.mark.parametrize("text", ["", "serial:", "ttyACM0", "udp:14550", "tcp:host:99999", "usb:/dev/ttyACM0"])
def test_what_is_no_place_is_refused(text):
    with pytest.raises(UsageError):
        Place.parse(text)


@given(text=st.text(max_size=40))
def test_any_text_is_a_place_or_refused(text):
    try:
        place = Place.parse(text)
    except UsageError:
        return
    assert Place.parse(str(place)) == place


def test_a_relative_device_lies_beside_the_rig_file():
    assert Place.parse("serial:twins/radio").under(Path("/rigs")).where == "/rigs/twins/radio"
    assert Place.parse("serial:/dev/ttyACM0").under(Path("/rigs")).where == "/dev/ttyACM0"
    assert Place.parse("tcp:host:1").under(Path("/rigs")).where == "host:1"


def test_tcp_connects_and_sees_the_end():
    inputs, ended, came = Inputs(), [], []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = Place.parse(f"tcp:127.0.0.1:{server.getsockname()[1]}").open(inputs, lambda: ended.append(1))
        port.listen(came.append)
        far, _ = server.accept()
        far.sendall(b"hello")
        for handle in inputs.wait(1.0):
            handle()
        far.close()
        for handle in inputs.wait(1.0):
            handle()
    assert (came, ended) == ([b"hello"], [1])
    inputs.close()


def test_nobody_at_the_far_end_is_one_line():
    inputs = Inputs()
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
    with pytest.raises(RigError, match=r"tcp:127.0.0.1:\d+: nobody listens there .*: start what should"):
        Place.parse(f"tcp:127.0.0.1:{number}").open(inputs, lambda: None)
    inputs.close()
