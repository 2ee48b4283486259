import hashlib
from pathlib import Path

import pytest

from harness.drone.firmware import BILL_NAME, FirmwareConfig, FirmwareStore, build_image
from harness.drone.firmware.package import Rules, Slot
from harness.drone.firmware.store import BLOCK, RECORD_SIZE, SLOT_SIZE, UpdateConfig
from harness.errors import VehicleError
from harness.supply import unpack

ARTICLES = Path(__file__).parents[4] / "rigs" / "articles"
NEWER = Slot.decode((ARTICLES / "embedded" / "newer.pkg").read_bytes())


def test_as_made_the_aircraft_holds_the_release():
    store = FirmwareStore(FirmwareConfig())
    assert store.read_image() == build_image()
    assert store.reported_version == "1.4.2"
    assert store.reported_hash == hashlib.sha256(build_image()).digest()[:8]
    assert store.read_bill() == unpack(store.read_image())[BILL_NAME]


def test_tampering_changes_one_byte_and_the_aircraft_does_not_know():
    store = FirmwareStore(FirmwareConfig(tampered=True))
    pairs = [(a, b) for a, b in zip(store.read_image(), build_image(), strict=True) if a != b]
    assert len(pairs) == 1
    assert store.reported_hash == hashlib.sha256(build_image()).digest()[:8]


def test_spoofed_version_leaves_the_image_alone():
    store = FirmwareStore(FirmwareConfig(reported_version="9.9.9"))
    assert store.reported_version == "9.9.9"
    assert store.read_image() == build_image()


def test_bill_defects_leave_the_image_alone():
    for config in (FirmwareConfig(sbom_missing_supplier=True), FirmwareConfig(sbom_empty_graph=True)):
        store = FirmwareStore(config)
        assert store.read_image() == build_image()
        assert store.read_bill() != unpack(build_image())[BILL_NAME]


def test_another_image_does_not_boot_unless_nobody_looks():
    image = bytearray(build_image())
    image[5000] ^= 1
    for verified in (True, False):
        store = FirmwareStore(FirmwareConfig(verified_boot=verified))
        store.check_boot()
        store.write_image(bytes(image))
        assert store.read_image() == bytes(image)
        if verified:
            with pytest.raises(VehicleError, match="refuses the firmware"):
                store.check_boot()
        else:
            store.check_boot()


def test_another_build_has_the_version_of_the_release_and_boots():
    store = FirmwareStore(FirmwareConfig(rebuilt=True))
    assert store.read_image() != build_image()
    assert store.reported_version == "1.4.2"
    store.check_boot()


# -- two slots


def test_an_update_is_written_beside_the_running_image_and_starts_at_the_next_boot():
    store = FirmwareStore(FirmwareConfig())
    before, steps = store.read_image(), 1
    installation = store.begin_update(NEWER.encode())
    while not installation.step():
        assert store.read_image() == before
        steps += 1
    assert steps == -(-len(NEWER.image) // BLOCK)
    store.check_boot()
    assert (store.read_image(), store.reported_version, store.read_chip()) == (NEWER.image, "1.5.0", before)
    assert store.reported_hash == hashlib.sha256(NEWER.image).digest()[:8]


def test_after_an_update_the_older_one_starts_no_more():
    store = FirmwareStore(FirmwareConfig())
    old = store.running
    installation = store.begin_update(NEWER.encode())
    while not installation.step():
        pass
    store.check_boot()
    store.program(old)
    with pytest.raises(VehicleError, match=r"older than 1\.5\.0"):
        store.check_boot()


def test_a_bad_image_in_one_slot_leaves_the_other_to_start():
    store = FirmwareStore(FirmwareConfig())
    installation = store.begin_update(NEWER.encode())
    while not installation.step():
        pass
    store.program(Slot(image=b"rubbish"))
    store.check_boot()
    assert store.read_image() == build_image()


def test_the_spare_chip_comes_back_as_it_was_and_a_ruined_record_starts_nothing():
    store = FirmwareStore(FirmwareConfig())
    chip = store.read_spare()
    assert len(chip) == RECORD_SIZE + SLOT_SIZE
    store.write_spare(chip)
    store.check_boot()
    assert store.read_spare() == chip
    for ruin in (bytes(len(chip)), b'{"active": 0, "slots": [], "size": 0}'.ljust(len(chip), b"\xff")):
        store.write_spare(ruin)
        with pytest.raises(VehicleError, match="refuses the firmware"):
            store.check_boot()
    store.restore()
    store.check_boot()


def test_written_in_place_half_an_update_starts_nothing():
    store = FirmwareStore(FirmwareConfig(update=UpdateConfig(two_slots=False)))
    store.begin_update(NEWER.encode()).step()
    with pytest.raises(VehicleError, match="refuses the firmware"):
        store.check_boot()


def test_an_image_too_large_for_a_slot_is_refused():
    store = FirmwareStore(
        FirmwareConfig(update=UpdateConfig(rules=Rules(signature=False, monotonic=False, model=False)))
    )
    with pytest.raises(VehicleError, match="a slot 131072"):
        store.begin_update(Slot(image=bytes(SLOT_SIZE + 1)).encode())
