"""Whom the companion calls and what it leaves open; a defect is a change of this configuration."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """Endpoints, services and seeded defects of the companion's network. It conforms as shipped.

    Attributes:
        mac: of its network card.
        update_host: asked for new firmware over HTTPS (port 443), at boot and every `update_period`.
        telemetry_host: posted to over HTTPS (port 443), at boot and every `telemetry_period`.
        time_host: asked for the time over NTP, once per boot.
        telemetry_period: s.
        update_period: s.
        open_udp: ports that take datagrams; answered only where the stack was given a handler.
        hidden_beacon_after: defect; s after power-on at which one datagram with the position leaves for
            `beacon_address`, None for never.
        beacon_address: address and port that nobody declared.
        hardcoded_resolver: defect; asks 8.8.8.8 instead of the resolver that DHCP names.
        debug_telnet: defect; TCP port 23 gives a login prompt.
        verify_certificates: False is a defect; any certificate is taken.
        plain_http: defect; telemetry leaves unencrypted to port 80.
    """

    mac: str = "02:00:00:00:00:02"
    update_host: str = "update.example-drone.jp"
    telemetry_host: str = "telemetry.example-drone.jp"
    time_host: str = "time.example-drone.jp"
    telemetry_period: float = 30.0
    update_period: float = 300.0
    open_udp: tuple[int, ...] = (14550,)
    hidden_beacon_after: float | None = None
    beacon_address: tuple[str, int] = ("203.0.113.77", 40123)
    hardcoded_resolver: bool = False
    debug_telnet: bool = False
    verify_certificates: bool = True
    plain_http: bool = False
