"""The settings of a board in hardware-in-the-loop in a rig file."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from harness.catalogue.model import Many, Model, Text
from harness.errors import UsageError
from harness.link.place import Place


def _place(text: str) -> str:
    try:
        Place.parse(text)
    except UsageError as error:
        raise ValueError(str(error)) from error
    return text


def _serial(text: str) -> str:
    if not text.startswith("serial:"):
        raise ValueError("the simulation goes over a serial port: serial:DEVICE@BAUD")
    return _place(text)


PlaceText = Annotated[Text, AfterValidator(_place)]


class HitlLinks(Model):
    """Settings of the target ``px4-hitl``: PX4 on a board with SYS_HITL 1, in our plant, in real time.

    Attributes:
        board: its port that carries the simulation, and the ground station unless `radio` does: serial:DEVICE@BAUD.
        radio: ground station's end of a radio link of its own: serial:DEVICE@BAUD, udp:HOST:PORT or tcp:HOST:PORT.
        signing_key: file of the MAVLink 2 signing key of that radio, relative to the rig file.
        boot: longest time from power to the first heartbeat, s.
        firmware: version that the board must say it runs, as 1.17.0.
        restart: boot it anew by an order before each case, where no relay takes its power.
        airframe: SYS_AUTOSTART that it must keep, as 1001.
        parameters: files of parameters that it must keep; they are read back, and never set.
        sensor_rate: frames of HIL_SENSOR sent in a second (PX4's guide to HITL starts jMAVSim with ``-r 250``).
        least_sensor_rate: below which the case is invalid, Hz; 0: four fifths of it.
        least_actuator_rate: of HIL_ACTUATOR_CONTROLS, Hz; PX4 sets 200 (Mavlink::set_hil_enabled).
        longest_gap: between two frames of either, s; a quadrotor's attitude loop is some 6 rad/s.
        longest_round_trip: of a TIMESYNC, s.
        most_waiting: bytes that wait at the port to go out.
    """

    board: Annotated[Text, AfterValidator(_serial)]
    radio: PlaceText | None = None
    signing_key: str = ""
    boot: float = Field(default=30.0, gt=0, le=600, allow_inf_nan=False)
    firmware: str = ""
    restart: bool = True
    airframe: int | None = Field(default=None, ge=1, le=4_000_000)
    parameters: Many[Text] = ()
    sensor_rate: float = Field(default=250.0, ge=50, le=400, allow_inf_nan=False)
    least_sensor_rate: float = Field(default=0.0, ge=0, le=400, allow_inf_nan=False)
    least_actuator_rate: float = Field(default=100.0, gt=0, le=1000, allow_inf_nan=False)
    longest_gap: float = Field(default=0.05, gt=0, le=1.0, allow_inf_nan=False)
    longest_round_trip: float = Field(default=0.05, gt=0, le=1.0, allow_inf_nan=False)
    most_waiting: int = Field(default=2000, gt=0, le=100_000)

    @model_validator(mode="after")
    def _key_is_of_the_radio(self) -> "HitlLinks":
        if self.signing_key and not self.radio:
            raise ValueError("signing_key is of a radio of its own: name target.settings.radio, or take the key out")
        return self
