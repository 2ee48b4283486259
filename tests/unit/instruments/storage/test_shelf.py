"""Units that take turns on a bench: the hall of the twins in virtual time, and its operator without a terminal."""

from dataclasses import replace

import pytest

from harness.errors import RigError
from harness.instruments import attendant
from harness.instruments.operator import Attendance, Operator
from harness.instruments.storage.reader import MediaReader
from harness.instruments.twins.desk import Desk
from harness.instruments.twins.hall import Hall
from harness.instruments.twins.person import Person
from harness.instruments.twins.yard import Yard
from harness.timing import run_for

MEDIA = {"companion-emmc": 25165824}
PLACE = {"latitude": 35.6762, "longitude": 139.6503}


class HallWorld:
    """The bench around the hall, with a relay in the drone's supply."""

    def __init__(self, hall):
        self._hall, self.schedule, self.epoch = hall, hall.world.schedule, hall.unit.config.mavlink.epoch
        self.stood_down = 0

    @property
    def sockets(self):
        return replace(self._hall.world.sockets, maintenance=None, media=(), medium=None, scene=None, credential=None)

    def now(self):
        return self._hall.world.now()

    def advance(self, until):
        return self._hall.world.advance(until)

    def power_on(self):
        if not self._hall.powered:
            self._hall.switch(True)
            run_for(self, 0.5)

    def power_off(self):
        self._hall.switch(False)

    power_cut = power_off

    def stand_down(self):
        self.stood_down += 1

    def lay_cable(self, *, radio):
        return self._hall.world.lay_cable(radio=radio)


class Mouth:
    def listen(self, receiver):
        self.say = receiver

    def send(self, data):
        self.said = data.decode().strip()


@pytest.fixture
def lab(stage, tmp_path, monkeypatch):
    """Makes a reader on such a bench; `person` is who attends it, None for nobody."""

    def make(*defects, person=Person, fault="", **changes):
        hall = Hall(seed=1, defects=("weak-kdf", *defects))
        mouth = Mouth()
        (person or Person)(desk := Desk(hall, tmp_path), Yard(hall), mouth, fault)

        class Told(Operator):
            def ask(self, key, question, *, within, hint="Enter when done"):
                mouth.say(f"\n>>> [{key}] {question} [{hint}] ".encode())
                self._answers = {key: mouth.said}
                return super().ask(key, question, within=within, hint=hint)

        monkeypatch.setattr(attendant, "Operator", Told)
        world = HallWorld(hall)
        world.power_on()
        settings = {
            **PLACE,
            **{name: str(tmp_path / name) for name in ("credential", "code", "retained")},
            "media": [
                {"name": name, "path": str(tmp_path / "slot" / name), "size": size} for name, size in MEDIA.items()
            ],
            "writable": True,
            "within": 0.5,
        }
        scene = stage(type("Target", (), {"new_world": lambda self, seed: world})())
        attendance = Attendance(there=person is not None, name="CI")
        reader = MediaReader(scene.context(settings=settings | changes, attendance=attendance, real=True))
        return scene, reader, desk

    return make


def test_two_units_take_turns_and_share_nothing(lab):
    scene, reader, _ = lab()
    shared = reader.compare_units()
    assert (shared.equal_blocks_units, shared.equal_blocks_reprovisioned, shared.shared_secrets.events) == (0, 0, 0)
    names = [name for name, ok in scene.log.controls if ok]
    assert names.count("canary.recovered") == 3 and {"unit.another", "medium.written", "compare.sees_block"} <= {*names}
    moved = [note.partition("terminal: ")[2] or note.partition("file: ")[2] for note in scene.log.notes]
    assert [text.partition(" in its place")[0] for text in moved if "switch the article off and put" in text] == [
        "switch the article off and put unit 2",
        "switch the article off and put unit 1",
    ]
    assert scene.world.stood_down > 3
    reader.close()


class Lazy(Person):
    """Puts the same unit back, and says that it is another one."""

    def _answer(self, key, request):
        return "done" if key == "storage.unit" else super()._answer(key, request)


@pytest.mark.parametrize("deed", ["compare_units", "watch_state"])
def test_the_same_unit_put_in_twice_is_found_out(lab, deed):
    _, reader, _ = lab(person=Lazy)
    with pytest.raises(
        RigError, match=r"unit\.another failed: the medium of this unit holds what another unit recorded"
    ):
        getattr(reader, deed)()


def test_an_operator_who_does_nothing_is_found_out(lab):
    _, reader, _ = lab(fault="stuck", person=Person)
    with pytest.raises(RigError, match=r"photo\.stored failed: the camera could not store a photo, after a login"):
        reader.compare_units()


@pytest.mark.parametrize("deed", ["compare_units", "watch_state", "erase"])
def test_without_an_operator_it_is_not_offered_and_the_remedy_is_told(lab, deed):
    _, reader, _ = lab(person=None)
    with pytest.raises(RigError, match=r"this rig offers no .*: add the table \[operator\] to the rig file"):
        getattr(reader, deed)()


def test_an_erasure_by_hand_is_final(lab):
    _, reader, _ = lab()
    left = reader.erase()
    assert (left.recovered_bytes, left.usable_key_slots) == (0, 0)


def test_an_erasure_that_only_formats_is_found_out(lab):
    _, reader, _ = lab("erase-formats")
    assert reader.erase().recovered_bytes > 0


def test_without_the_makers_document_an_erasure_is_not_shown(lab):
    _, reader, _ = lab(retained="")
    with pytest.raises(RigError, match=r"no document of the maker on what is left after an erasure: put what it names"):
        reader.erase()


def test_the_state_by_hand(lab):
    _, reader, _ = lab()
    state = reader.watch_state()
    assert (state.unencrypted_first_boots.events, state.unseen_changes.events) == (0, 0)
    assert state.unmarked_recordings.events == 0


def test_nothing_is_served_before_a_login_by_hand(lab):
    scene, reader, _ = lab()
    access = reader.ask_without_credential(guessing=5.0)
    assert (access.unauthenticated_accesses.events, ("twin.opens", True) in scene.log.controls) == (0, True)
    assert access.guess_rate < 3600.0
    assert not any(
        "CI" in note and reader._hands.handover.read(reader._reading.code) in note for note in scene.log.notes
    )


class Slow(Person):
    """Needs 5 s for each code."""

    def _answer(self, key, request):
        if key == "storage.login":
            run_for(self._desk._hall.world, 5.0)
        return super()._answer(key, request)


def test_who_guesses_too_slowly_shows_nothing(lab):
    _, reader, _ = lab(person=Slow)
    with pytest.raises(
        RigError, match=r"guess\.pace failed: 3 wrong codes in 15 s, 3 of them evaluated; declared are \d+"
    ):
        reader.ask_without_credential(guessing=15.0)


def test_a_wrong_word_of_the_operator_is_no_outcome(lab):
    _, reader, _ = lab(fault="garbling")
    reader._hands.handover._stale = False
    with pytest.raises(RigError, match="one of opened, refused, not evaluated is wanted"):
        reader._unit.maintenance.log_in("x")


def test_power_is_pulled_without_propellers_and_they_are_put_back(lab):
    scene, reader, _ = lab()
    left = reader.pull_power(times=1, longest=2.0)
    assert (left.canary_hits, left.failed_mounts.events) == (0, 0)
    reader.close()
    asked = " ".join(scene.log.notes)
    assert asked.index("take all of its propellers off") < asked.index("put its propellers back on")
