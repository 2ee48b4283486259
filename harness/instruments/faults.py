"""Faults that can be seeded into the simulated instruments, each with the requirements that must come out INVALID."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class RigFault:
    """A fault of one simulated instrument.

    Attributes:
        role: role whose instrument lies.
        make: make of the instrument that has it.
        fault: name, as ``fault = "..."`` under the role takes it.
        summary: what the instrument does.
        invalidates: requirements that must come out INVALID, never PASS and never FAIL.
    """

    role: str
    make: str
    fault: str
    summary: str
    invalidates: tuple[str, ...]

    @property
    def name(self) -> str:
        """``role:fault``."""
        return f"{self.role}:{self.fault}"


def _fault(instrument: str, fault: str, summary: str, *invalidates: str) -> RigFault:
    role, _, make = instrument.partition(".")
    return RigFault(role=role, make=make, fault=fault, summary=summary, invalidates=invalidates)


_FLIGHT_IN_WIND = ("WIND-01", "WIND-02", "WIND-03", "WIND-04")
_STORAGE = tuple(f"DAR-{number:02}" for number in range(1, 13))
# the twin of a login asks the unit for its recording and reads no medium
_IMAGED = tuple(name for name in _STORAGE if name != "DAR-05")
_IN_WIND = ("WIND-05", "WIND-06", "WIND-07", "WIND-08", "WIND-09")
_CAPTURED = ("ENDP-01", "ENDP-02", "ENDP-03", "ENDP-04", "ENDP-07", "ENDP-12")
_ON_PAPER = ("SUP-02", "SUP-03", "SUP-04", "SUP-07", "SUP-08", "SUP-09", "SUP-11", "SUP-12")
_ALL = (
    _fault("wind.plant", "muted", "takes commands and blows nothing", *_FLIGHT_IN_WIND, *_IN_WIND, "WIND-11"),
    _fault("wind.plant", "reversed", "blows the other way", *_FLIGHT_IN_WIND, *_IN_WIND, "WIND-11"),
    _fault("wind.plant", "lies", "follows commands at 80 % and reports 100 %", *_FLIGHT_IN_WIND, *_IN_WIND, "WIND-11"),
    _fault(
        "truth.plant",
        "frozen",
        "gives its first reading for ever",
        *(*_FLIGHT_IN_WIND, *_IN_WIND, "WIND-11", "RADIO-01", "ENDP-12"),
    ),
    _fault("power.plant", "stuck", "sticks at its first reading", "WIND-08"),
    _fault("crew.plant", "empty-handed", "fits no ballast and puts no degradation in", "WIND-11"),
    _fault("crew.plant", "forgetful", "leaves the used battery in the aircraft", "WIND-10"),
    _fault("gnss.plant", "dark", "gives no satellite signals", "WIND-01", "WIND-02", "WIND-07", "WIND-11"),
    _fault("radio.cable", "leaky", "a cut does not cut", "RADIO-01", "RADIO-02", "RADIO-04"),
    _fault("radio.cable", "muted", "an injection injects nothing", "RADIO-05"),
    _fault("radio.cable", "idle", "an impairment does nothing", "RADIO-03", "RADIO-04"),
    _fault("observer.usb", "deaf", "hears nothing", "RADIO-01", "RADIO-02", "RADIO-04", "RADIO-05", "ENDP-12"),
    _fault("intruder.second-radio", "silent", "sends nothing", "RADIO-06", "RADIO-12"),
    _fault("intruder.second-radio", "keyless", "signs its twins with a wrong key", "RADIO-06", "RADIO-12"),
    _fault("intruder.second-radio", "deaf", "hears nothing in the air", "RADIO-07"),
    _fault("attenuator.step", "stuck", "attenuates nothing", "RADIO-09"),
    _fault("jammer.chamber", "off", "emits nothing", "RADIO-11"),
    _fault("storage.dump", "unplanted", "shows no canary to the camera", *_STORAGE),
    _fault("storage.dump", "short", "reads half of the medium", *_IMAGED),
    _fault("storage.dump", "blind", "plants nothing for its own controls", "DAR-03", "DAR-04"),
    _fault("gnss.plant", "elsewhere", "gives the satellites of the launch site wherever it shall be", "ENDP-07"),
    _fault("network.gateway", "late", "captures from a minute after power-on", *_CAPTURED),
    _fault("network.gateway", "lossy", "loses every twentieth frame", *_CAPTURED),
    _fault("network.gateway", "asleep", "captures nothing after the first hour, without a word", "ENDP-02"),
    _fault("network.gateway", "unswitched", "does not switch the offline mode on", "ENDP-02"),
    _fault("network.gateway", "clock-stuck", "sets no clock", "ENDP-07"),
    _fault("network.gateway", "lazy", "restarts nothing", "ENDP-07"),
    _fault("network.gateway", "porous", "blocks nothing", "ENDP-12"),
    _fault("firmware.dump", "truncated", "dumps half of the image", "SUP-01", "SUP-02", "SUP-05", "SUP-07", "SUP-11"),
    _fault("documents.papers", "lost", "no paper arrives", *_ON_PAPER),
    _fault("documents.papers", "torn", "half of each paper arrives", *_ON_PAPER),
    _fault("documents.papers", "stale", "the first paper arrives for ever", *_ON_PAPER),
    _fault("inspection.bench", "cached", "shows for ever what it read first", "SUP-04"),
    _fault("inspection.bench", "blind", "sees nothing", "SUP-04"),
    _fault("documents.papers", "keyless", "the list of builders comes up empty", "SUP-07"),
    _fault("documents.papers", "blind", "the lists of entities come up empty", "SUP-09", "SUP-12"),
    _fault("documents.papers", "trusting", "believes what the register says of the article", "SUP-11"),
    _fault("documents.papers", "feedless", "the feeds of flaws come up empty", "SUP-08"),
    _fault("documents.papers", "outdated", "lists and feeds are ten years old", "SUP-08", "SUP-09", "SUP-12"),
    _fault("network.gateway", "mute", "none of its servers answers", "ENDP-06", "ENDP-11", "SUP-06"),
    _fault("network.gateway", "undamaged", "offers the good update in the place of bad ones", "ENDP-11", "SUP-06"),
    _fault("network.gateway", "codeless", "enters a wrong code where the right one belongs", "ENDP-09"),
    _fault("network.gateway", "honest", "shows the good certificate in the place of bad ones", "ENDP-06"),
    _fault("scanner.gateway", "deaf", "hears no answer", "ENDP-05", "ENDP-08"),
)
# of makes that the rig of the embedded drone does not have, so that `dronecert validate` cannot seed them there
_OF_PROGRAMS = (
    _fault("storage.folder", "unplanted", "looks for a place where it never flew", "DAR-01", "DAR-02", "DAR-03"),
    _fault("storage.folder", "short", "reads half of the archive", "DAR-01", "DAR-02", "DAR-03"),
    _fault("storage.folder", "blind", "plants nothing for its own controls", "DAR-03"),
)
RIG_FAULTS: Mapping[str, RigFault] = MappingProxyType({item.name: item for item in _ALL})


def faults_of(role: str, make: str) -> tuple[str, ...]:
    """Names of the faults that the instrument `make` in `role` can have."""
    return tuple(item.fault for item in (*_ALL, *_OF_PROGRAMS) if (item.role, item.make) == (role, make))
