from dataclasses import replace

import pytest

from harness.errors import RigError
from harness.instruments.attendant import Attendant
from harness.instruments.operator import Attendance
from harness.instruments.settings import ReaderSettings
from harness.instruments.storage import card as card_module
from harness.instruments.storage.card import Card

PLACE = {"latitude": 35.6762, "longitude": 139.6503}


@pytest.fixture
def card(real, tmp_path):
    """Makes a card that is moved by hand, and the medium that stands in the reader."""
    (tmp_path / "answers.toml").write_text('[answers]\n"storage.read" = "done"\n"storage.back" = "done"\n')
    (tmp_path / "slot").write_bytes(bytes(5000))

    def make(**changes):
        medium = {"name": "recorder", "path": "slot", "size": 5000}
        settings = ReaderSettings(**{**PLACE, "media": (medium,), "within": 0.3, **changes})
        rig = Attendance(there=True, answers=tmp_path / "answers.toml")
        context = replace(real(within=0.3), bench=tmp_path, attendance=rig)
        return Card(context, settings, Attendant(context)), settings.media[0]

    return make


def test_it_is_asked_for_once_and_given_back_once(card, real, tmp_path):
    made, medium = card()
    assert [made.take(medium) for _ in range(2)] == [tmp_path / "slot"] * 2
    made.give_back()
    made.give_back()
    asked = [note.partition("file: ")[2] for note in real.log.notes]
    assert asked == [
        "see that the article is off, and put into the reader: recorder -> done",
        "put the media back into the article -> done",
    ]
    assert made.describe() == "recorder at slot; moved by hand"


def test_what_is_written_is_read_back(card, real, tmp_path):
    made, medium = card(writable=True)
    made.write(medium, b"x" * 5000)
    assert (tmp_path / "slot").read_bytes() == b"x" * 5000
    assert real.log.controls == [("medium.written", True)]


def test_a_medium_that_keeps_something_else_is_found_out(card, real, tmp_path, monkeypatch):
    made, medium = card(writable=True)
    monkeypatch.setattr(card_module.os, "fsync", lambda file: (tmp_path / "slot").write_bytes(bytes(5000)))
    with pytest.raises(RigError, match=r"medium\.written failed"):
        made.write(medium, b"x" * 5000)


def test_without_the_word_of_the_rig_file_nothing_is_written(card, tmp_path):
    made, medium = card()
    with pytest.raises(RigError, match="set writable = true"):
        made.write(medium, b"x" * 5000)
    assert (tmp_path / "slot").read_bytes() == bytes(5000)


@pytest.mark.parametrize(("thing", "said"), [(None, "No such file"), (b"", "no medium"), ("folder", "neither a file")])
def test_what_is_no_medium_is_told(card, tmp_path, thing, said):
    made, medium = card()
    (tmp_path / "slot").unlink()
    if thing == "folder":
        (tmp_path / "slot").mkdir()
    elif thing is not None:
        (tmp_path / "slot").write_bytes(thing)
    with pytest.raises(RigError, match=rf"wanted a file or block device with data at .*slot, got {said}"):
        made.take(medium)
