"""What needs no namespace; the rest is in tests/validation/test_netns.py."""

import io
import json
import socket
import subprocess

import pytest

from harness.errors import RigError, RigTimeout
from harness.targets.embedded import netns
from harness.timing import run_for


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("sys.platform", "darwin", "install the package iproute2"),
        ("shutil.which", lambda name: None, "install the package iproute2"),
        ("os.geteuid", lambda: 1000, "run as root, or in a container with CAP_NET_ADMIN"),
    ],
)
def test_what_is_missing_is_told_with_its_remedy(monkeypatch, name, value, remedy):
    monkeypatch.setattr("shutil.which", lambda name: "/sbin/ip")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(name, value)
    assert remedy in netns.why_not()
    with pytest.raises(RigError, match=remedy), netns.opened(speedup=1.0):
        pass


def test_a_kernel_that_refuses_is_told(monkeypatch):
    refused = subprocess.CompletedProcess([], 1, "", "Operation not permitted\n")
    monkeypatch.setattr("shutil.which", lambda name: "/sbin/ip")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("subprocess.run", lambda *_, **__: refused)
    assert "Operation not permitted" in netns.why_not()


@pytest.fixture
def world():
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    made = netns.NetnsWorld(10.0, here)
    yield made
    made.inputs.close()
    here.close()
    there.close()


def test_it_has_no_command_link_and_no_second_unit(world):
    with pytest.raises(RigError, match="no command link"):
        world.lay_cable(radio=False)
    with pytest.raises(RigError, match="one companion"):
        world.another()


def test_without_a_process_nothing_is_ordered_and_nothing_is_to_end(world):
    with pytest.raises(RigError, match="switch it on first"):
        world.order("state", None)
    world.power_off()
    world.power_cut()
    world.stop()


class Deaf:
    """A process that takes orders and never answers."""

    def __init__(self):
        self.stdin = io.BytesIO()


def test_a_process_that_stands_still_is_told_and_time_with_it(world, monkeypatch):
    monkeypatch.setattr(netns, "STANDSTILL", 0.05)
    world._process = deaf = Deaf()
    world.begin()
    with pytest.raises(RigTimeout, match=r"did nothing for 0\.05 s"):
        run_for(world, 10.0)
    assert world.now() == pytest.approx(netns.SLICE, abs=netns.SLICE)
    assert [list(json.loads(line)) for line in deaf.stdin.getvalue().splitlines()] == [["until"]]
    world._process = None
