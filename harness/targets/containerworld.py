"""One case with an article in a container: the wall clock, its links, its power, and what it keeps in volumes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.errors import RigError, RigTimeout
from harness.link.place import Place
from harness.targets.base import MediumSocket, Sockets
from harness.targets.benchworld import BenchWorld, Links
from harness.targets.containersettings import ContainerSettings, MediumSettings
from harness.timing import Wait, wait_until

if TYPE_CHECKING:
    from harness.targets.container import Box

RETRY = 0.2  # s between two tries to reach a container that boots
END_WITHIN = 0.2  # s that the engine is given to notice that a container ended
MOST_SECRET = 4096  # bytes


class ContainerWorld(BenchWorld):
    """Implements :class:`harness.targets.base.TargetWorld` with a container: power is the engine's.

    On makes a fresh container on the volumes of the case, off stops it in order, a cut kills it.
    """

    def __init__(
        self,
        settings: ContainerSettings,
        key: bytes | None,
        make_box: Callable[[], Box],
        gateway: str,
        discard: Callable[[], None],
    ) -> None:
        """Make the container, which does not run yet.

        Args:
            settings: of the rig file.
            key: MAVLink 2 signing key of the paired ground station.
            make_box: makes a fresh container on the same volumes.
            gateway: address of this machine on the internal network.
            discard: removes the volumes.

        Raises:
            RigError: the engine cannot.
        """
        self._settings, self._make_box, self._gateway, self._discard = settings, make_box, gateway, discard
        self._box: Box | None = make_box()
        self._used, self._problem = False, ""
        links = Links(
            radio=self._locate(settings.radio, "article"),
            observer=self._locate(settings.observer, "article") if settings.observer else None,
            key=key,
            boot=settings.boot,
            firmware=settings.firmware,
        )
        super().__init__(links, plugged=False)
        if settings.signing_key_inside and key:
            self._write(settings.signing_key_inside, f"{key.hex()}\n".encode())
        self.sockets = self._make_sockets(self.sockets)

    def power_on(self) -> None:
        """Start a fresh container and wait until it is heard on all links; harmless when it runs.

        Raises:
            RigError: it ended, it is not heard, it is no autopilot, or not with the firmware that the rig file expects.
        """
        if not self._on:
            super().power_on()

    def power_cut(self) -> None:
        """Kill the container; harmless when it is off."""
        self._take_power(at_once=True)

    def close(self) -> None:
        """Stop the clock, and remove container and volumes; harmless when done."""
        super().close()
        if self._box is not None:
            self._box.remove()
            self._box = None
            self._discard()

    # -- power

    def _cut_power(self) -> None:
        self._take_power(at_once=False)

    def _take_power(self, *, at_once: bool) -> None:
        if not self._on:
            return
        self._on = False
        box = self._present()
        ended = box.tell_end()
        self._unplug()
        with self.aside():
            if at_once:
                box.kill()
            else:
                self._shut_down(box)
            words = box.read_words()
        if words:
            self.notes.append(f"last words of the container: {words}")
        if ended:
            self.fail(RigError(ended))

    def _shut_down(self, box: Box) -> None:
        box.stop(self._settings.grace)
        code = box.read_state().code
        if code:
            self.notes.append(f"the container ended its shutdown with exit code {code}: 137 is killed after the grace")

    def _give_power(self) -> None:
        for hearing in self.hearing.values():
            hearing.forget()
        with self.aside():
            if self._used:
                self._present().remove()
                self._box = self._make_box()
            self._used = True
            self._present().start()
        self._on = True
        self._reach()

    def _reach(self) -> None:
        """Open the links as soon as the article listens."""
        stop = self.schedule.every(RETRY, self._try_to_plug, start=self.now())
        try:
            wait = Wait(name="the article's ports", within=self._links.boot, blame=RigTimeout)
            wait_until(self, lambda: self._ports.keys() == self._cables.keys(), wait)
        except RigTimeout as error:
            self._unplug()
            raise RigError(
                f"{self._problem}; the container runs for {self._links.boot:g} s: correct the port, or give it longer "
                "with target.settings.boot"
            ) from error
        finally:
            stop()

    def _try_to_plug(self) -> None:
        box = self._present()
        ended = box.tell_end()
        if ended:
            raise RigError(ended)
        here, settings = box.read_address(), self._settings
        observer = self._locate(settings.observer, here) if settings.observer else None
        try:
            self._plug(replace(self._links, radio=self._locate(settings.radio, here), observer=observer))
        except RigError as error:
            self._problem = str(error)

    def _locate(self, port: str, address: str) -> Place:
        kind, _, number = port.partition(":")
        # udp: the article sends to this machine, which it knows as "bench"
        return Place(kind=kind, where=f"{address if kind == 'tcp' else self._gateway}:{number}")

    def _broke(self, text: str) -> None:
        self.fail(RigError(self._present().tell_end(END_WITHIN) or text))

    # -- what it keeps

    def _make_sockets(self, links: Sockets) -> Sockets:
        settings = self._settings
        media = tuple(map(self._make_medium, settings.media))
        return replace(
            links,
            media=media,
            medium=media[0].read if media else None,
            medium_size=media[0].size if media else 0,
            credential=self._read_credential if settings.credential_inside else None,
            scene=self._writer(settings.scene_inside),
            trust=self._writer(settings.trust_inside),
        )

    def _make_medium(self, item: MediumSettings) -> MediumSocket:
        def read() -> bytes:
            self._assert_off()
            return self._read(item.file, item.size)

        def write(data: bytes) -> None:
            self._assert_off()
            self._write(item.file, data)

        return MediumSocket(name=item.name, size=item.size, read=read, write=write)

    def _assert_off(self) -> None:
        if self._on:
            raise RigError("the medium is read from a powered-off unit: switch the article off first")

    def _writer(self, path: str | None) -> Callable[[str], None] | None:
        return (lambda text: self._write(path, f"{text.rstrip()}\n".encode())) if path else None

    def _read_credential(self) -> str:
        path = self._settings.credential_inside
        assert path is not None
        return self._read(path, MOST_SECRET).decode("utf-8", "replace").strip()

    def _read(self, path: str, most: int) -> bytes:
        with self.aside():
            return self._present().read_file(path, most)

    def _write(self, path: str, data: bytes) -> None:
        with self.aside():
            self._present().write_file(path, data)

    def _present(self) -> Box:
        if self._box is None:
            raise RigError("the container was removed at the end of the case")
        return self._box
