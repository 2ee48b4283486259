"""Serial ports of this machine, opened for one program alone, with a clear word about whoever is in the way."""

import os
from collections.abc import Callable
from pathlib import Path

import serial

from harness.errors import RigError
from harness.link.streamport import StreamPort
from harness.timing import Inputs

BY_ID = Path("/dev/serial/by-id")
PROCESSES = Path("/proc")


def open_serial(device: str, baud: int, inputs: Inputs, ended: Callable[[], None]) -> StreamPort:
    """A port on `device`; `ended` is called once when the stream ends, as when the cable is pulled.

    Raises:
        RigError: no such device, no right to it, another program holds it, or it is no serial port.
    """
    line = open_line(device, baud)

    def release() -> None:
        line.close()
        ended()

    return StreamPort(line.fileno(), inputs, release)


def open_line(device: str, baud: int, timeout: float | None = None) -> serial.Serial:
    """pyserial's own object on `device`, locked; reads wait for `timeout` s.

    Raises:
        RigError: as `open_serial` says.
    """
    try:
        return serial.Serial(device, baud, timeout=timeout, write_timeout=timeout, exclusive=True)
    except (OSError, ValueError) as error:
        # pyserial's SerialException is an OSError, and often has no errno
        raise RigError(f"{device}: {_reason(Path(device), error)}") from error


def holders(device: Path) -> list[str]:
    """Other programs that have `device` open, as far as this user may see, each with its process id."""
    try:
        wanted = device.stat().st_rdev
    except OSError:
        return []
    own = str(os.getpid())
    found = [folder for folder in PROCESSES.glob("[0-9]*") if folder.name != own and _holds(folder, wanted)]
    return [f"{_name(folder)} (process {folder.name})" for folder in sorted(found)]


def _holds(process: Path, device: int) -> bool:
    try:
        files = list((process / "fd").iterdir())
    except OSError:
        return False
    return any(_device_of(file) == device for file in files)


def _device_of(file: Path) -> int:
    try:
        return file.stat().st_rdev
    except OSError:
        return 0


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "a program"


def _reason(device: Path, error: Exception) -> str:
    if not device.exists():
        there = sorted(str(path) for path in BY_ID.glob("*"))
        return f"there is no such port: plug the cable in; there are {', '.join(there) or 'none'}"
    if not os.access(device, os.R_OK | os.W_OK):
        return "this user may not use the port: join the group that owns it, often dialout"
    if "lock" in str(error) or getattr(error, "errno", None) == 16:
        held = ", ".join(holders(device)) or "whose name this user may not see"
        return f"another program holds the port: {held}; end it"
    return f"cannot be opened as a serial port ({error}): give the device of the cable"
