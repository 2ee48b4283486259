"""The sections of a declaration. Numbers are in the unit that each description names; ``"54 km/h"`` is read as well."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from harness.catalogue.model import (
    Bits,
    Bytes,
    DecibelMilliwatts,
    Decibels,
    Degrees,
    DegreesPerSecond,
    Density,
    Factor,
    Hours,
    Kilograms,
    Many,
    Megahertz,
    Metres,
    Milliseconds,
    Model,
    Number,
    Percent,
    PerHour,
    PowerDensity,
    Rainfall,
    Seconds,
    Sha256,
    Speed,
    Text,
    WattHours,
)

# what an aircraft may be declared to do by itself; a profile says which of these it admits
Action = Literal["rtl", "land", "hold", "terminate", "continue", "none"]
TransportProtocol = Literal["tls", "quic", "tcp", "udp"]
# a name or address; "any" and "*" are accepted here so that a profile can refuse them by name
Host = Annotated[str, StringConstraints(pattern=r"^(\*|[A-Za-z0-9:._-]{1,253})$")]
Port = Annotated[int, Field(ge=1, le=65535)]


class Article(Model):
    """The unmanned aircraft system under test."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$")]
    maker: Text
    model: Text
    serials: Many[Text] = Field(min_length=1, description="serial number of each unit")
    hardware_revision: Text | None = None


class Envelope(Model):
    """What the aircraft does in which wind. Position errors are against independent truth, in the local level frame."""

    max_wind: Speed | None = Field(default=None, description="greatest sustained wind, m/s")
    air_density: Density | None = Field(
        default=None, description="air density that all wind speeds are declared at; 1.225 (ISA) unless stated, kg/m3"
    )
    max_gust: Speed | None = Field(default=None, description="greatest gust, peak of mean and gust together, m/s")
    hover_height: Metres | None = Field(default=None, description="height of the hover tests above ground, m")
    hold_r95: Metres | None = Field(default=None, description="horizontal hold error, 95th percentile, m")
    hold_max: Metres | None = Field(default=None, description="horizontal hold error, greatest, m")
    hold_vertical_r95: Metres | None = Field(default=None, description="vertical hold error, 95th percentile, m")
    gust_excursion: Metres | None = Field(default=None, description="greatest displacement by a gust, m")
    gust_recovery_time: Seconds | None = Field(default=None, description="time back inside the hold band, s")
    max_tilt: Degrees | None = Field(default=None, description="greatest tilt, deg")
    turbulence: Literal["light", "moderate", "severe"] | None = Field(
        default=None, description="intensity class by MIL-F-8785C"
    )
    turbulence_rms_horizontal: Metres | None = Field(default=None, description="horizontal error, RMS, m")
    turbulence_rms_vertical: Metres | None = Field(default=None, description="height error, RMS, m")
    turbulence_rms_attitude: Degrees | None = Field(default=None, description="tilt about its mean, RMS, deg")
    turbulence_rms_rate: DegreesPerSecond | None = Field(default=None, description="body rate, RMS, deg/s")
    heading_error: Degrees | None = Field(default=None, description="greatest heading error in wind, deg")
    takeoff_wind: Speed | None = Field(default=None, description="greatest wind for take-off and landing, m/s")
    touchdown_error: Metres | None = Field(default=None, description="distance from the pad's centre, m")
    touchdown_lateral_speed: Speed | None = Field(default=None, description="lateral speed at contact, m/s")
    touchdown_descent: Speed | None = Field(default=None, description="descent speed at contact, m/s")
    touchdown_slide: Metres | None = Field(default=None, description="slide on the ground after contact, m")
    touchdown_tilt: Degrees | None = Field(default=None, description="tilt at contact, deg")
    track_wind: Speed | None = Field(default=None, description="greatest wind for the planned track, m/s")
    cruise_speed: Speed | None = Field(default=None, description="planned speed over ground, m/s")
    cross_track_rms: Metres | None = Field(default=None, description="distance from the track, RMS, m")
    cross_track_max: Metres | None = Field(default=None, description="distance from the track, greatest, m")
    ground_speed_error: Speed | None = Field(default=None, description="departure from the planned speed, m/s")
    tilt_margin: Degrees | None = Field(default=None, description="tilt kept in reserve at the wind limit, deg")
    return_radius: Metres | None = Field(default=None, description="distance from which it returns upwind, m")
    return_used: WattHours | None = Field(default=None, description="taken from a full pack when the return begins, Wh")
    return_reserve: Percent | None = Field(default=None, description="usable energy left at landing, %")
    return_energy: WattHours | None = Field(default=None, description="energy used for the return, Wh")
    return_time: Seconds | None = Field(default=None, description="time of the return, s")
    wind_limit: Speed | None = Field(default=None, description="wind above which it warns and acts, m/s")
    wind_limit_action: Action | None = Field(default=None, description="what it does in wind above its limit")
    wind_detection_time: Seconds | None = Field(default=None, description="from the limit crossed to the warning, s")
    containment_radius: Metres | None = Field(default=None, description="radius of the containment volume, m")
    mass_max: Kilograms | None = Field(default=None, description="greatest take-off mass, kg")
    cg_offset_max: Metres | None = Field(default=None, description="centre of gravity off the datum, m")
    degradation: Text | None = Field(default=None, description="the one degradation that it is claimed to bear")
    degraded_gnss_noise: Factor | None = Field(
        default=None, description="that degradation as a factor on the noise of the satellite receiver, 1"
    )
    degraded_motor_thrust: Percent | None = Field(
        default=None, description="that degradation as the thrust that the weakest motor is left with, %"
    )
    rain_rate: Rainfall | None = Field(default=None, description="rainfall in which it holds its point, mm/h")


