"""How the drone talks; a defect is a change of this configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from harness.drone.flight.config import FlightConfig
from harness.drone.mavlink.parts.wireitem import WireItem

# Hz, as a ground station usually asks for them.
DEFAULT_RATES: Mapping[str, float] = MappingProxyType(
    {
        "HEARTBEAT": 1.0,
        "ATTITUDE": 10.0,
        "LOCAL_POSITION_NED": 10.0,
        "GLOBAL_POSITION_INT": 10.0,
        "VFR_HUD": 2.0,
        "GPS_RAW_INT": 2.0,
        "SERVO_OUTPUT_RAW": 2.0,
        "SYS_STATUS": 1.0,
        "BATTERY_STATUS": 1.0,
        "EXTENDED_SYS_STATE": 1.0,
        "SYSTEM_TIME": 1.0,
        "HOME_POSITION": 0.5,
        "EKF_STATUS_REPORT": 1.0,
        "WIND": 1.0,
        "ESC_TELEMETRY_1_TO_4": 1.0,
    }
)

# Unix time of power-on, s: the start of 2026. Signatures count from 2015, so both ends need one idea of the date.
DEFAULT_EPOCH = 1_767_225_600.0


@dataclass(frozen=True, kw_only=True)
class MavlinkConfig:
    """What the drone's MAVLink service is told at power-on.

    Attributes:
        flight: the flight configuration at power-on: home, and what parameters are before anyone sets them.
        ground_station: system id whose heartbeats count as the ground station's, unless MAV_GCS_SYSID says otherwise.
        system_id: of the aircraft, unless the parameter SYSID_THISMAV says otherwise.
        epoch: Unix time of zero on the test clock, s.
        rates: message names and their rates on every port, Hz.
        firmware_version: major, minor, patch.
        firmware_hash: SHA-256 of the installed firmware; its first 8 bytes are reported.
        serial: hardware serial number, 64 bits.
        vendor_id: of the board, as on USB.
        product_id: of the board, as on USB.
        check_crc: False is a defect: frames with a wrong checksum are obeyed.
        any_seed: True is a defect: a checksum counts as right with any seed, so other dialects' messages do too.
        accept_unsigned: True is a defect: radio ports obey unsigned and wrongly signed frames.
        accept_mavlink1: True is a defect: radio ports obey MAVLink 1 frames, which cannot be signed.
        accept_replay: True is a defect: the time of a signature is not looked at.
        accept_old: True is a defect: a stream not heard since power-on may begin at any time.
        open_key_setup: True is a defect: radio ports take a new key from anyone.
        repeat_within: a command sent again later than this is a new one, s; 0 is a defect: each repetition is obeyed.
        open_files: True is a defect: MAVLink FTP serves made files, a log among them, to who has not logged in.
        serial_shell: True is a defect: SERIAL_CONTROL opens a system shell.
        model_key: True is a defect: the key of the radio is the same in every unit.
        radio_delay: what is sent waits so long in the radio modem, s; more than 0 is a defect.
        radio_period: what comes in by radio is handed on this often only, s; more than 0 is a defect.
        radio_deaf_after: silence after which the radio modem hears nothing until it is switched off, s; more than 0
            is a defect.
    """

    flight: FlightConfig = field(default_factory=FlightConfig)
    ground_station: int = 255
    system_id: int = 1
    epoch: float = DEFAULT_EPOCH
    rates: Mapping[str, float] = field(default_factory=lambda: DEFAULT_RATES)
    firmware_version: tuple[int, int, int] = (0, 1, 0)
    firmware_hash: bytes = bytes(32)
    serial: int = 0
    vendor_id: int = 0
    product_id: int = 0
    check_crc: bool = True
    any_seed: bool = False
    accept_unsigned: bool = False
    accept_mavlink1: bool = False
    accept_replay: bool = False
    accept_old: bool = False
    open_key_setup: bool = False
    repeat_within: float = 15.0
    open_files: bool = False
    serial_shell: bool = False
    model_key: bool = False
    radio_delay: float = 0.0
    radio_period: float = 0.0
    radio_deaf_after: float = 0.0


@dataclass(kw_only=True)
class Memory:
    """What survives a reboot of the autopilot.

    Hand the same object to the next service on the same test clock to simulate a reboot.

    Attributes:
        parameters: values that were set, by name.
        newest_signature: no later signing timestamp was accepted or sent, in 10 us since 2015.
        signing_key: key that SETUP_SIGNING set for the radio ports; empty while the key of pairing holds.
        plans: mission (without home) and fence, by MAV_MISSION_TYPE.
    """

    parameters: dict[str, float] = field(default_factory=dict)
    newest_signature: int = 0
    signing_key: bytes = field(default=b"", repr=False)
    plans: dict[int, tuple[WireItem, ...]] = field(default_factory=dict)
