"""The settings of the makes that stand on a bench. Serial devices may be relative to the rig file."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from harness.catalogue.model import Model, Text
from harness.errors import UsageError
from harness.link.address import Address

Baud = Annotated[int, Field(ge=300, le=10_000_000)]
Oldest = Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]
Bearing = Annotated[float, Field(ge=0, le=360, allow_inf_nan=False)]
Level = Annotated[float, Field(ge=-200, le=60, allow_inf_nan=False)]
Loss = Annotated[float, Field(ge=-60, le=200, allow_inf_nan=False)]
Uncertainty = Annotated[float, Field(gt=0, le=20, allow_inf_nan=False)]
Greatest = Annotated[float, Field(gt=0, le=200, allow_inf_nan=False)]


def _address(text: str) -> str:
    try:
        Address.parse(text, "address")
    except UsageError as error:
        raise ValueError(str(error)) from error
    return text


Place = Annotated[Text, AfterValidator(_address)]


def _template(text: str) -> str:
    try:
        text.format(speed=1.0, bearing=1.0, attenuation=1.0, frequency=1.0, level=1.0)
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"is no template of an order: {error}") from error
    return text


Template = Annotated[str, AfterValidator(_template)]


class RelaySettings(Model):
    """Settings of the make ``numato`` in the relay role: its serial device and which of its contacts."""

    device: Text
    channel: Annotated[int, Field(ge=0, le=63)] = 0


class ContactSettings(Model):
    """Settings of the make ``contact`` in the roles estop and takeover: a Numato module that reads a safety device.

    Attributes:
        device: serial device of the module.
        input: where the device's contact is, closed while all is well.
        test_output: output that makes the device act, as a test.
        name: of the device, for reports.
    """

    device: Text
    input: Annotated[int, Field(ge=0, le=63)]
    test_output: Annotated[int, Field(ge=0, le=63)]
    name: Text = "safety device"


class PathSettings(Model):
    """What every attenuator needs to know of its radio path. What a range follows from may be left out.

    Attributes:
        zero_level: received level that was measured without attenuation, dBm.
        sensitivity: level at which the link is lost, by the same measurement, dBm.
        greatest: attenuation that it has, dB.
        fixed_loss: of cables and pads between the antenna ports, by the laboratory's measurement, dB.
        fixed_loss_uncertainty: standard uncertainty of that, dB.
        antenna_gain: of both antennas together in their worst headings, from the confirmation by radiation, dB.
        antenna_gain_uncertainty: standard uncertainty of that, dB.
    """

    zero_level: Level
    sensitivity: Level
    greatest: Greatest = 90.0
    fixed_loss: Loss | None = None
    fixed_loss_uncertainty: Uncertainty | None = None
    antenna_gain: Loss | None = None
    antenna_gain_uncertainty: Uncertainty | None = None


class RcdatSettings(PathSettings):
    """Settings of the make ``rcdat``: its address (HTTP port 80, Telnet port 23), and which of the two."""

    address: Place
    over: Literal["http", "telnet"] = "http"


class SerialAttenuatorSettings(PathSettings):
    """Settings of an attenuator with text commands over a serial port.

    Attributes:
        device: serial device.
        baud: its speed.
        set_command: order with ``{attenuation:.2f}`` in dB; the answer must be `taken`.
        read_command: question for the attenuation in dB.
        identify_command: question for its name and serial number.
        taken: answer to an order that was taken.
        prompt: what an answer ends with.
    """

    device: Text
    baud: Baud = 9600
    set_command: Template
    read_command: str
    identify_command: str = "*IDN?"
    taken: str = "1"
    prompt: Annotated[str, Field(min_length=1, max_length=8)] = "\n"


class AirSettings(Model):
    """What every wind source on a bench takes.

    Attributes:
        air_density: of the air that it moves, kg/m3; 1.225 (ISA, sea level) where it was not measured.
        bearing: where the wind of a source that cannot turn comes from, deg from north.
    """

    air_density: Annotated[float, Field(ge=0.3, le=2.0, allow_inf_nan=False)] | None = None
    bearing: Bearing | None = None


class ScpiWindSettings(AirSettings):
    """Settings of a wind source with SCPI.

    Attributes:
        resource: VISA name, as TCPIP::10.0.0.5::5025::SOCKET.
        library: PyVISA's backend.
        speed_command: order with ``{speed:.2f}`` in m/s.
        direction_command: order with ``{bearing:.1f}`` in deg; "" for a source that cannot turn.
    """

    resource: Text
    library: str = "@py"
    speed_command: Template = "SOUR:SPE {speed:.2f}"
    direction_command: Template = ""


class HttpWindSettings(AirSettings):
    """Settings of a wind source that is told by HTTP.

    Attributes:
        address: host and port.
        path: with ``{speed:.2f}`` in m/s and ``{bearing:.1f}`` in deg.
        answer: what it answers to an order that it took; "" for anything.
        identify_path: path that tells its name and serial number.
    """

    address: Place
    path: Template = "wind?speed={speed:.2f}&bearing={bearing:.1f}"
    answer: str = ""
    identify_path: str = ""


class AskingSettings(Model):
    """What a make that asks the operator may say otherwise than the rig's table ``[operator]`` and the job file.

    Attributes:
        operator: name of the person, for the record; "" for the one of the rig, the job, or the user of the session.
        answers: file of answers, relative to the rig file; "" for the one of the rig or the job, or the terminal.
        within: longest time for an answer, and for what it promises to show, s; default: the rig's, else 120 s.
    """

    operator: str = ""
    answers: str = ""
    within: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] | None = None


class OperatorWindSettings(AskingSettings, AirSettings):
    """Settings of a fan that is set by hand."""


class AnemometerSettings(Model):
    """Settings of an anemometer with NMEA 0183: device, speed, where its zero looks (deg from north), oldest (s)."""

    device: Text
    baud: Baud = 4800
    mount: Bearing = 0.0
    oldest: Oldest = 1.0


class CsvTrackerSettings(Model):
    """Settings of a tracker that streams lines over TCP: where, and how old a position may be (s)."""

    address: Place
    oldest: Oldest = 0.25


class RtkTrackerSettings(Model):
    """Settings of an RTK receiver: device, the launch point (deg, deg, m above the sea), oldest position (s)."""

    device: Text
    baud: Baud = 115200
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    altitude: Annotated[float, Field(ge=-500, le=9000, allow_inf_nan=False)]
    oldest: Oldest = 0.25


class TruthSettings(Model):
    """Settings of the truth of a tracker: how old a position may be (s)."""

    oldest: Oldest = 0.25


class ReceiverSettings(Model):
    """Settings of a receiver with NMEA 0183: device and speed."""

    device: Text
    baud: Baud = 9600


class SpectrumSettings(Model):
    """Settings of a spectrum analyser with SCPI, and of a generator whose line proves each sweep.

    Attributes:
        resource: VISA name.
        library: PyVISA's backend.
        detector: word of the detector as the analyser takes it.
        points: levels in a trace.
        path_loss: from the article's antenna port to the analyser, or antenna factor and cable of a box, dB.
        path_loss_uncertainty: standard uncertainty of that, dB.
        antenna_gain: of the article's antenna in its strongest direction, dB over an isotropic one.
        antenna_gain_uncertainty: standard uncertainty of that, dB.
        accredited: certificate of the accreditation under which this bench measures; "" for a pre-scan.
        seed_resource: VISA name of the generator; "" for the analyser's own.
        seed_set: order with ``{frequency:.0f}`` in Hz and ``{level:.2f}`` in dBm.
        seed_on: order to emit.
        seed_off: order to stop.
        seed_loss: from the generator to the article's antenna port, dB.
        overload_query: question whose answer is 0 unless the analyser is overloaded.
    """

    resource: Text
    library: str = "@py"
    detector: Text = "RMS"
    points: Annotated[int, Field(ge=101, le=100_001)] = 1001
    path_loss: Loss | None = None
    path_loss_uncertainty: Uncertainty | None = None
    antenna_gain: Loss | None = None
    antenna_gain_uncertainty: Uncertainty | None = None
    accredited: str = ""
    seed_resource: str = ""
    seed_set: Template = "SOUR:FREQ {frequency:.0f};:SOUR:POW {level:.2f}"
    seed_on: Text = "OUTP ON"
    seed_off: Text = "OUTP OFF"
    seed_loss: Loss = 0.0
    overload_query: Text = "STAT:QUES:POW:COND?"


BENCH_SETTINGS: Mapping[str, type[Model]] = MappingProxyType(
    {
        "relay.numato": RelaySettings,
        "estop.contact": ContactSettings,
        "takeover.contact": ContactSettings,
        "attenuator.rcdat": RcdatSettings,
        "attenuator.serial": SerialAttenuatorSettings,
        "wind.scpi": ScpiWindSettings,
        "wind.http": HttpWindSettings,
        "wind.operator": OperatorWindSettings,
        "crew.operator": AskingSettings,
        "jammer.operator": AskingSettings,
        "anemometer.nmea": AnemometerSettings,
        "tracker.csv": CsvTrackerSettings,
        "tracker.rtk": RtkTrackerSettings,
        "truth.tracker": TruthSettings,
        "gnss.reference": ReceiverSettings,
        "spectrum.scpi": SpectrumSettings,
    }
)