class Band(Model):
    """Frequencies that a transmitter of the article uses: a channel of the link, or the band of an emitter."""

    name: Text
    low: Megahertz = Field(description="lower edge, MHz")
    high: Megahertz = Field(description="upper edge, MHz")

    @field_validator("high")
    @classmethod
    def _above_low(cls, high: float, info: ValidationInfo) -> float:
        low = info.data.get("low")
        if low is not None and high <= low:
            raise ValueError(f"the upper edge of {high:g} MHz is not above the lower one of {low:g} MHz")
        return high

    def holds(self, frequency: float, slack: float = 0.0) -> bool:
        """Whether `frequency` lies in it, or at most `slack` beside it; MHz."""
        return self.low - slack <= frequency <= self.high + slack


class Link(Model):
    """How the aircraft behaves on its command link."""

    loss_action: Action | None = Field(default=None, description="what it does when the link is lost")
    loss_action_landing: Action | None = Field(default=None, description="the same while it is landing")
    loss_time: Seconds | None = Field(default=None, description="last valid frame to that action, s")
    tolerated_silence: Seconds | None = Field(default=None, description="silence that brings no action, s")
    landing_error: Metres | None = Field(default=None, description="landing point after it, off the home point, m")
    reacquisition_time: Seconds | None = Field(default=None, description="link restored to command obeyed, s")
    command_latency: Milliseconds | None = Field(default=None, description="command, 99th percentile, ms")
    telemetry_latency: Milliseconds | None = Field(default=None, description="telemetry, 99th percentile, ms")
    round_trip_latency: Milliseconds | None = Field(default=None, description="round trip, 99th percentile, ms")
    round_trip_max: Milliseconds | None = Field(default=None, description="round trip, greatest, ms")
    loss_tolerance: Percent | None = Field(default=None, description="loss of frames under which it is controlled, %")
    command_time: Seconds | None = Field(default=None, description="command given to obeyed under that loss, s")
    longest_outage: Seconds | None = Field(default=None, description="longest time without control under it, s")
    range: Metres | None = Field(default=None, description="range in free space, m")
    attenuation_at_loss: Decibels | None = Field(default=None, description="path attenuation at first loss, dB")
    margin: Decibels | None = Field(default=None, description="margin left at the declared range, dB")
    warning_lead_time: Seconds | None = Field(default=None, description="warning before loss, s")
    warning_lead_margin: Decibels | None = Field(default=None, description="warning before loss, dB")
    max_power: DecibelMilliwatts | None = Field(default=None, description="radiated power, dBm")
    max_power_density: PowerDensity | None = Field(default=None, description="power density, mW/MHz")
    occupied_bandwidth: Megahertz | None = Field(default=None, description="occupied bandwidth, MHz")
    max_spurious: DecibelMilliwatts | None = Field(default=None, description="strongest spurious emission, dBm")
    channels: Many[Band] = Field(default=(), description="channels that the link uses, with their edges in MHz")
    frequency: Megahertz | None = Field(
        default=None, description="centre frequency of the link, which its range is declared at, MHz"
    )
    jamming_ratio: Decibels | None = Field(default=None, description="jamming to signal ratio borne, dB")
    interference_excursion: Metres | None = Field(default=None, description="excursion when link and GNSS fail, m")
    interference_action: Action | None = Field(default=None, description="what it does when both fail")
    encrypted: Many[Literal["command", "telemetry", "video"]] = Field(default=(), description="confidential links")
    signing: Literal["mavlink2", "other", "none"] | None = Field(default=None, description="how commands are signed")
    trusted_ports: Many[Text] = Field(default=(), description="ports that take unsigned commands")

    @field_validator("frequency")
    @classmethod
    def _in_a_channel(cls, frequency: float | None, info: ValidationInfo) -> float | None:
        channels = info.data.get("channels", ())
        if frequency is not None and channels and not any(channel.holds(frequency) for channel in channels):
            spans = ", ".join(f"{channel.low:g} to {channel.high:g}" for channel in channels)
            raise ValueError(f"{frequency:g} MHz is in no channel of the link ({spans} MHz)")
        return frequency


