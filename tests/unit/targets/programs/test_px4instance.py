import fcntl
import socket
from contextlib import ExitStack

import pytest

from harness.errors import RigError
from harness.targets.programs import px4instance
from harness.targets.programs.px4instance import FIRST_PORT, Px4Instance, find_free_ports


@pytest.fixture
def locks(tmp_path, monkeypatch):
    monkeypatch.setattr(px4instance, "LOCKS", tmp_path)
    return tmp_path


def test_no_two_have_one_number(locks):
    with ExitStack() as stack:
        held = []
        for _ in range(3):
            held.append(Px4Instance.reserve())
            stack.callback(held[-1].release)
        assert len({each.number for each in held}) == 3
        assert all(each.port == FIRST_PORT + each.number for each in held)


def test_a_port_that_another_program_holds_is_passed_over(locks):
    first = Px4Instance.reserve()
    first.release()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stranger:
        stranger.bind(("127.0.0.1", first.port))
        stranger.listen(1)
        second = Px4Instance.reserve()
        second.release()
    assert second.number != first.number


def test_when_all_are_held_the_error_names_ports_and_remedy(locks, monkeypatch):
    monkeypatch.setattr(px4instance, "MOST", 1)
    held = Px4Instance.reserve()
    with pytest.raises(RigError, match=r"hold every simulation port from 4560 to 4560.*end them"):
        Px4Instance.reserve()
    held.release()


def test_a_lock_that_lies_about_holds_nothing(locks, monkeypatch):
    (locks / "px4_lock-0").touch()
    assert px4instance._is_free(0)


def test_a_lock_that_is_held_is(locks):
    import multiprocessing

    path = locks / "px4_lock-0"
    path.touch()
    context = multiprocessing.get_context("fork")
    ready, done = context.Event(), context.Event()

    def hold():
        with path.open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            ready.set()
            done.wait(10)

    other = context.Process(target=hold)
    other.start()
    assert ready.wait(10)
    assert not px4instance._is_free(0)
    done.set()
    other.join(10)


def test_free_ports_are_different():
    assert len(set(find_free_ports(4))) == 4
