"""A case in a container, with a scripted box whose autopilot listens in this process."""

import socket

import pytest
from fake_bench import Peer
from ports import free_ports

from harness.errors import RigError
from harness.targets.container.engine import BoxState
from harness.targets.container.settings import ContainerSettings
from harness.targets.container.world import ContainerWorld
from harness.timing import run_for


class TcpTerminal:
    """The far end of a TCP link, as `Peer` wants it."""

    def __init__(self, port):
        self._server, self._client = socket.create_server(("127.0.0.1", port)), None
        self.file = self._server.fileno()

    def _joined(self):
        if self._client is None:
            self._client = self._server.accept()[0]
            self._client.setblocking(False)
        return self._client

    def write(self, data):
        self._joined().send(data)

    def read(self, size=4096):
        return self._joined().recv(size)

    def close(self):
        self._server.close()
        if self._client is not None:
            self._client.close()


class FakeBox:
    """Writes down what is done to it; `files` are shared by the boxes of a case, as volumes are."""

    def __init__(self, port, log, files):
        self.port, self.log, self.files, self.peer, self.ended = port, log, files, None, ""
        log.append("make")

    def start(self):
        self.log.append("start")
        self.terminal = TcpTerminal(self.port)
        self.peer = Peer(self.terminal)

    def end(self):
        if self.peer is not None:
            self.peer.stop()
            self.terminal.close()
            self.peer = None

    def stop(self, grace):
        self.log.append(f"stop {grace:g}")
        self.end()

    def kill(self):
        self.log.append("kill")
        self.end()

    def remove(self):
        self.log.append("remove")
        self.end()

    def read_state(self):
        return BoxState(running=self.peer is not None, code=143, starved=False)

    def tell_end(self, within=0.0):
        return self.ended

    def read_address(self):
        return "127.0.0.1"

    def read_words(self):
        return "bye"

    def read_file(self, path, most):
        return self.files[path]

    def write_file(self, path, data):
        self.files[path] = data


class Case:
    def __init__(self, **settings):
        self.port, self.log, self.files, self.boxes = free_ports(1), [], {}, []
        values = {
            "image": "a",
            "radio": f"tcp:{self.port}",
            "boot": 3.0,
            "volumes": [{"name": "unit", "path": "/data"}],
            "media": [{"name": "emmc", "file": "/data/emmc", "size": 4}],
            "signing_key_inside": "/data/key",
            "scene_inside": "/data/scene",
            "credential_inside": "/data/credential",
            **settings,
        }
        made = ContainerSettings.model_validate(values)
        end = ("127.0.0.1", "lo")
        self.world = ContainerWorld(made, b"k" * 32, self.make, end, lambda: self.log.append("discard"))

    def make(self):
        self.boxes.append(FakeBox(self.port, self.log, self.files))
        return self.boxes[-1]


@pytest.fixture
def case():
    made = []

    def begin(**settings):
        made.append(Case(**settings))
        return made[-1]

    yield begin
    for each in made:
        each.world.close()


def test_power_is_a_fresh_container_on_the_volumes_of_the_case(case):
    given = case()
    world = given.world
    assert given.files == {"/data/key": b"6b" * 32 + b"\n"}
    world.power_on()
    world.power_on()
    assert world.powered_at < world.now() and world.hearing["radio"].beats
    world.power_off()
    world.power_off()
    world.power_on()
    world.power_cut()
    world.close()
    world.close()
    assert given.log == ["make", "start", "stop 10", "remove", "make", "start", "kill", "remove", "discard"]
    assert world.notes.count("last words of the container: bye") == 2
    assert any("exit code 143" in note for note in world.notes)


def test_what_it_keeps_is_reached_through_files(case):
    given = case()
    sockets = given.world.sockets
    sockets.scene("a red cross")
    given.files |= {"/data/emmc": b"data", "/data/credential": b"secret\n"}
    assert (given.files["/data/scene"], sockets.credential(), sockets.medium()) == (b"a red cross\n", "secret", b"data")
    sockets.media[0].write(b"more")
    assert (given.files["/data/emmc"], sockets.medium_size, sockets.wire, sockets.trust) == (b"more", 4, None, None)
    given.world.power_on()
    for act in (sockets.medium, lambda: sockets.media[0].write(b"")):
        with pytest.raises(RigError, match="switch the article off first"):
            act()


def test_a_container_that_ends_while_it_is_used_is_told_instead_of_its_cable(case):
    given = case()
    given.world.power_on()
    given.boxes[0].ended = "the container ended by itself with exit code 1"
    given.boxes[0].end()
    with pytest.raises(RigError, match="ended by itself with exit code 1"):
        run_for(given.world, 2.0)
    with pytest.raises(RigError, match="ended by itself with exit code 1"):
        given.world.power_off()


def test_a_port_that_nobody_serves_is_told_with_the_remedy(case):
    given = case(observer="tcp:1", boot=0.5)
    with pytest.raises(RigError, match=r":1: nobody listens there .* longer with target\.settings\.boot"):
        given.world.power_on()
    given.world.power_off()
    assert given.log[-1] == "stop 10"