class Medium(Model):
    """One non-volatile medium of the article."""

    name: Text
    holds: Text = Field(description="what is stored there")
    size: Bytes | None = Field(default=None, description="capacity, B")
    removable: bool = False
    format: Text = Field(description="container, as LUKS2, or 'none'")
    cipher: Text = Field(description="cipher and mode, as aes-xts-plain64, or 'none'")
    key_bits: Bits = Field(description="length of the volume key, both halves for XTS, bit")
    sector_size: Bytes | None = Field(default=None, description="data unit of the cipher, B")
    credential_owner: Text = Field(description="who holds what unlocks it")
    module_certificate: Text | None = Field(default=None, description="certificate of the cryptographic module")


# the places where residue is looked for
PlaceKind = Literal["temporary", "swap", "dump", "thumbnail", "index", "cache", "station", "companion"]


class Place(Model):
    """A medium that holds no mission data by declaration, of the aircraft or its ground station."""

    name: Text
    holds: Many[PlaceKind] = Field(default=(), description="which of the places for residue lie on it")
    release: Text | None = Field(default=None, description="released image that it equals, of [[supply.images]]")


class Storage(Model):
    """What is stored where, and how it is protected."""

    media: Many[Medium] = ()
    places: Many[Place] = ()
    encrypted_at_first_boot: bool | None = None
    guess_rate: PerHour | None = Field(default=None, description="greatest rate of guesses at a credential, 1/h")
    residue_locations: Many[Text] = Field(default=(), description="places beyond the media that may hold mission data")
    sanitisation: Text | None = Field(default=None, description="how stored data are made unreadable")
    integrity_protected: Many[Text] = Field(default=(), description="stored things whose change is noticed")
    state_parameter: Text | None = Field(
        default=None, description="parameter on the trusted port that is not 0 while recordings are encrypted"
    )
    random_report: Text | None = Field(
        default=None, description="file of the entropy report or certificate, in the declaration's folder"
    )
    random_source: Text | None = Field(default=None, description="source of keys and its certificate or report")
    log_fields: Many[Text] = Field(
        default=(), description="fields of the logs with personal or position data, names in ()"
    )


