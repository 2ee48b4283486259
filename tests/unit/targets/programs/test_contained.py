"""What can be seen without an engine; the real one is in tests/validation/test_contained_autopilot.py."""

import hashlib
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from harness.errors import RigError, UsageError, VehicleError
from harness.targets.programs import contained as contained_module
from harness.targets.programs.contained import ContainedProgram, ContainedRun

PROGRAM = b"\x7fELF --serial5"


class ScriptedBox:
    """A container that runs until it is told to end; it notes what is done with it."""

    def __init__(self, done, settings):
        self.done, self.settings, self.looks, self.ended, self.files = done, settings, 0, "", {}

    def _note(self, what):
        self.done.append(what)

    def read_file(self, path, most):
        self._note(f"read {path}")
        return PROGRAM

    def fill_folder(self, path, files):
        self.files = {f"{path}/{name}": data for name, data in files.items()}

    def start(self):
        self._note("start")

    def stop(self, grace):
        self._note("stop")

    def kill(self):
        self._note("kill")

    def remove(self):
        self._note("remove")

    def await_end(self, within):
        self._note("await")

    def tell_end(self):
        self.looks += 1
        return self.ended

    def read_words(self):
        return "too windy"

    def read_folder(self, path, place, most):
        self._note(f"copy {path}")
        (place / "log").write_bytes(b"flown")


class ScriptedEngine:
    """An engine that makes such containers."""

    def __init__(self, where):
        self.done, self.boxes, self.refuses = ENGINES.setdefault(where, []), [], ""
        self.where, self.gateway = where, "203.0.113.1" if where == "far" else "127.0.0.1"

    def sweep(self):
        return ["container x of 1@here"]

    def find_image(self, name):
        if name == "none":
            raise RigError(f"no image {name!r}")
        return name

    def describe(self, image):
        return {"image_id": f"sha256:{image}"}

    def _thing(self, name):
        return SimpleNamespace(
            name=name,
            id=name,
            attrs={"IPAM": {"Config": [{"Gateway": self.gateway}]}},
            reload=lambda: None,
            remove=lambda **options: self.done.append(f"remove {name}"),
        )

    def make_network(self):
        return self._thing("network")

    def make_volume(self, name):
        return self._thing("volume")

    def make_box(self, settings, network, volumes, *, folder):
        if self.refuses:
            raise RigError(self.refuses)
        self.boxes.append(ScriptedBox(self.done, settings))
        return self.boxes[-1]

    def asked(self, what):
        return nullcontext()

    def close(self):
        self.done.append("hang up")


ENGINES = {}


@pytest.fixture
def contained(monkeypatch):
    """A program in a scripted image, and what is done with its engine."""
    ENGINES.clear()
    monkeypatch.setattr(contained_module, "Engine", ScriptedEngine)

    def make(image="copter", command=("/opt/arducopter", "--slave", "0"), option="--serial5", where="e"):
        return ContainedProgram(image, command, where, option)

    return make


def test_it_is_looked_at_once_and_the_record_says_what_it_is(contained):
    program = contained()
    assert (program.name, program.host) == ("copter:/opt/arducopter", "127.0.0.1")
    record = program.describe()
    assert record["firmware_sha256"] == hashlib.sha256(PROGRAM).hexdigest()
    assert (record["image"], record["image_id"]) == ("copter", "sha256:copter")
    assert record["removed_of_dead_runs"] == ["container x of 1@here"]
    assert ENGINES["e"] == ["read /opt/arducopter", "remove"]
    program.close()
    program.close()
    assert ENGINES["e"][2:] == ["remove network", "hang up"]


def test_a_start_gives_it_its_files_and_arguments_and_its_end_takes_all_away(contained):
    program, got = contained(), []
    run = program.start(["--home", "x"], {"0.parm": b"A 1\n"})
    assert run._box.files == {"/dronecert/0.parm": b"A 1\n"}
    assert run._box.settings.command == ("/opt/arducopter", "--slave", "0", "--home", "x")
    run.leave_to(lambda folder, given: got.append(((folder / "log").read_bytes(), given, folder)))
    run.stop()
    run.stop()
    run.kill()
    assert ENGINES["e"][2:] == ["start", "stop", "copy /dronecert", "remove", "remove volume"]
    ((log, given, folder),) = got
    assert (log, given) == (b"flown", {"0.parm"}) and not folder.exists()


def test_a_folder_that_nobody_wants_is_not_copied(contained):
    contained().start([], {}).kill()
    assert ENGINES["e"][2:] == ["start", "kill", "remove", "remove volume"]


def test_a_folder_that_cannot_be_read_goes_all_the_same(contained, monkeypatch):
    run = contained().start([], {})
    run.leave_to(lambda folder, given: None)
    monkeypatch.setattr(run._box, "read_folder", refuse)
    with pytest.raises(RigError, match="more than"):
        run.stop()
    assert ENGINES["e"][-2:] == ["remove", "remove volume"]


def refuse(*arguments):
    raise RigError("more than that")


def test_what_the_engine_refuses_is_the_users_to_mend_and_nothing_stays(contained):
    program = contained()
    program._engine.refuses = "no space left"
    with pytest.raises(UsageError, match=r"no space left: correct target\.settings\.image or command"):
        program.start([], {})
    assert ENGINES["e"][-1] == "remove volume"
    with pytest.raises(UsageError, match="no image 'none'"):
        contained(image="none")
    assert ENGINES["e"][-1] == "hang up"
    with pytest.raises(UsageError, match="copter:/opt/arducopter has no option --other"):
        contained(option="--other")
    assert ENGINES["e"][-2:] == ["remove network", "hang up"]


def test_an_engine_of_another_machine_is_refused(contained):
    with pytest.raises(UsageError, match=r"the engine at far is not on this machine: .* reaches 203\.0\.113\.1"):
        contained(where="far")
    assert ENGINES["far"] == ["remove network", "hang up"]


def test_no_engine_is_the_users_to_mend(tmp_path):
    with pytest.raises(UsageError, match=rf"no container engine answers at unix://{tmp_path}/e .*start it"):
        ContainedProgram("a", ["/b"], f"unix://{tmp_path}/e", "")


def test_it_is_looked_at_now_and_then_only(monkeypatch):
    """A look takes milliseconds, and is asked for at each tick of the clock."""
    now = [10.0]
    monkeypatch.setattr(contained_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    box = ScriptedBox([], None)
    run = ContainedRun("copter", box, {}, lambda: None)
    for _ in range(50):
        run.assert_running("it flew")
    assert box.looks == 0
    now[0] += 0.6
    for _ in range(50):
        run.assert_running("it flew")
    assert box.looks == 1
    box.ended = "the container ended by itself with exit code 3"
    run.settle(0.1)
    with pytest.raises(
        VehicleError, match="copter ended while it flew: the container ended by itself with exit code 3"
    ):
        run.assert_running("it flew")
    assert run.read_last_words() == "too windy"
