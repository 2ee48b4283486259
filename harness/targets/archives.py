"""One file in a tar archive, as engines of containers take and give it."""

import io
import tarfile

from harness.errors import RigError


def pack(name: str, data: bytes) -> bytes:
    """An archive with that one file, which everybody can read."""
    packed, member = io.BytesIO(), tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o644
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def unpack(path: str, packed: bytes) -> bytes:
    """The file in an archive that holds it alone.

    Args:
        path: of the file inside the container, for the error.
        packed: the archive.

    Raises:
        RigError: it is no regular file, or the archive cannot be read.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            member = archive.next()
            opened = archive.extractfile(member) if member is not None and member.isreg() else None
            if opened is None:
                raise RigError(f"{path} in the container is no regular file: correct the rig file")
            return opened.read()
    except tarfile.TarError as error:
        raise RigError(f"{path} in the container cannot be read: {error}") from error
