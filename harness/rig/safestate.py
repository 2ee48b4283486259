"""What brings a bench into its safe state without the harness: for the watchdog, from a plan that is plain data."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError, RigTimeout
from harness.instruments.dialogue import SerialDialogue
from harness.instruments.power.relay_numato import BAUD, NumatoRelay
from harness.instruments.radio.attenuator_rcdat import TRANSPORTS, Rcdat
from harness.instruments.radio.attenuator_serial import TextAttenuator
from harness.instruments.wind.http import HttpSource
from harness.instruments.wind.scpi import ScpiSource
from harness.link.place import Place
from harness.rig.config import RigFile
from harness.targets.bench.hearing import Hearing
from harness.timing import Inputs, RealTime, Wait, wait_until
from harness.vehicle.codec import Codec, Identity

LAND_AGAIN, LAND_WITHIN, HEAR_WITHIN = 2.0, 180.0, 5.0  # s
OPEN_WITHIN = 3.0  # s; the ports of a dead process are free a moment later

Step = Callable[[], str]


@dataclass(frozen=True, kw_only=True)
class _Bare:
    """The part of a context that the devices themselves need; no world goes on beside them."""

    settings: dict[str, Any]
    bench: Path
    world: None = None
    devices: dict[str, Any] = field(default_factory=dict)


def plan_of(rig: RigFile) -> dict[str, Any]:
    """The plan for a rig, as plain data."""
    roles = {name: {"make": spec.make, "settings": dict(spec.settings)} for name, spec in rig.roles.items()}
    wanted = {name: role for name, role in roles.items() if name in ("wind", "attenuator", "relay")}
    observer = rig.spec.target.settings.get("observer", "")
    return {"folder": str(rig.path.parent.resolve()), "roles": wanted, "observer": observer}


def make_safe(plan: dict[str, Any]) -> Iterator[tuple[str, Step]]:
    """The steps in their order, each with its name: wind down, link restored, land, power off if it stands."""
    folder, roles = Path(plan["folder"]), plan["roles"]
    makes: dict[tuple[str, str], Callable[[Any], str]] = {
        ("wind", "scpi"): _still(ScpiSource),
        ("wind", "http"): _still(HttpSource),
        ("attenuator", "rcdat"): _open_rcdat,
        ("attenuator", "serial"): _open_text,
    }
    for name in ("wind", "attenuator"):
        act = makes.get((name, roles.get(name, {}).get("make", "")))
        if act is not None:
            yield name, partial(act, _Bare(settings=roles[name]["settings"], bench=folder))
    if plan["observer"]:
        yield "article", partial(_land, Place.parse(plan["observer"]).under(folder), roles.get("relay"), folder)


def _still(source: Callable[[Any], Any]) -> Callable[[Any], str]:
    def act(bare: _Bare) -> str:
        device = source(bare)
        device.order(0.0, 0.0)
        device.close()
        return "no wind"

    return act


def _open_rcdat(bare: _Bare) -> str:
    device = Rcdat(TRANSPORTS[bare.settings.get("over", "http")](None, bare.settings["address"]), 0.0)
    device.set_attenuation(0.0)
    device.close()
    return "link restored"


def _open_text(bare: Any) -> str:  # noqa: ANN401 - stands in for a context
    device = TextAttenuator(bare)
    device.set_attenuation(0.0)
    device.close()
    return "link restored"


def _land(place: Place, relay: dict[str, Any] | None, folder: Path) -> str:
    """Land the article over the observer's port, and switch it off once it says that it is disarmed."""
    inputs = Inputs()
    clock = RealTime(inputs)
    hearing, codec = Hearing(clock), Codec(Identity(), clock)
    with ExitStack() as closing:
        closing.callback(inputs.close)
        port = place.open(inputs, lambda: None)
        closing.callback(port.close)
        port.listen(lambda data: hearing(data, lambda data: None))
        clock.start()
        closing.callback(clock.stop)
        try:
            wait_until(clock, lambda: hearing.fresh, Wait(name="the article", within=HEAR_WITHIN, blame=RigTimeout))
        except RigTimeout as error:
            raise RigError(f"{place}: {hearing.diagnosis()}. Its power stays on: look at it") from error
        flew = hearing.armed

        def order() -> None:
            if hearing.armed:
                land = mavlink.MAV_CMD_NAV_LAND
                port.send(codec.encode(mavlink.MAVLink_command_long_message(*hearing.system, land, 0, *[0] * 7)))

        clock.schedule.every(LAND_AGAIN, order, start=clock.now())
        wait = Wait(name="landing", within=LAND_WITHIN, wanted="disarmed", blame=RigError)
        wait_until(clock, lambda: hearing.fresh and not hearing.armed, wait)
    said = "landed and disarmed" if flew else "stood disarmed"
    return said + (_switch_off(relay, folder) if relay else "")


def _switch_off(relay: dict[str, Any], folder: Path) -> str:
    if relay["make"] != "numato":
        return ""
    settings = relay["settings"]
    line = SerialDialogue(None, str(folder / settings["device"]), baud=BAUD, prompt=b">")
    NumatoRelay.order(line, int(settings.get("channel", 0)), on=False)
    line.close()
    return ", power off"
