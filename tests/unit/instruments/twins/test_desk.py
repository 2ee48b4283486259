"""The reader and the papers beside the drone of the twins."""

import pytest

from harness.instruments.twins import answerers
from harness.instruments.twins.desk import ARTICLE, HOST
from harness.timing import run_for


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
