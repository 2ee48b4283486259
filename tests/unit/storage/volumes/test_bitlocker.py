import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.storage.image.found import Held
from harness.storage.volumes.bitlocker import IDENTIFIERS, check_bitlocker


def volume(method=0x8004, name=b"-FVE-FS-", at=160):
    """A volume made by hand after the format's description; no tool here makes one."""
    sector = bytearray(512)
    sector[:3], sector[3:11], sector[11:14], sector[510:] = b"\xeb\x58\x90", name, b"\x00\x02\x08", b"\x55\xaa"
    sector[at : at + 16] = IDENTIFIERS[0]
    struct.pack_into("<3Q", sector, at + 16, 4096, 8192, 12288)
    block = bytearray(112)
    block[:12] = b"-FVE-FS-" + struct.pack("<HH", 112, 2)
    struct.pack_into("<I", block, 100, method)
    return bytes(sector).ljust(4096, b"\0") + bytes(block).ljust(4096, b"\0")


@pytest.mark.parametrize(
    ("method", "text"), [(0x8004, "AES-XTS 128"), (0x8000, "AES-CBC 128 with diffuser"), (0x9000, "method 0x9000")]
)
def test_volume_is_recognised_with_its_method(method, text):
    found = check_bitlocker(Held(bytes(512) + volume(method)), 512)
    assert found is not None and (found.offset, found.detail) == (512, f"BitLocker volume, {text}")


def test_removable_and_old_volumes_are_recognised():
    found = check_bitlocker(Held(volume(name=b"MSWIN4.1", at=424)), 0)
    assert found is not None and found.detail.endswith("AES-XTS 128")
    vista = bytearray(volume())
    vista[160:176], vista[56:64] = bytes(16), (1).to_bytes(8, "little")
    found = check_bitlocker(Held(bytes(vista)), 0)
    assert found is not None and found.detail.endswith("AES-XTS 128")


def test_unreadable_metadata_are_said():
    found = check_bitlocker(Held(volume()[:512]), 0)
    assert found is not None and found.detail == "BitLocker volume, method not readable"


def test_plain_fat_and_a_lone_signature_are_no_volume():
    plain = bytearray(volume(name=b"MSWIN4.1", at=424))
    plain[424:440] = bytes(16)
    assert check_bitlocker(Held(bytes(plain)), 0) is None
    assert check_bitlocker(Held(b"-FVE-FS-".ljust(512, b"\0")), 0) is None
    assert check_bitlocker(Held(volume()[:100]), 0) is None
    assert check_bitlocker(Held(volume()), 1 << 60) is None


@given(st.integers(0, 511), st.binary(min_size=1, max_size=64))
def test_any_boot_sector_is_survived(at, patch):
    data = bytearray(volume())
    data[at : at + len(patch)] = patch
    found = check_bitlocker(Held(bytes(data)), 0)
    assert found is None or found.detail.startswith("BitLocker volume, ")
