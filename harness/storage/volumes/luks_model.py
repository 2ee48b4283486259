"""What a LUKS header says, as values: LUKS1 and LUKS2 alike."""

from dataclasses import dataclass

from harness.errors import MaterialError
from harness.storage.image.image import Range


@dataclass(frozen=True, kw_only=True)
class Kdf:
    """Key derivation of a key slot; `memory` in KiB, `time` the passes or iterations, `lanes` the parallelism."""

    type: str
    time: int
    memory: int
    lanes: int
    hash: str
    salt: str


@dataclass(frozen=True, kw_only=True)
class KeySlot:
    """One key slot: sizes in bytes, `offset` of its area from the start of the volume."""

    number: int
    type: str
    key_size: int
    cipher: str
    cipher_key_size: int
    offset: int
    size: int
    stripes: int
    af_hash: str
    kdf: Kdf


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One data segment: offset and sizes in bytes.

    Attributes:
        size: None reaches to the end of the device.
        integrity: name of the authentication, such as "hmac(sha256)" or "aead"; empty where there is none.
        flags: such as "in-reencryption", or "backup-final" for one that only describes.
    """

    number: int
    type: str
    cipher: str
    offset: int
    size: int | None
    sector_size: int
    iv_tweak: int
    integrity: str = ""
    flags: tuple[str, ...] = ()

    @property
    def holds_data(self) -> bool:
        """Whether data lies there; a backup segment only says what was or will be."""
        return not any(flag.startswith("backup-") for flag in self.flags)


@dataclass(frozen=True, kw_only=True)
class Digest:
    """How the volume key of `keyslots` and `segments` is recognised; `salt` and `digest` base64."""

    type: str
    hash: str
    iterations: int
    salt: str
    digest: str
    keyslots: tuple[int, ...]
    segments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class LuksHeader:
    """What the header at `offset` of the image says.

    Attributes:
        version: 1 or 2.
        offset: of the volume, bytes from the start of the image.
        header_size: bytes of one header with its JSON area (LUKS1: of the header).
        metadata: the fields and JSON texts of all sound copies and no byte more; here repeated blocks and JSON are to
            be expected.
        problems: what is wrong without making it unreadable, such as a bad checksum of one copy.
        tokens: types of what may open a key slot in a person's place, such as a TPM.
        reserved: bytes from the start of the volume that its headers and the areas of key slots take.
        strangers: fields of the JSON text that the format does not know, and tokens of unknown kinds: a key may lie
            in them.
    """

    version: int
    offset: int
    uuid: str
    header_size: int
    keyslots: tuple[KeySlot, ...]
    segments: tuple[Segment, ...]
    digests: tuple[Digest, ...]
    metadata: tuple[Range, ...]
    problems: tuple[str, ...]
    tokens: tuple[str, ...] = ()
    reserved: int = 0
    strangers: tuple[str, ...] = ()

    def covered(self, end: int) -> tuple[Range, ...]:
        """What of the medium up to `end` the header accounts for; of all else it says nothing.

        A segment that begins in the header lies on another medium (a detached header).
        """
        parts = [Range(self.offset, max(self.reserved, self.header_size))]
        for segment in self.segments:
            start = self.offset + segment.offset
            if segment.holds_data and segment.offset >= self.reserved and start < end:
                parts.append(Range(start, end - start if segment.size is None else segment.size))
        return tuple(Range(part.offset, min(part.end, end) - part.offset) for part in parts)


def c_text(field: bytes) -> str:
    """A field of fixed length, up to its first zero."""
    return field.split(b"\0", 1)[0].decode("ascii", "replace")


def bad_header(offset: int, problem: str) -> MaterialError:
    """The error of a header that breaks the bounds of its format."""
    return MaterialError(f"LUKS header at offset {offset:#x}: {problem}")
