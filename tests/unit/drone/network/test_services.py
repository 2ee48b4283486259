import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.network.services import ADB, TELNET, LoginService, debug_bridge, prompt
from harness.instruments.gateway.prober import Prober, adb_message


class Connection:
    def __init__(self):
        self.sent, self.writable, self.on_open, self.on_data = b"", True, None, lambda data: None

    def send(self, data):
        self.sent += data

    def abort(self):
        self.writable = False


def told(*lines):
    connection = Connection()
    LoginService("admin", "admin")(connection)
    connection.on_open()
    for line in lines:
        connection.on_data(line)
    return connection.sent


def test_the_right_pair_opens_a_shell_and_no_other_does():
    assert told(b"admin\r\n", b"admin\r\n").endswith(b"# ")
    assert told(b"admin\r\nadmin\r\n").endswith(b"# ")
    for wrong in ((b"admin\r\n", b"x\r\n"), (b"x\r\n", b"admin\r\n"), (b"\n", b"\n")):
        assert told(*wrong).endswith(b"Login incorrect\r\ncompanion login: ")
    assert told(b"x\n", b"x\n", b"admin\n", b"admin\n").endswith(b"# ")


def test_a_bridge_connects_anybody_and_opens_a_shell():
    connection = Connection()
    debug_bridge(connection)
    hello = adb_message(b"CNXN", 0x01000000, 4096, b"host::\0")
    connection.on_data(hello[:10])
    assert connection.sent == b""
    connection.on_data(hello[10:] + adb_message(b"OPEN", 7, 0, b"shell:\0"))
    assert connection.sent[:4] == b"CNXN" and connection.sent.endswith(b"companion:/ # ")


def test_a_bridge_reads_no_message_that_is_too_long():
    connection = Connection()
    debug_bridge(connection)
    connection.on_data(struct.pack("<4sIIIII", b"CNXN", 0, 0, 1 << 30, 0, 0))
    assert not connection.writable and connection.sent == b""


@given(st.lists(st.binary(max_size=80), max_size=8))
def test_any_bytes_leave_both_alive(pieces):
    for serve in (LoginService("admin", "admin"), debug_bridge):
        connection = Connection()
        serve(connection)
        for piece in pieces:
            connection.on_data(piece)


@pytest.mark.parametrize(
    ("option", "port", "said", "heard"),
    [
        ("debug_telnet", TELNET, b"", b"companion login: "),
        ("admin_login", TELNET, b"admin\r\nadmin\r\n", b"# "),
        ("debug_bridge", ADB, adb_message(b"CNXN", 0x01000000, 4096, b""), b"companion;\0"),
    ],
)
def test_each_is_served_where_it_is_seeded_only(bench, option, port, said, heard):
    for seeded in (True, False):
        world = bench if seeded else bench.again()
        stack = world.stack(**({option: True} if seeded else {}))
        stack.power_on()
        world.run(1.0)
        talk = Prober(world.wire, world, random.Random(1)).talk(stack.address, port, said)
        assert talk.accepted is seeded
        assert bytes(talk.heard).endswith(heard) is seeded


def test_a_prompt_says_nothing_more():
    connection = Connection()
    prompt(connection)
    connection.on_open()
    connection.on_data(b"root\r\n")
    assert connection.sent == b"companion login: "
