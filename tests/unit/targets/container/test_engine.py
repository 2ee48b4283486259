"""What can be seen of a Docker engine without one; the real one is in tests/validation/test_container.py."""

import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from docker import errors

from harness.errors import RigError, UsageError
from harness.targets.archives import pack
from harness.targets.container.engine import Box, Engine
from harness.targets.ownership import make_labels


def refuse(error):
    def act(*arguments, **options):
        raise error

    return act


def engine_with(**client):
    """An engine whose SDK client is scripted: for what a real one does not do on request."""
    engine = Engine.__new__(Engine)
    engine.where, engine.labels = "unix:///run/e.sock", make_labels()
    engine._client = SimpleNamespace(**client)
    return engine


@pytest.mark.parametrize("where", ["http://here", "docker.sock", "unix://"])
def test_what_is_no_place_of_an_engine_is_the_users_fault(where):
    with pytest.raises(UsageError, match="is no place of an engine: give unix:///PATH or tcp://HOST:PORT"):
        Engine(where)


def test_an_engine_that_does_not_run_names_its_socket_and_the_remedy(tmp_path):
    with pytest.raises(RigError, match=rf"answers at unix://{tmp_path}/e \(No such file.*systemctl start docker"):
        Engine(f"unix://{tmp_path}/e")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "dead"))
    with pytest.raises(RigError, match=r"\(Connection refused\): start it"):
        Engine(f"unix://{tmp_path}/dead")


def test_a_user_who_may_not_ask_is_told_how_he_may(monkeypatch):
    monkeypatch.setattr("socket.socket.connect", refuse(PermissionError(13, "Permission denied")))
    with pytest.raises(RigError, match=r"may not ask the container engine at unix:///x: join its group"):
        Engine("unix:///x")


def test_what_listens_and_is_no_engine_is_told(tmp_path):
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "s"))
        other.listen()
        other.settimeout(5.0)
        # its queue takes the two connections, and then nobody answers
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("harness.targets.container.engine.CALL_WITHIN", 0.2)
            with pytest.raises(RigError, match=r"the engine at unix:///.*/s does not answer"):
                Engine(f"unix://{tmp_path}/s")


def test_an_engine_that_refuses_says_why():
    engine = engine_with(volumes=SimpleNamespace(create=refuse(errors.APIError("x", explanation="no space left"))))
    with pytest.raises(RigError, match=r"at unix:///run/e.sock cannot make the volume logs: no space left"):
        engine.make_volume("logs")


def test_an_engine_that_is_stopped_meanwhile_is_named():
    engine = engine_with(images=SimpleNamespace(get=refuse(ConnectionResetError("reset"))))
    with pytest.raises(RigError, match=r"does not answer \(reset\): start it \(systemctl start docker\)"):
        engine.find_image("a")


def thing(labels, act=lambda **options: None):
    return SimpleNamespace(name="dronecert-1", labels=labels, remove=act)


def listing(*things):
    return SimpleNamespace(list=lambda **options: list(things))


def test_only_what_dead_processes_left_is_swept_and_who_was_faster_is_no_error():
    ours = make_labels()
    dead = {**ours, "dronecert.born": "1"}
    engine = engine_with(
        containers=listing(thing(ours, refuse(AssertionError())), thing(dead)),
        networks=listing(thing(dead, refuse(errors.NotFound("gone")))),
        volumes=listing(thing(dead, refuse(errors.APIError("x", explanation="volume is in use")))),
    )
    owner = ours["dronecert.owner"]
    assert engine.sweep() == [
        f"container dronecert-1 of {owner}",
        f"network dronecert-1 of {owner}",
        f"volume dronecert-1 of {owner} could not be removed: volume is in use",
    ]


def box(state, log=b""):
    made = SimpleNamespace(attrs={"State": state}, reload=lambda: None, logs=lambda tail: log)
    return Box(engine_with(), made, "net")


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (b"", "exit code 3; it said nothing"),
        (b"loading\nfault in \x1b[31mmotor\x1b[0m 2\n\n", r"its last words: fault in \[31mmotor\[0m 2"),
        (b"\xff" * 5000, "its last words: \ufffd{300}:"),
    ],
)
def test_the_end_of_a_container_is_one_line_whatever_it_said(log, said):
    told = box({"Running": False, "ExitCode": 3, "OOMKilled": False}, log).tell_end()
    assert "\n" not in told
    with pytest.raises(RigError, match=said):
        raise RigError(told)


def test_a_container_without_memory_is_told_so_and_one_that_runs_has_not_ended():
    assert "raise target.settings.memory" in box({"Running": False, "ExitCode": 137, "OOMKilled": True}).tell_end()
    assert box({"Running": True, "ExitCode": 0, "OOMKilled": False}).tell_end() == ""


def test_a_file_that_is_longer_than_the_maker_states_is_not_read():
    made = SimpleNamespace(get_archive=lambda path: (refuse(AssertionError()), {"size": 1 << 40}))
    with pytest.raises(RigError, match="has 1099511627776 bytes, 4096 are expected"):
        Box(engine_with(), made, "net").read_file("/data/m", 4096)


def test_a_folder_is_copied_up_to_its_limit(tmp_path):
    whole = pack({"log": b"flown" * 100})
    made = SimpleNamespace(get_archive=lambda path: ([whole[:700], whole[700:]], {"name": path}))
    with pytest.raises(RigError, match="/dronecert in the container has more than 600 bytes: fly less at a time"):
        Box(engine_with(), made, "net").read_folder("/dronecert", tmp_path, 600)
    Box(engine_with(), made, "net").read_folder("/dronecert", tmp_path, len(whole))
    assert (tmp_path / "log").read_bytes() == b"flown" * 100


def test_a_folder_is_filled_from_above_so_that_it_becomes_everybodys():
    got = []
    made = SimpleNamespace(put_archive=lambda path, data: got.append((path, data)))
    Box(engine_with(), made, "net").fill_folder("/dronecert", {"0.parm": b"A 1\n"})
    assert got == [("/", pack({"0.parm": b"A 1\n"}, folder="dronecert"))]


def test_the_module_is_the_only_one_that_knows_docker():
    folder = Path(__file__).parents[4] / "harness"
    users = [path.name for path in folder.rglob("*.py") if "import docker" in path.read_text(encoding="utf-8")]
    assert users == ["engine.py"]
