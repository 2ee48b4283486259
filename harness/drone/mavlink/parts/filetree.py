"""The tree of files that MAVFTP shows: logs and photos of the recorder, and files that are made on opening."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.drone.mavlink.parts.files import Files, is_log, is_photo

LOGS, PHOTOS = "logs", "photos"
_KINDS: Mapping[str, Callable[[str], bool]] = {LOGS: is_log, PHOTOS: is_photo}
# pymavlink and MAVProxy ask for parameters with their defaults; without them the file stands for itself.
_QUERIES = ("", "withdefaults=0", "withdefaults=1")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a directory; `size` None for a directory."""

    name: str
    size: int | None = None


@dataclass(frozen=True, kw_only=True)
class OpenFile:
    """A file as it was when it was opened: its size in bytes, and how a piece (offset, length) is read."""

    size: int
    read: Callable[[int, int], bytes]


class FileTree:
    """Read-only. Names of made files are paths of two parts, such as ``@PARAM/param.pck``.

    Nothing is shown of it before the operator has logged in to the recorder, unless it is not `guarded`: a defect.
    """

    def __init__(self, files: Files, made: Mapping[str, Callable[[], bytes]], *, guarded: bool = True) -> None:
        self._files, self._made, self._guarded = files, made, guarded

    def entries(self, path: str) -> list[Entry] | None:
        """What a directory holds; None when there is no such directory.

        Raises:
            VehicleError: the recorder cannot read now.
        """
        self._assert_open()
        parts = _parts(path)
        if parts == []:
            folders = [*_KINDS, *dict.fromkeys(name.split("/")[0] for name in self._made)]
            return [Entry(name=name) for name in folders]
        if parts is None or len(parts) != 1:
            return None
        return self._folder(parts[0])

    def _folder(self, folder: str) -> list[Entry] | None:
        if folder in _KINDS:
            sizes = self._files.file_sizes()
            return [Entry(name=name, size=sizes[name]) for name in sorted(sizes) if _KINDS[folder](name)]
        made = {name.split("/")[1]: make for name, make in self._made.items() if name.split("/")[0] == folder}
        return [Entry(name=name, size=len(make())) for name, make in made.items()] if made else None

    def open(self, path: str) -> OpenFile | None:
        """The file at `path`; None when there is none.

        Raises:
            VehicleError: the recorder cannot read now.
        """
        self._assert_open()
        parts = _parts(path)
        if parts is None or len(parts) != 2:
            return None
        folder, name = parts
        if folder in _KINDS:
            return self._recorded(name) if _KINDS[folder](name) else None
        name, _, query = name.partition("?")
        make = self._made.get(f"{folder}/{name}")
        if make is None or query not in _QUERIES:
            return None
        data = make()
        return OpenFile(size=len(data), read=lambda offset, length: data[offset : offset + length])

    def _assert_open(self) -> None:
        if self._guarded:
            self._files.file_sizes()

    def _recorded(self, name: str) -> OpenFile | None:
        size = self._files.file_sizes().get(name)
        if size is None:
            return None
        return OpenFile(
            size=size,
            # a log goes on to grow; what was opened does not
            read=lambda offset, length: self._files.read_file(name, offset, max(min(length, size - offset), 0)),
        )


def _parts(path: str) -> list[str] | None:
    """The names in a path; None for one that leads out of the tree."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return None if ".." in parts else parts
