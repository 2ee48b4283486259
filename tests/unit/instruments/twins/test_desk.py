"""The reader and the papers beside the drone of the twins."""

import pytest

from harness.instruments.twins import answerers
from harness.instruments.twins.desk import ARTICLE, HOST, Desk
from harness.instruments.twins.hall import Hall
from harness.instruments.twins.person import Person
from harness.instruments.twins.yard import Yard
from harness.timing import run_for


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(Hall(seed=1, defects=("weak-kdf",)), tmp_path_factory.mktemp("desk"))


@pytest.fixture
def folder(desk):
    return desk._folder


def test_the_card_appears_as_files_while_the_host_has_it(desk, folder):
    assert list((folder / "slot").iterdir()) == [] and desk.side == ARTICLE
    desk.switch(HOST)
    card = folder / "slot" / "companion-emmc"
    assert card.read_bytes() == desk._hall.unit.recorder.medium.image()
    # what the host writes is on the medium
    before = card.read_bytes()[:4]
    with card.open("r+b") as file:
        file.write(b"HOST")
    assert desk._hall.unit.recorder.medium.read(0, 4) == b"HOST"
    desk._hall.unit.recorder.medium.write(0, before)
    desk.switch(ARTICLE)
    assert not card.exists()


def test_the_switch_answers_as_its_maker_says_and_a_stuck_one_moves_nothing(desk):
    answer = answerers.sdmux(desk, "")
    assert [answer(word) for word in ("get", "host", "get", "dut", "get", "left")] == [
        *("dut", "ok", "host", "ok", "dut", "error")
    ]
    stuck = answerers.sdmux(desk, "stuck")
    assert (stuck("host"), stuck("get")) == ("ok", "dut")


def test_a_second_unit_has_a_medium_and_secrets_of_its_own(desk, folder):
    first = (folder / "credential").read_text()
    desk.put(2)
    desk._hall.switch(True)
    run_for(desk._hall.world, 0.5)
    desk.hand_over()
    assert (folder / "credential").read_text() != first
    assert (folder / "credential").stat().st_mode & 0o77 == 0
    assert (folder / "unit-2" / "companion-emmc").read_bytes() != (folder / "unit-1" / "companion-emmc").read_bytes()
    desk.put(1)
    desk.hand_over()
    assert (folder / "credential").read_text() == first and not desk._hall.powered


class Mouth:
    def __init__(self):
        self.said = []

    def listen(self, receiver):
        self.say = receiver

    def send(self, data):
        self.said.append(data)


def person(desk, fault=""):
    mouth = Mouth()
    Person(desk, Yard(desk._hall), mouth, fault)
    return mouth


def ask(mouth, key, request):
    for piece in (b"\n>>> [%s] " % key.encode(), request.encode(), b" [Enter when done] "):
        mouth.say(piece)
    return b"".join(mouth.said).decode().strip()


def test_the_operators_twin_does_what_is_asked(desk):
    assert ask(person(desk), "storage.scene", "put this text in front of the camera: CANARY-7") == "done"
    assert desk._hall.unit.scene == "CANARY-7"
    assert ask(person(desk), "storage.read", "put into the reader: companion-emmc") == "done"
    assert desk.side == HOST
    assert ask(person(desk), "storage.back", "put the media back") == "done"
    assert desk.side == ARTICLE
    assert ask(person(desk), "storage.login", "log in with 'wrong'") == "refused"


@pytest.mark.parametrize(("fault", "said"), [("silent", ""), ("garbling", "the switch is broken"), ("stuck", "done")])
def test_an_operators_twin_with_a_fault(desk, fault, said):
    assert ask(person(desk, fault), "storage.read", "put into the reader: companion-emmc") == said
    assert desk.side == (HOST if fault == "silent" else ARTICLE)
    desk.switch(ARTICLE)


def test_the_crew_of_the_twins_loads_it_from_the_next_boot_on(desk):
    hall, crew = desk._hall, person(desk)
    ask(crew, "crew.load", "bring the article to 2.300 kg, its centre of mass +10.0 mm forward and -5.0 mm right of")
    ask(crew, "crew.degrade", "put the declared degradation in")
    assert float(ask(person(desk), "crew.mass", "weigh")) == 2.3
    hall.switch(True)
    run_for(hall.world, 0.5)
    found = hall.world.sockets.crew.weigh()
    assert (found.mass, found.gnss_noise) == (pytest.approx(2.3), pytest.approx(2.0))
    assert found.centre[:2] == (pytest.approx(0.01), pytest.approx(-0.005))
    hall.switch(False)
    ask(crew, "crew.unload", "take it off")
    assert hall.load == hall.empty


def test_who_did_nothing_reads_the_scales_all_the_same(desk):
    lazy = person(desk, "stuck")
    ask(lazy, "crew.load", "bring the article to 2.300 kg, its centre of mass +0.0 mm forward and +0.0 mm right of")
    shown = float(ask(person(desk, "stuck"), "crew.mass", "weigh"))
    assert shown == pytest.approx(desk._hall.empty.mass, abs=0.001) != 2.3


def test_a_used_pack_stays_used_until_it_is_exchanged(desk):
    hall = desk._hall
    hall.charge = 0.4
    assert float(ask(person(desk), "crew.charge", "read")) == 40.0
    ask(person(desk), "crew.pack", "put a full pack in")
    assert float(ask(person(desk), "crew.charge", "read")) == pytest.approx(100.0, abs=0.01)
