"""Files in a tar archive: one as engines of containers take and give it, or all that a program left."""

import io
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import IO

from harness.errors import RigError


def pack(files: Mapping[str, bytes], *, folder: str = "") -> bytes:
    """An archive of files that everybody can read, by their names; the same for the same files.

    Args:
        files: contents by name.
        folder: in which they lie, and which everybody may change; empty for none.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        if folder:
            above = tarfile.TarInfo(folder)
            above.type, above.mode = tarfile.DIRTYPE, 0o777
            archive.addfile(above)
        for name, data in sorted(files.items()):
            member = tarfile.TarInfo(f"{folder}/{name}" if folder else name)
            member.size, member.mode = len(data), 0o644
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def unpack_folder(path: str, packed: IO[bytes], place: Path) -> None:
    """Write the regular files of an archive below `place`; links, devices and what leads out of it are left out.

    Args:
        path: of the folder inside the container, for the error.
        packed: the archive.
        place: a folder.

    Raises:
        RigError: the archive cannot be read, or two of its names cannot stand side by side.
    """
    try:
        with tarfile.open(fileobj=packed) as archive:
            for member in archive:
                name = PurePosixPath(member.name)
                opened = archive.extractfile(member) if member.isreg() else None
                if opened is None or name.is_absolute() or ".." in name.parts:
                    continue
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                with (place / name).open("wb") as made:
                    shutil.copyfileobj(opened, made)
    except (tarfile.TarError, OSError, ValueError) as error:
        raise RigError(f"{path} in the container cannot be read: {error}") from error


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