class Address(Model):
    """Somebody on the network."""

    host: Host
    port: Port
    protocol: TransportProtocol


class Endpoint(Address):
    """Whom the article talks to, and what for."""

    purpose: Text
    operator: Text = Field(description="legal entity that runs it")
    jurisdiction: Text = Field(description="where that entity is subject to law, as ISO 3166 code")


class Inbound(Model):
    """A service that the article offers."""

    port: Port
    protocol: TransportProtocol
    purpose: Text


class Network(Model):
    """Default deny: whatever is not listed here is not declared."""

    endpoints: Many[Endpoint] = ()
    resolvers: Many[Address] = ()
    time_servers: Many[Address] = ()
    inbound: Many[Inbound] = ()
    interfaces: Many[Text] = Field(default=(), description="debug and service interfaces left open, with their guard")
    emitters: Many[Band] = Field(default=(), description="transmitters beside the link, with their bands in MHz")
    jurisdictions: Many[Text] = Field(default=(), description="that operators are subject to, as ISO 3166 codes")
    tls_minimum: Literal["1.2", "1.3"] | None = Field(default=None, description="oldest TLS version spoken")
    revocation: Literal["list", "stapled", "none"] | None = Field(
        default=None, description="how a server's revoked certificate is noticed"
    )
    offline_duration: Hours | None = Field(default=None, description="time for which offline mode sends nothing, h")
    offline_parameter: Text | None = Field(default=None, description="telemetry parameter that shows offline mode")
    update_source: Host | None = Field(default=None, description="host that updates come from")


# a paper of the maker by name, or its file in the declaration's folder and nowhere else
Paper = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$", max_length=200)
]


class FirmwareImage(Model):
    """A released firmware image. File names are relative to the declaration's folder."""

    name: Text
    version: Text
    sha256: Sha256
    signature: Text = Field(description="file of the detached signature")
    certificate: Text = Field(description="file of the signer's certificate")


class Package(Model):
    """An update that the maker signed, to be offered on the bench; the file is relative to the declaration's folder."""

    kind: Literal["newer", "older", "other model"]
    version: Text
    sha256: Sha256 = Field(description="of the image in it")
    file: Text


class Component(Model):
    """A critical component and where it comes from."""

    function: Text = Field(description="flight controller, radio, camera, gimbal, ground software, storage, ...")
    maker: Text
    part: Text
    site: Text
    country: Text = Field(description="ISO 3166 code")
    identifiers: Many[Text] = Field(default=(), description="markings, USB ids, address blocks, radio certificates")


class Operator(Model):
    """Who runs ground software, cloud and storage."""

    name: Text
    service: Text
    jurisdiction: Text


class Supply(Model):
    """What the article is made of, by whom, and how that is shown."""

    images: Many[FirmwareImage] = ()
    packages: Many[Package] = ()
    sbom_format: Literal["cyclonedx", "spdx"] | None = None
    sbom: Paper | None = Field(default=None, description="paper with the software bill of materials")
    hbom: Paper | None = Field(default=None, description="paper with the hardware bill of materials")
    provenance: Many[Paper] = Field(default=(), description="papers with signed attestations of the builds")
    vex: Many[Paper] = Field(default=(), description="papers with statements on vulnerabilities")
    suppliers: Paper | None = Field(default=None, description="paper with owners and suppliers, and how each is known")
    services: Paper | None = Field(default=None, description="paper with services in use and who runs them")
    earlier_results: Paper | None = Field(
        default=None, description="paper with the results that a certificate rests on"
    )
    components: Many[Component] = ()
    operators: Many[Operator] = ()
    entities: Many[Text] = Field(default=(), description="owners and suppliers to be screened")
    builders: Many[Text] = Field(default=(), description="ids of the builders that may make the firmware")
    sources: Many[Text] = Field(default=(), description="addresses that the firmware's sources begin with")
    provenance_level: Number | None = Field(default=None, description="build level by SLSA, 1")
    units_sampled: Number | None = Field(default=None, description="units drawn for test, 1")
