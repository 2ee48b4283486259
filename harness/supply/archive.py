"""A strict reader of uncompressed ustar archives (POSIX.1-1988), the form in which firmware is handed over.

Own code because the standard library's reader follows links, extended headers and negative sizes, and may never
return on hostile input; an image that needs any of these is refused.
"""

from harness.errors import MaterialError

BLOCK = 512
MAX_IMAGE = 256 * 1024 * 1024
MAX_ENTRIES = 10_000
REGULAR, FOLDER = (b"0", b"\0"), b"5"


def unpack(image: bytes) -> dict[str, bytes]:
    """All files of an image by path, in archive order; nothing is written anywhere.

    Raises:
        MaterialError: too large, truncated, damaged, with links, devices or extended headers, a path that leaves the
            image or comes twice, or bytes hidden behind the end.
    """
    if len(image) > MAX_IMAGE:
        raise MaterialError(f"image has {len(image)} bytes, more than the {MAX_IMAGE} that are read")
    files: dict[str, bytes] = {}
    offset = entries = 0
    while not _is_end(image, offset):
        if (entries := entries + 1) > MAX_ENTRIES:
            raise MaterialError(f"image has more than {MAX_ENTRIES} entries")
        header = image[offset : offset + BLOCK]
        path, size = _read_header(header, offset)
        start, offset = offset + BLOCK, offset + BLOCK + -(-size // BLOCK) * BLOCK
        if offset > len(image):
            raise MaterialError(f"image is truncated inside {path!a}")
        if header[156:157] == FOLDER:
            continue
        if path in files:
            raise MaterialError(f"image has {path!a} twice")
        files[path] = image[start : start + size]
    return files


def _is_end(image: bytes, offset: int) -> bool:
    block = image[offset : offset + BLOCK]
    if len(block) < BLOCK:
        raise MaterialError(f"image is truncated: no end of archive after {len(image)} bytes")
    if block.strip(b"\0"):
        return False
    if image[offset:].strip(b"\0"):
        raise MaterialError(f"image has bytes behind the end of its archive at {offset}")
    return True


def _read_header(header: bytes, offset: int) -> tuple[str, int]:
    if header[257:262] != b"ustar":
        raise MaterialError(f"image is no ustar archive: no header at byte {offset}")
    if sum(header[:148]) + 8 * 32 + sum(header[156:]) != _octal(header[148:156], offset):
        raise MaterialError(f"archive header at byte {offset} is damaged: its checksum differs")
    kind = header[156:157]
    if kind not in (*REGULAR, FOLDER):
        raise MaterialError(f"archive entry at byte {offset} is neither file nor folder (type {kind!r})")
    return _path(header, offset), _octal(header[124:136], offset)


def _octal(field: bytes, offset: int) -> int:
    digits = field.strip(b" \0")
    if not digits or any(byte not in b"01234567" for byte in digits):
        raise MaterialError(f"archive header at byte {offset} has a number that is not octal")
    return int(digits, 8)


def _path(header: bytes, offset: int) -> str:
    name, prefix = header[:100].split(b"\0")[0], header[345:500].split(b"\0")[0]
    raw = prefix + b"/" + name if prefix else name
    try:
        path = raw.decode("utf-8").rstrip("/") if header[156:157] == FOLDER else raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MaterialError(f"archive entry at byte {offset} has a path that is not UTF-8") from error
    if not path.isprintable() or "\\" in path or any(part in ("", ".", "..") for part in path.split("/")):
        raise MaterialError(f"archive entry at byte {offset} has the unsafe path {path!a}")
    return path
