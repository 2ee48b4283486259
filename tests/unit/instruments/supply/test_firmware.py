import os

import pytest

from harness.errors import FileError, RigError
from harness.instruments.supply.firmware import ALL_FIELDS, LARGEST_DOCUMENT, FirmwareDump
from harness.judgement import Count

FINE = (0, 0, 0)


def compared(scene, **changes):
    figures = FirmwareDump(scene.context(**changes)).compare_with_release()
    counts = (figures.hash_mismatches, figures.invalid_signatures, figures.version_mismatches)
    assert {count.trials for count in counts} == {1}
    return tuple(count.events for count in counts)


# -- what is on the aircraft


def test_the_sound_drone_carries_its_release(scene):
    assert compared(scene) == FINE
    assert scene.log.controls == [("dump.complete", True)]
    assert any(note.startswith("SHA-256 of the dump") for note in scene.log.notes)


@pytest.mark.parametrize(("defect", "wanted"), [("firmware-changed", (1, 1, 0)), ("version-spoofed", (0, 0, 1))])
def test_a_changed_one_is_found(damaged, defect, wanted):
    scene = damaged(defect)
    assert compared(scene) == wanted
    assert len(scene.log.notes) == 3


def test_the_bill_of_the_sound_drone_is_complete(scene):
    bill = FirmwareDump(scene.context()).read_bill()
    assert (bill.incomplete_fields, bill.unresolved_dependencies) == (0, 0)
    assert scene.log.controls == [("dump.complete", True)]
    ((name, _, kind, data),) = scene.log.exhibits
    assert (name, kind, data) == ("bill of materials", "document", scene.world.sockets.bill())


@pytest.mark.parametrize(("defect", "fields"), [("bill-without-supplier", 1), ("bill-without-graph", 1)])
def test_an_incomplete_bill_is_found(damaged, defect, fields):
    bill = FirmwareDump(damaged(defect).context()).read_bill()
    assert bill.incomplete_fields >= fields or bill.unresolved_dependencies > 0
    assert (bill.unresolved_dependencies > 0) is (defect == "bill-without-graph")


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe\x00", b"[]", b"{}", b"[" * 100_000])
def test_a_bill_that_cannot_be_read_leaves_everything_out(scene, data):
    bill = FirmwareDump(scene.context(sockets={"bill": lambda: data})).read_bill()
    assert (bill.incomplete_fields, bill.unresolved_dependencies) == (ALL_FIELDS, 1)
    assert any(note.startswith("the bill cannot be read") for note in scene.log.notes)


# -- controls


@pytest.mark.parametrize("use", [FirmwareDump.read_bill, FirmwareDump.compare_with_release])
def test_half_of_an_image_is_found_out(scene, use):
    with pytest.raises(RigError, match=r"dump\.complete failed: 25600 of 51200 bytes were read"):
        use(FirmwareDump(scene.context("truncated")))
    assert scene.log.controls == [("dump.complete", False)]


@pytest.mark.parametrize("socket", ["firmware", "version", "bill"])
def test_a_target_without_firmware_needs_another_make(scene, socket):
    dump = FirmwareDump(scene.context(sockets={socket: None}))
    with pytest.raises(RigError, match="put another make into the role"):
        dump.read_bill() if socket == "bill" else dump.compare_with_release()


# -- the release


def declared(declaration, **changes):
    images = tuple(image.model_copy(update=changes) for image in declaration.supply.images)
    return declaration.model_copy(update={"supply": declaration.supply.model_copy(update={"images": images})})


def test_without_a_release_there_is_nothing_to_compare_with(scene, declaration):
    none = declaration.model_copy(update={"supply": declaration.supply.model_copy(update={"images": ()})})
    with pytest.raises(RigError, match="names 0 released firmware images"):
        compared(scene, declaration=none)
    both = declaration.supply.images * 2
    two = declaration.model_copy(update={"supply": declaration.supply.model_copy(update={"images": both})})
    with pytest.raises(RigError, match="names 2 released firmware images"):
        compared(scene, declaration=two)


def test_a_release_of_another_version_is_not_met(scene, declaration):
    assert compared(scene, declaration=declared(declaration, version="1.4.3")) == (0, 0, 1)


def test_a_release_of_another_image_is_not_met(scene, declaration):
    assert compared(scene, declaration=declared(declaration, sha256="0" * 64)) == (1, 0, 0)


def test_another_signature_is_not_met(scene, declaration, tmp_path):
    (tmp_path / "other.sig").write_bytes(b"not a signature")
    other = declared(declaration, signature=str(tmp_path / "other.sig"))
    assert compared(scene, declaration=other) == (0, 1, 0)


@pytest.mark.parametrize("key", ["signature", "certificate"])
@pytest.mark.parametrize("kind", ["absent", "folder", "pipe", "huge"])
def test_a_release_file_that_is_none_is_the_users_fault(scene, declaration, tmp_path, key, kind):
    path = tmp_path / kind
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "huge":
            path.write_bytes(bytes(LARGEST_DOCUMENT + 1))
    with pytest.raises(FileError, match="the declaration names it") as caught:
        compared(scene, documents=tmp_path, declaration=declared(declaration, signature=kind, certificate=kind))
    assert caught.value.path == path


# -- bad images at the chip


def test_no_bad_image_starts_and_the_released_newer_one_does(scene):
    assert FirmwareDump(scene.context()).boot_bad_images() == Count(events=0, trials=5)
    assert scene.log.controls == [("updates.bad", True), ("twin.boots", True)]


def test_a_boot_loader_that_looks_at_nothing_starts_all(damaged):
    assert FirmwareDump(damaged("unverified-boot").context()).boot_bad_images() == Count(events=5, trials=5)


def test_a_unit_that_does_not_start_the_released_image_shows_nothing(scene, monkeypatch):
    dump = FirmwareDump(scene.context())
    monkeypatch.setattr(dump, "_starts", lambda image: False)
    with pytest.raises(RigError, match=r"twin\.boots failed"):
        dump.boot_bad_images()
