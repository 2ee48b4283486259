"""One case with an article in a container: the wall clock, its links, its power, and what it keeps in volumes."""

import math
from collections.abc import Callable
from dataclasses import replace

from harness.errors import RigError, RigTimeout
from harness.link.place import Place
from harness.targets.base import MediumSocket, Sockets
from harness.targets.bench.links import Links
from harness.targets.bench.world import BenchWorld
from harness.targets.container.engine import Box
from harness.targets.container.settings import ContainerSettings, MediumSettings
from harness.targets.container.wire import MAC, CommandLink, ContainerWire
from harness.timing import Wait, wait_until

RETRY = 0.2  # s between two tries to reach a container that boots
END_WITHIN = 0.2  # s that the engine is given to notice that a container ended
MOST_SECRET = 4096  # bytes


class ContainerWorld(BenchWorld):
    """Implements :class:`harness.targets.base.TargetWorld` with a container: power is the engine's.

    On makes a fresh container on the volumes of the case, off stops it in order, a cut kills it.

    Attributes:
        powered_at: when the article was first powered, s of the test clock.
    """

    def __init__(
        self,
        settings: ContainerSettings,
        key: bytes | None,
        make_box: Callable[[], Box],
        network: tuple[str, str],
        discard: Callable[[], None],
    ) -> None:
        """Make the container, which does not run yet.

        Args:
            settings: of the rig file.
            key: MAVLink 2 signing key of the paired ground station.
            make_box: makes a fresh container on the same volumes.
            network: address of this machine on the internal network, and the interface that it is.
            discard: removes the volumes.

        Raises:
            RigError: the engine cannot.
        """
        self._settings, self._make_box, self._discard = settings, make_box, discard
        self._gateway, bridge = network
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
        self.powered_at = math.inf
        self._wire = self._make_wire(bridge)
        self.sockets = self._fill_sockets(self.sockets)

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
        if self._wire is not None:
            self._wire.close()
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
        if self._wire is not None:
            self._wire.leave()
            self.notes.append(f"frames on the internal network beside the command link: {self._wire.beside}")
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
            self.powered_at = min(self.powered_at, self.now())
            self._present().start()
            self._wire_up()
        self._on = True
        self._reach()

    def _make_wire(self, bridge: str) -> ContainerWire | None:
        settings = self._settings
        if settings.interface is None:
            return None
        ports = frozenset({settings.radio, settings.observer or settings.radio})
        link = CommandLink(bridge=bridge, gateway=self._gateway, ports=ports)
        return ContainerWire(self, settings.interface, link)

    def _wire_up(self) -> None:
        if self._wire is None:
            return
        box = self._present()
        pid = box.read_pid()
        if not pid:
            raise RigError(box.tell_end())
        self._wire.enter(pid)
        ways = ", ".join(self._wire.read_ways())
        self.notes.append(
            f"the article's interfaces beside {self._settings.interface}: {ways}, on the internal network; what is "
            "said there beside the command link is in the capture"
        )

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

    def _fill_sockets(self, links: Sockets) -> Sockets:
        settings = self._settings
        media = tuple(map(self._make_medium, settings.media))
        return replace(
            links,
            wire=self._wire,
            label=(lambda: {"mac": MAC}) if self._wire else None,
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
