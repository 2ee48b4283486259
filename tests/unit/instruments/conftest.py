from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from fake_bench import QuietHall, RealWorld, Terminal

from harness.catalogue.declaration import load_declaration
from harness.instruments.context import Context
from harness.instruments.storage.bench import StorageBench
from harness.instruments.vehicle.mavlink import MavlinkVehicle
from harness.link.address import Address
from harness.link.tcpserver import TcpServer
from harness.link.terminal import open_terminal
from harness.targets.base import Sockets
from harness.targets.embedded.embedded import EmbeddedTarget
from harness.timing import run_for
from harness.vehicle.codec import Identity
from harness.vehicle.vehicle import Vehicle

ARTICLES = Path(__file__).parents[3] / "rigs" / "articles"
PLACE = {"latitude": 35.6762, "longitude": 139.6503}


@dataclass
class CaseRecord:
    """The record of a case, in memory."""

    controls: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    exhibits: list = field(default_factory=list)
    charts: list = field(default_factory=list)
    exposures: list = field(default_factory=list)

    def control(self, name, kind, ok, detail):
        assert kind in ("positive", "negative") and detail
        self.controls.append((name, ok))

    def exposed(self, exposure):
        self.exposures.append(exposure)

    def note(self, text):
        self.notes.append(text)

    def exhibit(self, name, media_type, data, kind):
        self.exhibits.append((name, media_type, kind, data))

    def chart(self, chart):
        assert all(len(x) == len(y) for _, x, y in chart.lines)
        self.charts.append(chart)


class Scene:
    """A fresh world of the real embedded drone, and instruments for it that write to one record."""

    def __init__(self, target, declaration, seed):
        self.world, self.log, self._declaration = target.new_world(seed), CaseRecord(), declaration

    def context(self, fault="", **changes):
        own = changes.pop("sockets", {})
        surroundings = Context(
            world=self.world,
            sockets=replace(self.world.sockets, **own),
            log=self.log,
            seed=1,
            declaration=self._declaration,
            documents=ARTICLES,
            bench=ARTICLES.parent,
            fault=fault,
            settings=PLACE,
        )
        return replace(surroundings, **changes)

    def run(self, seconds):
        run_for(self.world, seconds)

    def truth(self):
        return self.world.sockets.truth()

    def pilot(self):
        """A ground station on the radio link, as the vehicle role has one inside."""
        return Vehicle(self.world.sockets.radio.ground, self.world, Identity(key=self.world.sockets.radio_key))

    @contextmanager
    def hovering(self, height=3.0):
        self.world.power_on()
        vehicle = MavlinkVehicle(self.context())
        with vehicle.hovering(at=height):
            yield vehicle


@pytest.fixture(scope="session")
def declaration():
    return load_declaration(ARTICLES / "embedded.toml")


@pytest.fixture(scope="session")
def unit():
    """The drone of what does not test storage: without encryption each power-on is 0.3 s faster."""
    return EmbeddedTarget(defects=("plaintext-log",))


@pytest.fixture(scope="session")
def stage(declaration):
    """Makes the scene of a given target."""
    return lambda target, seed=1: Scene(target, declaration, seed)


@pytest.fixture
def scene(stage, unit):
    """The drone in a fresh world, switched off."""
    return stage(unit)


@pytest.fixture(scope="session")
def context(stage, unit):
    """The surroundings of an instrument in a world that no test lets pass."""
    return stage(unit).context()


@pytest.fixture
def damaged(stage):
    """Makes the scene of a drone with defects and, as `unit`, without encryption."""

    def make(*defects):
        return stage(EmbeddedTarget(defects=("plaintext-log", *defects)))

    return make


@pytest.fixture
def bench(stage):
    """Makes the storage bench of an encrypted drone with defects; its passphrase is stretched weakly, which is fast."""

    def make(*defects, fault="", **changes):
        scene = stage(EmbeddedTarget(defects=("weak-kdf", *defects)))
        scene.world.power_on()
        return scene, StorageBench(scene.context(fault, **changes))

    return make


@pytest.fixture
def real(declaration):
    """Makes the surroundings of an instrument on a bench in real time, with settings of its make."""
    world, log = RealWorld(), CaseRecord()

    def make(**settings):
        devices = settings.pop("devices", {})
        return Context(
            world=world,
            sockets=Sockets(),
            log=log,
            seed=1,
            declaration=declaration,
            documents=ARTICLES,
            settings=settings,
            devices=devices,
        )

    make.world, make.log = world, log
    yield make
    world.end()


@pytest.fixture
def terminal():
    """A pseudo-terminal, and whoever the test puts at its far end."""
    made = Terminal()
    yield made
    made.pull()


@pytest.fixture
def hall():
    """A hall without a drone, in which twins are served: `serial` gives a device, `tcp` an address."""
    made = ServedHall()
    yield made
    made.stop()


class ServedHall(QuietHall):
    def __init__(self):
        super().__init__()
        self._closing = []
        self.world.start()

    def serial(self, welcome):
        port, device = open_terminal(self.world.inputs)
        self._closing.append(port.close)
        welcome(port)
        return device

    def tcp(self, welcome):
        def come(port, name):
            welcome(port)
            return True

        server = TcpServer(Address(host="127.0.0.1", port=0), self.world.inputs, come, lambda port, name: None)
        self._closing.append(server.close)
        return str(server.address)

    def stop(self):
        self.world._ending.set()
        self.world._thread.join()
        for close in self._closing:
            close()
        self.world.inputs.close()
