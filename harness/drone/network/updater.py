"""The companion's updater: hears of a newer image, waits for the operator's consent, fetches, checks, writes.

``GET /v1/firmware/latest`` is answered with ``{"version": ..., "path": ...}``, or ``{}`` where there is nothing. The
package comes from that path of the same host. What was written starts at the next power-on.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from harness.drone.firmware.package import order_of
from harness.drone.firmware.store import FirmwareStore, Installation
from harness.drone.network.http import HttpClient
from harness.errors import VehicleError
from harness.timing import Clock, Handle, Schedule

# a block of flash takes so long to erase and write, s
BLOCK_TIME = 0.1
_LONGEST_PATH = 200


@dataclass(frozen=True, kw_only=True)
class UpdateSource:
    """Where updates come from, and what the updater needs besides.

    Attributes:
        client: speaks to the declared update host.
        call: makes a client for another host; used by a defect only.
        clock: test clock.
        schedule: of the same world.
        log: is told of each step in one line.
    """

    client: HttpClient
    call: Callable[[str], HttpClient]
    clock: Clock
    schedule: Schedule
    log: Callable[[str], None]


class Updater:
    """Updates of one boot.

    Attributes:
        offered: version that the operator is shown, empty for none.
    """

    def __init__(self, store: FirmwareStore, source: UpdateSource) -> None:
        self.offered = ""
        self._store, self._source = store, source
        self._path, self._fetching = "", False
        self._timer: Handle | None = None
        source.client.on_answer = self._hear

    def consent(self) -> None:
        """The operator wants what is offered; nothing happens where nothing is, or where it is under way."""
        if self.offered and not self._fetching:
            self._fetching = True
            self._source.client.request("GET", self._path)

    def stop(self) -> None:
        """Power off: what is not written stays unwritten."""
        if self._timer is not None:
            self._timer.cancel()

    def _hear(self, head: bytes, body: bytes) -> None:
        status, _, rest = head.partition(b"\r\n")
        if status.startswith((b"HTTP/1.1 301", b"HTTP/1.1 302", b"HTTP/1.1 307")):
            self._hear_redirect(rest)
        elif b"application/json" in rest:
            self._hear_offer(body)
        elif self._fetching:
            self._begin(body)

    def _hear_offer(self, body: bytes) -> None:
        try:
            offer = json.loads(body)
        except (ValueError, RecursionError):
            return
        version, path = (offer.get("version"), offer.get("path")) if isinstance(offer, dict) else (None, None)
        if isinstance(version, str) and isinstance(path, str) and _is_path(path):
            self._take_offer(version, path)

    def _take_offer(self, version: str, path: str) -> None:
        if order_of(version) > order_of(self._store.running.version):
            self.offered, self._path = version, path
            if not self._store.config.update.consent:
                self.consent()

    def _hear_redirect(self, head: bytes) -> None:
        self._source.log("update: the host names another one, which is not followed")
        if not (self._fetching and self._store.config.update.redirects):
            return
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b": ")
            host, slash, path = value.decode("latin-1").removeprefix("https://").partition("/")
            if name.lower() == b"location" and slash and host.isascii():
                client = self._source.call(host)
                client.on_answer = self._hear
                client.request("GET", f"/{path}")

    def _begin(self, package: bytes) -> None:
        self._fetching = False
        try:
            installation = self._store.begin_update(package)
        except VehicleError as error:
            self._source.log(f"update: {error}")
            return
        self._step(installation)

    def _step(self, installation: Installation) -> None:
        if installation.step():
            self._source.log(f"update: version {self.offered} starts at the next power-on")
            self.offered = ""
            return
        due = self._source.clock.now() + BLOCK_TIME
        self._timer = self._source.schedule.at(due, lambda: self._step(installation))


def _is_path(path: str) -> bool:
    # it goes into a request line: nothing in it may end that line
    plain = path[:1] == "/" and path.isascii() and path.isprintable() and " " not in path
    return plain and len(path) <= _LONGEST_PATH
