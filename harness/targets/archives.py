"""Files in a tar archive: one as engines of containers take and give it, or all that a program left."""

import io
import tarfile
from collections.abc import Mapping

from harness.errors import RigError


def pack(files: Mapping[str, bytes]) -> bytes:
    """An archive of files that everybody can read, by their names; the same for the same files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o644
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
