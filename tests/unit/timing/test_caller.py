import socket

import pytest

from harness.timing.caller import Caller


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_nobody_calls(listener):
    caller = Caller(listener, 0.01)
    assert not caller.accept()
    assert not caller.connected
    caller.send(b"into the void")
    caller.close()


def test_it_hears_answers_and_is_hung_up_on(listener):
    caller = Caller(listener, 0.5)
    with socket.create_connection(listener.getsockname()) as program:
        assert caller.accept()
        assert caller.wait(0.01) is None
        program.send(b"commands")
        assert caller.wait() == b"commands"
        caller.send(b"sensors")
        assert program.recv(100) == b"sensors"
    assert caller.wait() == b""
    caller.send(b"too late")
    caller.close()
    caller.close()
