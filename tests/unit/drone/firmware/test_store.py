import hashlib

import pytest

from harness.drone.firmware import BILL_NAME, FirmwareConfig, FirmwareStore, build_image
from harness.errors import VehicleError
from harness.supply import unpack


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
