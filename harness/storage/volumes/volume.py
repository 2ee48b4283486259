"""Opening a LUKS volume by the authorised route: passphrase, key slot, volume key, plaintext."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.errors import MaterialError
from harness.storage.image.blocks import PAGE, written_ranges
from harness.storage.image.image import Image, Range
from harness.storage.volumes.luks import LuksHeader, Segment, read_header
from harness.storage.volumes.sectors import check_cipher, check_key, decrypt_sectors
from harness.storage.volumes.unlock import PassphraseRefused, unlock

__all__ = ["Extent", "OpenedSource", "PassphraseRefused", "Volume", "open_volume"]

PIECE = 4 << 20
PLAIN = "none"


@dataclass(frozen=True, kw_only=True)
class Extent:
    """A segment of a volume, where its bytes lie in the image, and its key (none of a plain segment)."""

    segment: Segment
    place: Range
    key: bytes

    def decrypt(self, data: bytes, start: int) -> bytes:
        """Plaintext of `data`, whole sectors that begin `start` bytes behind the beginning of the segment."""
        if self.segment.cipher == PLAIN:
            return data
        first = start // 512 + self.segment.iv_tweak
        return decrypt_sectors(self.segment.cipher, self.key, data, first, self.segment.sector_size)


@dataclass(frozen=True, kw_only=True, eq=False)
class Volume:
    """An opened volume; `payload` is where its ciphertext lies in the image, `master_key` that of the first segment."""

    image: Image
    header: LuksHeader
    extents: tuple[Extent, ...]
    keyslot: int
    master_key: bytes

    @property
    def payload(self) -> Range:
        """From the beginning of the first segment to the end of the last."""
        start = min(extent.place.offset for extent in self.extents)
        return Range(start, max(extent.place.end for extent in self.extents) - start)

    def pieces(self) -> Iterator[bytes]:
        """The plaintext in order, at most 4 MiB at a time."""
        for extent in self.extents:
            step = max(PIECE - PIECE % extent.segment.sector_size, extent.segment.sector_size)
            for start in range(0, extent.place.size, step):
                length = min(step, extent.place.size - start)
                yield extent.decrypt(self.image.read(extent.place.offset + start, length), start)

    def read_all(self) -> bytes:
        """The whole plaintext."""
        return b"".join(self.pieces())

    def read_written(self) -> bytes:
        """The plaintext with zeros where the medium was never written."""
        source = OpenedSource((self,))
        return source.read(0, source.size)


class OpenedSource:
    """The plaintext of volumes, one behind the other, at any offset; zeros where the medium was never written.

    No cipher turns a page into nothing but 00 or FF, so such pages hold no data; their decryption is only noise.
    """

    def __init__(self, volumes: Sequence[Volume]) -> None:
        self._parts: list[tuple[int, Image, Extent]] = []
        self.size, self.unreadable, self.problems = 0, (), ()
        for volume in volumes:
            for extent in volume.extents:
                self._parts.append((self.size, volume.image, extent))
                self.size += extent.place.size

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`; fewer only at the end, none before the beginning."""
        end = min(offset + size, self.size) if offset >= 0 else 0
        return b"".join(
            _read(image, extent, max(offset - begun, 0), min(end - begun, extent.place.size))
            for begun, image, extent in self._parts
            if begun < end and begun + extent.place.size > offset
        )


def _read(image: Image, extent: Extent, start: int, end: int) -> bytes:
    """Bytes of an extent from `start` to `end`; a page begins a sector."""
    first, last = start // PAGE * PAGE, min(-(-end // PAGE) * PAGE, extent.place.size)
    sealed = image.read(extent.place.offset + first, last - first)
    plain = bytearray(len(sealed))
    for part in written_ranges(sealed):
        plain[part.offset : part.end] = extent.decrypt(sealed[part.offset : part.end], first + part.offset)
    return bytes(plain[start - first : end - first])


def open_volume(image: Image, offset: int, passphrase: str | bytes) -> Volume:
    """Open the LUKS volume at `offset` of the image.

    Raises:
        PassphraseRefused: no key slot opens with the passphrase.
        MaterialError: the header is damaged, a cost is absurd, or the cipher is not one that can be read here.
    """
    header = read_header(image, offset)
    segments = _readable_segments(header)
    opened = unlock(image, header, passphrase)
    keys = {number: key.master_key for key in opened for number in key.segments}
    locked = [segment.number for segment in segments if segment.type == "crypt" and segment.number not in keys]
    if locked:
        raise MaterialError(f"volume at {offset:#x}: the passphrase opens segments {sorted(keys)}, but not {locked}")
    extents = tuple(_extent(image, header, segment, keys.get(segment.number, b"")) for segment in segments)
    return Volume(
        image=image, header=header, extents=extents, keyslot=opened[0].keyslot, master_key=opened[0].master_key
    )


def _readable_segments(header: LuksHeader) -> tuple[Segment, ...]:
    segments = tuple(segment for segment in header.segments if segment.holds_data)
    if not any(segment.type == "crypt" for segment in segments):
        raise MaterialError(f"volume at {header.offset:#x}: wanted an encrypted segment, got {len(segments)} others")
    for segment in segments:
        if segment.type not in ("crypt", "linear"):
            raise MaterialError(f"volume at {header.offset:#x}: segment of unknown type {segment.type}")
        if segment.type == "crypt" and not segment.integrity:
            check_cipher(segment.cipher, segment.sector_size)
        if segment.integrity:
            raise MaterialError(
                f"volume at {header.offset:#x}: segment {segment.number} is authenticated by {segment.integrity}; its "
                "layout (dm-integrity) is not read here: open it with cryptsetup and scan what it gives"
            )
    return segments


def _extent(image: Image, header: LuksHeader, segment: Segment, key: bytes) -> Extent:
    if segment.type == "crypt":
        check_key(segment.cipher, len(key))
    start, end = header.offset + segment.offset, image.end_of_area(header.offset)
    if segment.size is not None:
        end = min(end, start + segment.size)
    size = (end - start) // segment.sector_size * segment.sector_size
    if size <= 0 or not segment.offset:
        raise MaterialError(f"volume at {header.offset:#x}: its data would start at {start:#x}, not between its ends")
    return Extent(segment=segment, place=Range(start, size), key=key)
