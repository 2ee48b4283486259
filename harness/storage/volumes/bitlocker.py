"""BitLocker volumes, by their boot sector and metadata block; recognised and described, not opened.

Source: Metz, BitLocker Drive Encryption (BDE) format specification, libbde documentation.
"""

import struct

from harness.storage.image.found import Found, Held, Readable

KIND = "bitlocker"
SIGNATURE, TO_GO = b"-FVE-FS-", b"MSWIN4.1"
# identifiers of BitLocker and of BitLocker for used space only, as they lie on the medium
IDENTIFIERS = (
    bytes.fromhex("3bd667492e2ed84a8399f6a339e3d001"),
    bytes.fromhex("3b4da89280dd0e4d9e4eb1e3284eaed8"),
)
SIGNATURE_AT = 3
FIXED_AT, TO_GO_AT = 160, 424
VISTA_AT = 56
METHODS = {
    0x8000: "AES-CBC 128 with diffuser",
    0x8001: "AES-CBC 256 with diffuser",
    0x8002: "AES-CBC 128",
    0x8003: "AES-CBC 256",
    0x8004: "AES-XTS 128",
    0x8005: "AES-XTS 256",
}
BLOCK, METHOD_AT = 112, 64 + 36
SECTOR_SIZES = (512, 1024, 2048, 4096)


def check_bitlocker(image: Readable, offset: int) -> Found | None:
    """The volume whose boot sector lies at `offset`, with its encryption method where a metadata block can be read."""
    sector = image.read(offset, 512)
    if len(sector) < 512 or sector[510:] != b"\x55\xaa" or sector[0] not in (0xEB, 0xE9):
        return None
    size = int.from_bytes(sector[11:13], "little")
    if sector[3:11] not in (SIGNATURE, TO_GO) or size not in SECTOR_SIZES:
        return None
    places = _metadata_places(sector)
    if places is None:
        return None
    methods = (_method(image, offset + place) for place in places)
    method = next((name for name in methods if name), "method not readable")
    return Found(kind=KIND, offset=offset, size=512, detail=f"BitLocker volume, {method}")


def check_signature(data: bytes, at: int) -> Found | None:
    """The volume whose signature lies at `at`, from its boot sector alone."""
    return check_bitlocker(Held(data), at - SIGNATURE_AT)


def _metadata_places(sector: bytes) -> tuple[int, ...] | None:
    """Where the boot sector says that the metadata blocks lie; None where it is no BitLocker sector."""
    at = TO_GO_AT if sector[3:11] == TO_GO else FIXED_AT
    if sector[at : at + 16] in IDENTIFIERS:
        return struct.unpack_from("<3Q", sector, at + 16)
    if sector[3:11] == TO_GO:
        return None
    # Windows Vista: the cluster of the first block instead
    cluster = int.from_bytes(sector[VISTA_AT : VISTA_AT + 8], "little")
    return (cluster * sector[13] * int.from_bytes(sector[11:13], "little"),)


def _method(image: Readable, at: int) -> str:
    block = image.read(at, BLOCK)
    if len(block) < BLOCK or block[:8] != SIGNATURE or int.from_bytes(block[10:12], "little") not in (1, 2):
        return ""
    method = int.from_bytes(block[METHOD_AT : METHOD_AT + 2], "little")
    return METHODS.get(method, f"method {method:#x}")
