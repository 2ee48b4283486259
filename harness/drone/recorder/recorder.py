"""The recorder of the companion: provisions the medium, opens it, and records until the power goes."""

import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeVar

from harness.drone.recorder.config import RecorderConfig
from harness.drone.recorder.fat import format_fat
from harness.drone.recorder.layout import Layout, is_partitioned, layout, write_table
from harness.drone.recorder.luks import VolumeSettings, format_volume, open_device, unlock
from harness.drone.recorder.medium import BLOCK, BlockDevice, Medium
from harness.drone.recorder.photos import Exposure, photograph
from harness.drone.recorder.stores import LOG_NAME, FileStore, SequentialStore, Store
from harness.errors import VehicleError

T = TypeVar("T")


class Recorder:
    """Keeps a flight log and photos on a medium that outlives power and, by design, the recorder.

    The volume key is kept in memory over simulated reboots of one article, so that its slow derivation is paid once.
    Log lines wait in memory until a block of 4096 bytes is full or the power is switched off in order. When the
    medium is full, the oldest photo makes room; what cannot be stored even so is lost, and `problem` says it.
    """

    def __init__(self, config: RecorderConfig, medium: Medium) -> None:
        self._config, self._medium = config, medium
        self._layout: Layout = layout(config, medium)
        self._credential = ""
        self._volume_key = b""
        self._store: Store | None = None
        self._copy: SequentialStore | None = None
        self._waiting = bytearray()
        self._problem = ""

    @property
    def medium(self) -> Medium:
        """What is recorded on."""
        return self._medium

    @property
    def credential(self) -> str:
        """The passphrase handed to the operator at provisioning; empty when nothing asks for one."""
        return self._credential

    @property
    def powered(self) -> bool:
        """Whether the recorder runs."""
        return self._store is not None

    @property
    def problem(self) -> str:
        """Why what came last could not be stored; empty while recording works."""
        return self._problem

    def power_on(self, credential: str = "") -> None:
        """Start: provision a blank medium, else open what is on it.

        Args:
            credential: wanted only by a recorder that did not provision this medium itself.

        Raises:
            VehicleError: the volume does not open with this credential.
        """
        if self.powered:
            return
        device = self._open(credential) if is_partitioned(self._medium) else self._provision()
        if self._config.encryption == "jpeg-only":
            self._store = SequentialStore(device, compress=True)
        else:
            self._store = FileStore(device)
        if self._layout.log is not None:
            self._copy = SequentialStore(self._layout.log, compress=False)

    def log(self, time: float, latitude: float, longitude: float, altitude: float, text: str = "") -> None:
        """Add one line to the flight log: s on the test clock, deg, deg, m above mean sea level, and free text.

        Raises:
            VehicleError: the power is off, or the medium is full of log.
        """
        self._running()
        line = {"t": round(time, 3), "lat": round(latitude, 7), "lon": round(longitude, 7), "alt": round(altitude, 2)}
        self._waiting += json.dumps(line | ({"text": text} if text else {}), ensure_ascii=False).encode() + b"\n"
        full = len(self._waiting) - len(self._waiting) % BLOCK
        if full:
            self._write_log(full)

    def take_photo(self, time: float, latitude: float, longitude: float, altitude: float, scene: str) -> str:
        """Take and store a photo whose EXIF holds position, time and the text `scene`; gives its name.

        Raises:
            VehicleError: the power is off, or the medium is full of log.
            UsageError: `scene` is too long for EXIF.
        """
        store = self._running()
        number = store.next_photo()
        exposure = Exposure(time=time, latitude=latitude, longitude=longitude, altitude=altitude, scene=scene)
        photo = photograph(exposure, number)
        return self._watched(lambda: store.add_photo(number, photo))

    def file_sizes(self) -> Mapping[str, int]:
        """Names and sizes (bytes) of the files that can be read back; the log with the lines that wait in memory.

        Raises:
            VehicleError: the power is off.
        """
        sizes = dict(self._running().sizes())
        if LOG_NAME in sizes:
            sizes[LOG_NAME] += len(self._waiting)
        return sizes

    def read_file(self, name: str, offset: int, length: int) -> bytes:
        """`length` bytes of a file from `offset` on, decrypted; fewer where it ends.

        Raises:
            VehicleError: the power is off or there is no such file.
        """
        store = self._running()
        data = store.read(name, offset, length)
        if name == LOG_NAME and len(data) < length:
            start = max(offset - store.sizes()[name], 0)
            data += bytes(self._waiting[start : start + length - len(data)])
        return data

    def erase_log(self) -> None:
        """Begin the flight log anew; photos stay.

        Raises:
            VehicleError: the power is off or this store cannot erase.
        """
        self._running().erase_log()
        self._waiting.clear()

    def read_room(self) -> tuple[int, int]:
        """Bytes for records in all, and bytes free.

        Raises:
            VehicleError: the power is off.
        """
        return self._running().read_room()

    def power_off(self) -> None:
        """Write what waits in memory and stop; `problem` says it when that did not fit."""
        if self.powered and self._waiting:
            with suppress(VehicleError):
                self._write_log(len(self._waiting))
        self.power_cut()

    def power_cut(self) -> None:
        """Lose the power: what was not yet written is gone."""
        self._waiting.clear()
        self._store = self._copy = None

    def _running(self) -> Store:
        if self._store is None:
            raise VehicleError("the recorder has no power: nothing can be recorded before power_on()")
        return self._store

    def _write_log(self, length: int) -> None:
        piece = bytes(self._waiting[:length])
        del self._waiting[:length]
        store, copy = self._running(), self._copy
        self._watched(lambda: store.append_log(piece))
        if copy is not None:
            self._watched(lambda: copy.append_log(piece))

    def _watched(self, write: Callable[[], T]) -> T:
        try:
            done = write()
        except VehicleError as error:
            self._problem = str(error)
            raise
        self._problem = ""
        return done

    def _provision(self) -> BlockDevice:
        main = self._layout.main
        device: BlockDevice = main
        if self._config.encryption == "luks2":
            self._credential = secrets.token_urlsafe(18)
            settings = VolumeSettings(cipher=self._config.cipher, weak_kdf=self._config.weak_kdf)
            self._volume_key = format_volume(main, self._credential, settings)
            device = open_device(main, self._volume_key, self._config.cipher)
        if self._config.encryption != "jpeg-only":
            format_fat(device)
        if self._layout.keys is not None:
            self._layout.keys.write(0, self._key_file())
        # The table last: a medium whose provisioning was cut short is provisioned again.
        write_table(self._config, self._medium)
        return device

    def _open(self, credential: str) -> BlockDevice:
        main = self._layout.main
        if self._config.encryption != "luks2":
            return main
        if not self._volume_key:
            self._volume_key = unlock(main, credential)
            self._credential = credential
        return open_device(main, self._volume_key, self._config.cipher)

    def _key_file(self) -> bytes:
        text = f"passphrase={self._credential}\nvolume_key={self._volume_key.hex()}\n"
        return text.encode().ljust(BLOCK, b"\0")
