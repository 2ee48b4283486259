"""The card of a program: what it wrote, and nothing that the rig gave it."""

import pytest

from harness.errors import RigError
from harness.targets.programs.card import ProgramCard


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "1.BIN").write_bytes(b"\xa3\x95log")
    (tmp_path / "output.txt").write_text("said")
    (tmp_path / "etc").symlink_to(tmp_path / "logs")
    (tmp_path / "linked").symlink_to(tmp_path / "output.txt")
    return tmp_path


def test_it_holds_what_the_program_wrote(folder):
    card = ProgramCard()
    card.insert()
    card.take(folder, {"output.txt"})
    # neither what a link points at nor what the rig put there
    assert card.read() == {"logs/1.BIN": b"\xa3\x95log"}


def test_nothing_is_read_of_a_folder_that_nobody_wants(folder):
    card = ProgramCard()
    card.take(folder, set())
    with pytest.raises(RigError, match="nothing is on the card"):
        card.read()
