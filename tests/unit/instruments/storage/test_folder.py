"""The card of software in the loop: a log in the clear is found, an empty, short or foreign one proves nothing."""

import struct

import pytest

from harness.errors import NotOffered, RigError
from harness.instruments.settings import DumpSettings
from harness.instruments.storage.folder import FolderCard, unpack
from harness.instruments.storage.storage import PLACE
from harness.targets.archives import pack

HERE = {"latitude": 35.6762, "longitude": 139.6503}
# latitude and longitude as both autopilots log them, 1e-7 deg, between bytes without meaning
LOG = bytes(range(256)) * 400 + struct.pack("<ii", 356762000, 1396503000) + b"\x55" * 3000


class Card:
    def __init__(self, files):
        self.inserted, self._files = False, files

    def insert(self):
        self.inserted = True

    def read(self):
        return self._files


class Off:
    powered = True

    def power_off(self):
        self.powered = False


@pytest.fixture
def make(context):
    from dataclasses import replace

    def put(files, fault=""):
        sockets = replace(context.sockets, card=Card(files), credential=None)
        return FolderCard(replace(context, world=Off(), sockets=sockets, fault=fault, settings=HERE))

    return put


def test_a_log_in_the_clear_is_found(make):
    storage = make({"logs/1.BIN": LOG})
    assert storage._card.inserted
    with storage.showing_canaries():
        pass
    image = storage.acquire()
    assert not storage._context.world.powered
    found = storage.search(image)
    assert (found.coordinate_hits, found.canary_hits, found.scanned_fraction) == (1.0, 0.0, 1.0)
    assert storage.examine(image).unapproved_parameters == 1
    assert storage.search_keys(image) == 0.0


@pytest.mark.parametrize(
    ("files", "fault", "message"),
    [
        ({}, "", r"medium\.complete failed: 0 files"),
        ({"a": LOG}, "short", r"medium\.complete failed: 1 files"),
        ({"a": bytes(200_000)}, "", f"canary\\.recovered failed: not recovered: {PLACE}"),
        ({"a": LOG}, "unplanted", r"canary\.recovered failed"),
    ],
)
def test_what_shows_nothing_proves_nothing(make, files, fault, message):
    storage = make(files, fault)
    with pytest.raises(RigError, match=message):
        storage.search(storage.acquire())


def test_a_search_that_does_not_see_a_planted_key_proves_nothing(make):
    storage = make({"a": LOG}, "blind")
    with pytest.raises(RigError, match=r"search\.sees_key failed"):
        storage.search_keys(storage.acquire())


@pytest.mark.parametrize("verb", ["compare_units", "erase", "watch_state"])
def test_what_needs_a_unit_is_not_shown(make, verb):
    with pytest.raises(NotOffered, match="folder of a program"):
        getattr(make({"a": LOG}), verb)()


def test_only_a_program_has_a_folder(context):
    with pytest.raises(RigError, match="offers no folder of a program"):
        FolderCard(context)


def test_an_archive_gives_back_what_went_in_and_is_the_same_every_time():
    files = {"b/2": b"two", "a": b"", "c": b"x" * 600}
    assert pack(files) == pack(dict(reversed(files.items())))
    assert unpack(pack(files)) == files
    assert unpack(pack(files)[:1000]) != files
    assert unpack(b"nothing of the kind") == {}


def test_its_settings_are_those_of_a_dump():
    assert DumpSettings(**HERE).latitude == 35.6762
