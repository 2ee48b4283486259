"""Which class a kind of target or a make of instrument is: built-ins, then entry points."""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from harness.errors import UsageError

TARGETS: Mapping[str, str] = {
    "embedded": "harness.targets.embedded.embedded:EmbeddedTarget",
    "serial": "harness.targets.bench.serial:SerialTarget",
    "udp": "harness.targets.bench.serial:UdpTarget",
    "tcp": "harness.targets.bench.serial:TcpTarget",
    "ardupilot": "harness.targets.programs.ardupilot:ArdupilotTarget",
    "px4": "harness.targets.programs.px4:Px4Target",
    "px4-hitl": "harness.targets.hitl.px4hitl:Px4HitlTarget",
    "container": "harness.targets.container.container:ContainerTarget",
}
INSTRUMENTS: Mapping[str, str] = {
    "vehicle.mavlink": "harness.instruments.vehicle.mavlink:MavlinkVehicle",
    "observer.usb": "harness.instruments.vehicle.mavlink:UsbObserver",
    "radio.cable": "harness.instruments.radio.radio:CableRadio",
    "intruder.second-radio": "harness.instruments.intruder.intruder:SecondRadio",
    "attenuator.step": "harness.instruments.radio.attenuator:StepAttenuator",
    "jammer.operator": "harness.instruments.radio.jammer_operator:OperatorJammer",
    "jammer.chamber": "harness.instruments.radio.jammer:ChamberJammer",
    "wind.plant": "harness.instruments.wind.wind:PlantWind",
    "truth.plant": "harness.instruments.truth.truth:PlantTruth",
    "power.plant": "harness.instruments.power.power:PlantMeter",
    "storage.dump": "harness.instruments.storage.bench:StorageBench",
    "storage.folder": "harness.instruments.storage.folder:FolderCard",
    "storage.reader": "harness.instruments.storage.reader:MediaReader",
    "network.gateway": "harness.instruments.network.bench:NetworkBench",
    "network.pcap": "harness.instruments.network.file:RecordedNetwork",
    "scanner.gateway": "harness.instruments.network.network:GatewayScanner",
    "crew.operator": "harness.instruments.crew.operator:OperatorCrew",
    "crew.plant": "harness.instruments.crew.crew:PlantCrew",
    "gnss.plant": "harness.instruments.gnss.gnss:SimulatedSky",
    "camera.plant": "harness.instruments.truth.camera:PlantCamera",
    "documents.papers": "harness.instruments.supply.documents:MakersPapers",
    "inspection.bench": "harness.instruments.supply.inspection:BenchInspection",
    "firmware.dump": "harness.instruments.supply.firmware:FirmwareDump",
    "relay.numato": "harness.instruments.power.relay_numato:NumatoRelay",
    "estop.contact": "harness.instruments.safety.contact:SafetyContact",
    "takeover.contact": "harness.instruments.safety.contact:SafetyContact",
    "attenuator.rcdat": "harness.instruments.radio.attenuator_rcdat:RcdatAttenuator",
    "attenuator.serial": "harness.instruments.radio.attenuator_serial:SerialAttenuator",
    "wind.scpi": "harness.instruments.wind.scpi:ScpiWind",
    "wind.http": "harness.instruments.wind.http:HttpWind",
    "wind.operator": "harness.instruments.wind.operator:OperatorWind",
    "anemometer.nmea": "harness.instruments.wind.anemometer_nmea:NmeaAnemometer",
    "tracker.csv": "harness.instruments.truth.tracker_csv:CsvTracker",
    "tracker.rtk": "harness.instruments.truth.tracker_nmea:RtkTracker",
    "truth.tracker": "harness.instruments.truth.tracker:TrackedTruth",
    "gnss.reference": "harness.instruments.gnss.reference:ReferenceSky",
    "spectrum.scpi": "harness.instruments.spectrum.scpi:ScpiSpectrum",
}
GROUPS = {"target": "dronecert.targets", "instrument": "dronecert.instruments"}


def target_kinds() -> tuple[str, ...]:
    """Every kind of target that there is."""
    return _names("target", TARGETS)


def instrument_names() -> tuple[str, ...]:
    """Every make that there is, as ``role.make``."""
    return _names("instrument", INSTRUMENTS)


def find_target(kind: str) -> Callable[..., Any]:
    """The factory of a kind of target.

    Raises:
        UsageError: there is no such kind, or the package that brings it cannot be loaded.
    """
    return _find("target", kind, TARGETS)


def find_instrument(role: str, make: str) -> Callable[..., Any]:
    """The factory of a make in a role; a make from elsewhere registers as ``role.make``.

    Raises:
        UsageError: no such make for that role, or the package that brings it cannot be loaded.
    """
    return _find("instrument", f"{role}.{make}", INSTRUMENTS)


def _find(what: str, name: str, builtin: Mapping[str, str]) -> Callable[..., Any]:
    if name in builtin:
        module, _, attribute = builtin[name].partition(":")
        factory: Callable[..., Any] = getattr(import_module(module), attribute)
        return factory
    for entry in entry_points(group=GROUPS[what], name=name):
        try:
            loaded: Callable[..., Any] = entry.load()
        except (ImportError, AttributeError) as error:
            raise UsageError(f"the {what} {name!r} is {entry.value}, which cannot be loaded: {error}") from error
        return loaded
    raise UsageError(f"there is no {what} {name!r}; there are {', '.join(_names(what, builtin))}")


def _names(what: str, builtin: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted({*builtin, *(entry.name for entry in entry_points(group=GROUPS[what]))}))
