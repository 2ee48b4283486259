"""The MBR partition table of the medium (the classical four-entry table; addresses in sectors of 512 bytes)."""

import secrets
import struct
from dataclasses import dataclass

from harness.drone.recorder.config import RecorderConfig
from harness.drone.recorder.medium import MEBIBYTE, Medium, Region
from harness.errors import UsageError

SECTOR = 512
LUKS_TYPE, FAT16_TYPE, DATA_TYPE = 0xE8, 0x0E, 0xDA
ENTRY = struct.Struct("<B3sB3sII")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where what lies on the medium; ``log`` and ``keys`` only with the defects that need them."""

    main: Region
    log: Region | None
    keys: Region | None


def layout(config: RecorderConfig, medium: Medium) -> Layout:
    """Divide `medium`: 1 MiB for the table, the main partition, then 1 MiB for each extra one.

    Raises:
        UsageError: the medium is too small.
    """
    extras = config.plaintext_log_partition + config.key_beside_data
    main_size = medium.size - (1 + extras) * MEBIBYTE
    if main_size <= MEBIBYTE:
        raise UsageError(f"a medium of {medium.size} bytes is too small to record on; use 24 MiB")
    end = MEBIBYTE + main_size
    log = Region(medium, end, MEBIBYTE) if config.plaintext_log_partition else None
    keys = Region(medium, medium.size - MEBIBYTE, MEBIBYTE) if config.key_beside_data else None
    return Layout(main=Region(medium, MEBIBYTE, main_size), log=log, keys=keys)


def is_partitioned(medium: Medium) -> bool:
    """Whether a partition table was written before."""
    return medium.read(510, 2) == b"\x55\xaa"


def write_table(config: RecorderConfig, medium: Medium) -> None:
    """Write the partition table that belongs to `config`."""
    plan = layout(config, medium)
    main_type = {"luks2": LUKS_TYPE, "none": FAT16_TYPE, "jpeg-only": DATA_TYPE}[config.encryption]
    entries = [_entry(main_type, plan.main)]
    entries += [_entry(DATA_TYPE, extra) for extra in (plan.log, plan.keys) if extra is not None]
    table = b"".join(entries).ljust(4 * ENTRY.size, b"\0")
    medium.write(440, secrets.token_bytes(4) + b"\0\0" + table + b"\x55\xaa")


def _entry(kind: int, region: Region) -> bytes:
    # FE FF FF is the customary "use the linear address" in the cylinder fields.
    return ENTRY.pack(0, b"\xfe\xff\xff", kind, b"\xfe\xff\xff", region.offset // SECTOR, region.size // SECTOR)
