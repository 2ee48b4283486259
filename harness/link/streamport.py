"""One end of a real byte stream: a TCP connection or a terminal, as a port."""

import fcntl
import os
import struct
import termios
from collections.abc import Callable
from contextlib import suppress

from harness.errors import RigError
from harness.link.port import Receiver
from harness.timing import Inputs

READ_SIZE = 65536
# What may wait for a reader that is slow. Then whole pieces are lost, as on a radio, and the sender never blocks.
MOST_PENDING = 262_144


class StreamPort:
    """Implements :class:`harness.link.port.Port` on an open, non-blocking file.

    Attributes:
        lost_pieces: pieces of bytes that a slow reader did not get.
    """

    def __init__(self, file: int, inputs: Inputs, release: Callable[[], None]) -> None:
        """Serve `file`; `release` is called once, when either side has ended the stream, and closes the file."""
        self._file, self._inputs, self._release = file, inputs, release
        self._receiver: Receiver | None = None
        self._pending = bytearray()
        self._closed = False
        self.lost_pieces = 0
        inputs.watch(file, self._read)

    @property
    def waiting(self) -> int:
        """Bytes that were sent and wait for the far end: here, and in the system where it tells."""
        held = bytes(4)
        if not self._closed:
            with suppress(OSError):
                held = fcntl.ioctl(self._file, termios.TIOCOUTQ, held)
        return len(self._pending) + int(struct.unpack("i", held)[0])

    def send(self, data: bytes) -> None:
        """Hand `data` to the far end; never blocks.

        Raises:
            RigError: the stream has ended.
        """
        if self._closed:
            raise RigError("cannot send on a stream that has ended: wait for the next client")
        if len(self._pending) + len(data) > MOST_PENDING:
            self.lost_pieces += 1
            return
        self._pending += data
        self._write()

    def listen(self, receiver: Receiver) -> None:
        """Call `receiver` with every piece of bytes that arrives; replaces an earlier receiver."""
        self._receiver = receiver

    def close(self) -> None:
        """End the stream; harmless when it has ended."""
        if not self._closed:
            self._closed = True
            self._inputs.forget(self._file)
            self._release()

    def _write(self) -> None:
        if self._closed:
            return
        waited = bool(self._pending)
        try:
            while self._pending:
                del self._pending[: os.write(self._file, self._pending)]
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        if waited:
            self._inputs.watch(self._file, self._read, self._write if self._pending else None)

    def _read(self) -> None:
        if self._closed:
            return
        try:
            data = os.read(self._file, READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
        elif self._receiver is not None:
            self._receiver(data)
