import shutil
from pathlib import Path

import pytest

from harness.errors import FileError, RigError
from harness.instruments import attendant
from harness.instruments.operator import Operator
from harness.instruments.storage.reader import MediaReader
from harness.targets.embedded.embedded import EmbeddedTarget

PLACE = {"latitude": 35.6762, "longitude": 139.6503}
ANSWERS = '[answers]\n"storage.scene" = "done"\n"storage.read" = "done"\n"storage.back" = "done"\n'
MUX = """#!/bin/sh
case "$2" in
get) cat side ;;
host) echo host > side; [ -e card.img ] && ln -sf card.img slot ;;
dut) echo dut > side; rm -f slot ;;
esac
"""


@pytest.fixture
def lab(stage, tmp_path, monkeypatch):
    """A drone whose card is taken out at each power-off, and a reader for it; `mux` for one with a switch."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answers.toml").write_text(ANSWERS)
    (tmp_path / "usbsdmux").write_text(MUX)
    (tmp_path / "usbsdmux").chmod(0o755)

    def make(*defects, mux=True, **changes):
        scene = stage(EmbeddedTarget(defects=("weak-kdf", *defects)))
        sockets, power_off = scene.world.sockets, scene.world.power_off

        class Hands(Operator):
            def ask(self, key, question, **options):
                if key == "storage.scene":
                    sockets.scene(question.rpartition(" ")[2])
                if key == "storage.read":
                    shutil.copy("card.img", "slot")
                return super().ask(key, question, **options)

        def switch_off():
            power_off()
            Path("card.img").write_bytes(sockets.medium())

        monkeypatch.setattr(attendant, "Operator", Hands)
        monkeypatch.setattr(scene.world, "power_off", switch_off)
        scene.world.power_on()
        Path("credential.txt").write_text(sockets.credential() + "\n")
        own = {"mux": "/dev/mux", "mux_command": str(tmp_path / "usbsdmux")} if mux else {}
        medium = {"name": "recorder", "path": "slot", "size": sockets.medium_size}
        settings = {
            **PLACE,
            "media": [medium],
            "credential": "credential.txt",
            "answers": "answers.toml",
            "within": 2.0,
        }
        return scene, MediaReader(scene.context(bench=tmp_path, settings=settings | own | changes))

    return make


def record(scene, reader):
    with reader.showing_canaries(), scene.hovering() as vehicle:
        vehicle.linger(3.0)
    return reader.acquire()


@pytest.mark.parametrize("mux", [True, False], ids=["switch", "by hand"])
def test_a_card_is_read_where_the_reader_shows_it_and_searched(lab, mux):
    scene, reader = lab(mux=mux)
    image = record(scene, reader)
    found = reader.search(image)
    assert (found.canary_hits, found.signature_hits, found.coordinate_hits, found.scanned_fraction) == (0, 0, 0, 1)
    assert reader.examine(image).key_bits == 512
    assert reader.search_keys(image) == 0
    assert all(ok for _, ok in scene.log.controls)
    told = [note for note in scene.log.notes if note.startswith("operator ")]
    assert len(told) == (1 if mux else 2) and "in front of the camera" in told[0]
    reader.close()
    assert Path("slot").exists() is not mux


def test_what_lies_readable_on_the_card_is_found(lab):
    scene, reader = lab("plaintext-log", credential="")
    assert reader.search(record(scene, reader)).canary_hits > 0


def test_a_card_that_is_smaller_than_stated_is_not_judged(lab):
    size = 16 << 30
    scene, reader = lab(media=[{"name": "recorder", "path": "slot", "size": size}])
    with pytest.raises(RigError, match=rf"medium\.complete failed: \d+ of {size} bytes"):
        record(scene, reader)


def test_no_card_in_the_reader_is_told_with_its_path(lab):
    scene, reader = lab(media=[{"name": "recorder", "path": "other-slot", "size": 1}])
    with pytest.raises(RigError, match=r"the medium 'recorder': wanted .*other-slot, got No such file or directory"):
        record(scene, reader)


def test_the_identity_tells_who_moves_the_card_and_where_it_is(lab):
    _, reader = lab()
    assert reader.identify() == "recorder at slot; USB-SD-Mux /dev/mux, the card is at the dut"
    _, reader = lab(mux=False)
    assert reader.identify() == "recorder at slot; moved by hand"


def test_nothing_is_written_that_the_rig_file_does_not_allow(lab):
    _, reader = lab()
    with pytest.raises(RigError, match=r"nothing is written to the medium 'recorder' of this rig: set writable = true"):
        reader._unit.media[0].write(b"")


def test_a_credential_that_is_empty_is_refused_where_nobody_could_renew_it(lab):
    Path("empty.txt").write_text("\n")
    with pytest.raises(FileError, match="wants one line with the credential"):
        lab(credential="empty.txt")
