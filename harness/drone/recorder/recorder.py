"""The recorder of the companion: provisions the medium, opens it after a login, and records until the power goes."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from harness.drone.recorder.companion import CompanionDisk
from harness.drone.recorder.config import RecorderConfig
from harness.drone.recorder.element import SecureElement, key_generator
from harness.drone.recorder.fat import format_fat
from harness.drone.recorder.flightlog import LogChain
from harness.drone.recorder.layout import Layout, is_partitioned, layout, write_table
from harness.drone.recorder.luks import HEADER_SIZE, PAYLOAD_OFFSET, VolumeSettings, format_volume, open_device, unlock
from harness.drone.recorder.medium import BLOCK, BlockDevice, Medium
from harness.drone.recorder.photos import Exposure, photograph
from harness.drone.recorder.stores import LOG_NAME, FileStore, SequentialStore, Store
from harness.errors import VehicleError

T = TypeVar("T")
BACKUP_AT, BACKUP_SIZE = 64 * 1024, 512 * 1024
LOCKED = "the recorder is locked: log in first"


class Recorder:
    """Keeps a flight log and photos on a medium that outlives power and, by design, the recorder.

    A blank medium is provisioned and open at once; after that, power-on leaves the volume locked until a login. The
    slow derivation of a passphrase that was right before is not repeated: a simulation's economy, no shortcut for
    whoever lacks the passphrase. Log lines wait in memory until 4096 bytes are full or the power is switched off in
    order. When the medium is full, the oldest photo makes room; what cannot be stored even so is lost, and `problem`
    says it.

    Attributes:
        disk: the companion's own flash.
        element: the secure element of the unit.
        alarms: what was found changed in the store on opening it.
    """

    def __init__(self, config: RecorderConfig, medium: Medium, element: SecureElement | None = None) -> None:
        self._made, self._medium = config, medium
        self.element = element or SecureElement(config.guess_delay)
        self.disk = CompanionDisk()
        self.alarms: list[str] = []
        on = config.encrypted_as_delivered
        self._config = config if on else replace(config, encryption="none")
        self._layout: Layout = layout(config, medium)
        self._code = self._credential = ""
        self._volume_key = b""
        self._on = False
        self._store: Store | None = None
        self._copy: SequentialStore | None = None
        self._chain = LogChain(None)
        self._waiting = bytearray()
        self._parked = b""
        self._problem = ""

    @property
    def medium(self) -> Medium:
        """What is recorded on."""
        return self._medium

    @property
    def code(self) -> str:
        """What the operator logs in with, given at provisioning; empty when nothing asks for one."""
        return self._code

    @property
    def credential(self) -> str:
        """The passphrase of the volume, made of the operator's code and the unit's secret; empty without a volume."""
        return self._credential

    @property
    def powered(self) -> bool:
        """Whether the recorder runs."""
        return self._on

    @property
    def locked(self) -> bool:
        """Whether it runs and waits for a login."""
        return self._on and self._store is None

    @property
    def encrypting(self) -> bool:
        """Whether recordings are encrypted."""
        return self._config.encryption == "luks2"

    @property
    def state(self) -> str:
        """The state of encryption in words, as recordings are marked with it."""
        return f"encrypted, {self._config.cipher}" if self.encrypting else "not encrypted"

    @property
    def problem(self) -> str:
        """Why what came last could not be stored; empty while recording works."""
        return self._problem

    def power_on(self, credential: str = "", now: float = 0.0) -> None:
        """Start: provision a blank medium, else wait for a login where one is needed.

        Args:
            credential: opens the volume at once; wanted of a recorder that did not provision this medium itself.
            now: s on the test clock.

        Raises:
            VehicleError: the volume does not open with this credential.
        """
        if self._on:
            return
        credential = credential or (self._credential if self._made.opens_at_boot else "")
        if not is_partitioned(self._medium):
            self._start(self._provision(now), now)
        elif not self.encrypting:
            self._start(self._layout.main, now)
        elif credential:
            self._start(self._open(credential), now)
        self._on = True

    def log_in(self, code: str, now: float) -> None:
        """Open the volume with the operator's code, at `now` s on the test clock.

        Raises:
            VehicleError: the code is wrong or not looked at yet, the volume does not open, or the power is off.
        """
        if not self._on:
            raise VehicleError("the recorder has no power: nobody can log in before power_on()")
        if self._store is None:
            self._start(self._open(self.element.unlock(code, now)), now)

    def erase(self) -> None:
        """Make everything recorded unreadable; the next power-on provisions anew."""
        erasure, main = self._made.erasure, self._layout.main
        self._close()
        if erasure == "backup left":
            self._medium.write(BACKUP_AT, self._medium.read(main.offset, BACKUP_SIZE))
        if erasure != "format":
            main.write(0, bytes(PAYLOAD_OFFSET))
        if erasure in ("keys", "backup left"):
            self.element.zeroise()
        self._medium.write(0, bytes(BLOCK))
        self._code = self._credential = ""
        self._volume_key = b""

    def set_encryption(self, on: bool, now: float) -> None:
        """Erase, and provision anew with or without encryption."""
        self.erase()
        self._config = replace(self._config, encryption="luks2" if on else "none")
        self._start(self._provision(now), now)

    def log(self, time: float, latitude: float, longitude: float, altitude: float, text: str = "") -> None:
        """Add one line to the flight log: s on the test clock, deg, deg, m above mean sea level, and free text.

        Raises:
            VehicleError: the power is off, the recorder is locked, or the medium is full of log.
        """
        self._running()
        line = {"t": round(time, 3), "lat": round(latitude, 7), "lon": round(longitude, 7), "alt": round(altitude, 2)}
        if self._made.log_extra == "pilot position":
            line |= {"op_lat": round(latitude + 1e-4, 7), "op_lon": round(longitude - 1e-4, 7)}
        extra = {"operator": "Taro Yamada"} if self._made.log_extra == "pilot name" else {}
        self._add_line(line | extra | ({"text": text} if text else {}))

    def take_photo(self, time: float, latitude: float, longitude: float, altitude: float, scene: str) -> str:
        """Take and store a photo whose EXIF holds position, time and the text `scene`; gives its name.

        Raises:
            VehicleError: the power is off, the recorder is locked, or the medium is full of log.
            UsageError: `scene` is too long for EXIF.
        """
        store = self._running()
        number = store.next_photo()
        exposure = Exposure(
            time=time,
            latitude=latitude,
            longitude=longitude,
            altitude=altitude,
            scene=scene,
            storage=self.state if self._made.marked else "",
        )
        photo = photograph(exposure, number)
        if self._made.thumbnails:
            self.disk.keep_thumbnail(photo)
        return self._watched(lambda: store.add_photo(number, photo))

    def file_sizes(self) -> Mapping[str, int]:
        """Names and sizes (bytes) of the files that can be read back; the log with the lines that wait in memory.

        Raises:
            VehicleError: the power is off or the recorder is locked.
        """
        sizes = dict(self._running().sizes())
        if LOG_NAME in sizes:
            sizes[LOG_NAME] += len(self._waiting)
        return sizes

    def read_file(self, name: str, offset: int, length: int) -> bytes:
        """`length` bytes of a file from `offset` on, decrypted; fewer where it ends.

        Raises:
            VehicleError: the power is off, the recorder is locked or there is no such file.
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
            VehicleError: the power is off, the recorder is locked or this store cannot erase.
        """
        self._running().erase_log()
        self._waiting.clear()
        self._chain.restart()

    def read_room(self) -> tuple[int, int]:
        """Bytes for records in all, and bytes free.

        Raises:
            VehicleError: the power is off or the recorder is locked.
        """
        return self._running().read_room()

    def power_off(self) -> None:
        """Write what waits in memory and stop; `problem` says it when that did not fit."""
        if self._store is not None and self._waiting:
            with suppress(VehicleError):
                self._write_log()
        if self._parked:
            self._layout.main.write(0, self._parked)
        self._medium.settle()
        self.power_cut()

    def power_cut(self, lost: int = 0) -> None:
        """Lose the power: what was not yet written is gone, and the `lost` newest writes with it."""
        self._medium.lose(lost)
        self._close()
        self._on = False

    def __getstate__(self) -> dict[str, Any]:
        """What stays when the power goes."""
        return {**vars(self), "_on": False, "_store": None, "_copy": None, "_waiting": bytearray(), "_parked": b""}

    def _close(self) -> None:
        self._waiting.clear()
        self._store = self._copy = None
        self._parked = b""

    def _running(self) -> Store:
        if not self._on:
            raise VehicleError("the recorder has no power: nothing can be recorded before power_on()")
        if self._store is None:
            raise VehicleError(LOCKED)
        return self._store

    def _start(self, device: BlockDevice, now: float) -> None:
        self._config_store(device)
        self._chain = LogChain(self.element.derive("flight log") if self._made.authenticated_log else None)
        self.alarms = [] if self._chain.follow(self._recorded_log()) else ["the flight log was changed"]
        if self._made.header_in_memory and self.encrypting:
            blocks = 2 * HEADER_SIZE // BLOCK
            self._parked = self._layout.main.read(0, blocks)
            self._layout.main.write(0, bytes(blocks * BLOCK))
        if self._made.passphrase_file:
            self.disk.write_settings(f"storage.passphrase={self._credential}\n")
        else:
            self.disk.write_settings("storage.volume=companion-emmc\n")
        if self._made.marked:
            self._add_line({"storage": self.state, "t": round(now, 3)})

    def _config_store(self, device: BlockDevice) -> None:
        sequential = self._config.encryption == "jpeg-only"
        self._store = SequentialStore(device, compress=True) if sequential else FileStore(device)
        if self._layout.log is not None:
            self._copy = SequentialStore(self._layout.log, compress=False)

    def _recorded_log(self) -> bytes:
        store = self._store
        size = store.sizes().get(LOG_NAME, 0) if store is not None else 0
        return store.read(LOG_NAME, 0, size) if store is not None and size else b""

    def _add_line(self, fields: Mapping[str, object]) -> None:
        self._waiting += self._chain.line(fields)
        if self._made.swap:
            self.disk.swap_out(bytes(self._waiting))
        if self._made.spool:
            self.disk.spool(bytes(self._waiting))
        if len(self._waiting) >= BLOCK:
            self._write_log()

    def _write_log(self) -> None:
        # whole lines at a time: what a power cut loses never ends within one
        piece = bytes(self._waiting)
        self._waiting.clear()
        store, copy = self._store, self._copy
        if store is not None:
            self._watched(lambda: store.append_log(piece))
        if copy is not None:
            self._watched(lambda: copy.append_log(piece))
        if self._made.spool:
            self.disk.clear_spool()

    def _watched(self, write: Callable[[], T]) -> T:
        try:
            done = write()
        except VehicleError as error:
            self._problem = str(error)
            raise
        self._problem = ""
        return done

    def _provision(self, now: float) -> BlockDevice:
        main = self._layout.main
        device: BlockDevice = main
        if self.encrypting:
            self._code = self.element.serial[-8:] if self._made.serial_code else secrets.token_urlsafe(18)
            self.element.enrol(self._code)
            self._credential = self.element.passphrase(self._code)
            settings = VolumeSettings(
                cipher=self._config.cipher,
                weak_kdf=self._config.weak_kdf,
                weak_slot=self._config.weak_slot,
                draw=key_generator(self._config.key_source, self.element.serial, now),
            )
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
        if not self._volume_key or credential != self._credential:
            self._volume_key = unlock(main, credential)
            self._credential = credential
        return open_device(main, self._volume_key, self._config.cipher)

    def _key_file(self) -> bytes:
        text = f"passphrase={self._credential}\nvolume_key={self._volume_key.hex()}\n"
        return text.encode().ljust(BLOCK, b"\0")
