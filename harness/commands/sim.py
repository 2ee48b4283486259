"""``dronecert sim``: the embedded drone, served to ground stations in real time or faster."""

import math
import signal
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from harness.commands.output import say, tell
from harness.drone.article import Airframe, ArticleConfig, shipped
from harness.drone.defects import damage
from harness.errors import UsageError
from harness.link.address import Address
from harness.link.keyfile import is_open_to_others, read_key
from harness.link.port import Port
from harness.link.streamport import StreamPort
from harness.link.switchboard import MOST_CABLES, Switchboard
from harness.link.tcpserver import TcpServer
from harness.link.terminal import open_terminal
from harness.link.udp import UdpPort
from harness.targets.embedded.embedded import EmbeddedWorld
from harness.timing import Inputs, Pacer, require_speedup

DEFAULT_UDP = "127.0.0.1:14550"
_LOOPBACK = ("127.", "localhost", "::1")
# of the flight configuration: after how long a silence the ground station, its sticks, its set-points count as lost,
# and the longest that may be set, s
_SILENCES = {"link_loss_timeout": 1e6, "rc_timeout": 120.0, "velocity_timeout": 60.0}
_EXPOSED = ". WARNING: other machines can reach it; take 127.0.0.1, or --signing-key"


@dataclass(frozen=True, kw_only=True)
class Served:
    """Where the drone can be reached.

    Attributes:
        place: as ground stations take it: ``tcp:HOST:PORT``, ``udp:HOST:PORT`` or a device.
        exposed: whether other machines reach it too.
        close: ends it.
        start: plugs it in, once the drone has power; what listens needs none.
    """

    place: str
    exposed: bool
    close: Callable[[], None]
    start: Callable[[], None] = lambda: None


def sim(arguments: Namespace) -> int:
    """Serve the embedded drone until SIGINT or SIGTERM; returns 0 then.

    Raises:
        UsageError: an option is wrong, a file is no key, an address cannot be served.
    """
    with _stopped_by_signal() as running:
        key = _key(arguments.signing_key)
        wind = _wind(arguments.wind)
        world = _build(arguments, key)
        inputs = Inputs()
        board = Switchboard(lay=lambda: world.lay_cable(radio=key is not None))
        pacer = Pacer(world, inputs, arguments.speedup, tell)
        served = _serve(arguments, inputs, board)
        try:
            world.power_on()
            world.set_wind(*wind)
            served.start()
            _announce(served, key is not None, arguments.speedup)
            pacer.run(running)
        finally:
            served.close()
            world.power_off()
            inputs.close()
    tell(f"stopped after {world.now():.1f} s of flight time, {pacer.achieved():.3g}x")
    return 0


@contextmanager
def _stopped_by_signal() -> Iterator[Callable[[], bool]]:
    asked: list[int] = []
    names = (signal.SIGINT, signal.SIGTERM)
    before = {name: signal.signal(name, lambda number, frame: asked.append(number)) for name in names}
    try:
        yield lambda: not asked
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _key(path: str) -> bytes | None:
    if not path:
        return None
    key = read_key(Path(path))
    if is_open_to_others(Path(path)):
        tell(f"warning: other users can read {path}; chmod 600 {path}")
    return key


def _wind(text: str) -> tuple[float, float]:
    try:
        north, east = (float(part) for part in text.split(","))
    except ValueError:
        north = east = math.nan
    if not (math.isfinite(north) and math.isfinite(east)):
        raise UsageError(f"--wind {text}: give two numbers, north and east in m/s, as in --wind=-3,0.5")
    return north, east


def _build(arguments: Namespace, key: bytes | None) -> EmbeddedWorld:
    require_speedup(arguments.speedup)
    airframe = Airframe(_paced(damage(shipped(), arguments.defect), arguments.speedup))
    if key is not None:
        airframe.radio_key = key
    return EmbeddedWorld(airframe, arguments.seed)


def _paced(config: ArticleConfig, speedup: float) -> ArticleConfig:
    """`config` for ground stations that live on the wall clock, with the date of now.

    What they send comes `speedup` times as far apart on the test clock, so the silence that means a loss lasts as much
    longer.
    """
    timeouts = {
        name: min(getattr(config.flight, name) * max(1.0, speedup), longest) for name, longest in _SILENCES.items()
    }
    return replace(
        config,
        flight=replace(config.flight, **timeouts),
        mavlink=replace(config.mavlink, epoch=time.time()),
    )


def _serve(arguments: Namespace, inputs: Inputs, board: Switchboard) -> Served:
    if arguments.pty:
        return _serve_terminal(inputs, board)
    if arguments.tcp:
        return _serve_tcp(Address.parse(arguments.tcp, "--tcp"), inputs, board)
    return _serve_udp(Address.parse(arguments.udp or DEFAULT_UDP, "--udp"), inputs, board)


def _serve_terminal(inputs: Inputs, board: Switchboard) -> Served:
    try:
        port, device = open_terminal(inputs)
    except OSError as error:
        raise UsageError(f"--pty: this system gives no terminal ({error.strerror}); use --tcp or --udp") from error
    return Served(place=device, exposed=False, close=port.close, start=lambda: _plug(board, port))


def _serve_udp(address: Address, inputs: Inputs, board: Switchboard) -> Served:
    port = UdpPort(address, inputs)
    return Served(place=f"udp:{address}", exposed=False, close=port.close, start=lambda: _plug(board, port))


def _plug(board: Switchboard, port: Port) -> None:
    board.plug(port)


def _serve_tcp(address: Address, inputs: Inputs, board: Switchboard) -> Served:
    def welcome(port: StreamPort, name: str) -> bool:
        taken = board.plug(port)
        tell(f"{name} connected" if taken else f"{name} turned away: {MOST_CABLES} ground stations are connected")
        return taken

    def leave(port: StreamPort, name: str) -> None:
        board.unplug(port)
        tell(f"{name} left" + f", too slow for {port.lost_pieces} pieces of telemetry" * bool(port.lost_pieces))

    server = TcpServer(address, inputs, welcome, leave)
    exposed = not address.host.startswith(_LOOPBACK)
    return Served(place=f"tcp:{server.address}", exposed=exposed, close=server.close)


def _announce(served: Served, signed: bool, speedup: float) -> None:
    if signed:
        tell("radio port: obeys frames signed with the key only")
    else:
        tell("trusted port: obeys whoever reaches it, without a signature" + _EXPOSED * served.exposed)
    if speedup > 1:
        times = f"are {speedup:g} times as long, for senders keep to the wall clock"
        tell(f"{speedup:g}x: FS_GCS_TIMEOUT and its like {times}")
    say(served.place)
