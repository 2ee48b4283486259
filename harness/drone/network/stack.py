"""The companion's network programme: from power-on to power-off."""

import json
import random
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.drone.network.config import NetworkConfig
from harness.drone.network.habits import Habits
from harness.drone.network.host import Host
from harness.drone.network.http import HttpClient, Network
from harness.drone.network.memory import CompanionMemory
from harness.drone.network.resolver import Resolver
from harness.drone.network.tls import client_context
from harness.link.ethernet import WireEnd, parse_mac
from harness.link.tcp import Address, TcpConnection
from harness.timing import Clock, Handle, Schedule

_DHCP_RETRY = 4.0
_FOREIGN_RESOLVER = "8.8.8.8"
_WAKING = 30.0

Answer = Callable[[bytes], bytes | None]


@dataclass(frozen=True, kw_only=True)
class NetworkSite:
    """Where the companion is plugged in.

    Attributes:
        end: its end of the Ethernet segment.
        clock: test clock.
        schedule: of the same world.
        trust_root: PEM of the authority that it trusts, as flashed in the factory.
        rng: seeded generator; draws ports and transaction numbers, never secrets.
        read_position: latitude and longitude in degrees, for what it reports.
        memory: what it keeps over a power cut.
        habits: what a dishonest one does on occasion.
        make_host: makes its IP host at each boot; None for one in memory at `end`.
    """

    end: WireEnd
    clock: Clock
    schedule: Schedule
    trust_root: str
    rng: random.Random
    read_position: Callable[[], tuple[float, float]] = lambda: (35.6762, 139.6503)
    memory: CompanionMemory = field(default_factory=CompanionMemory)
    habits: Habits = field(default_factory=Habits)
    make_host: Callable[[], Any] | None = None


class NetworkStack:
    """The companion's network.

    Attributes:
        log: what went wrong, one line each: names not found, certificates refused.
    """

    def __init__(self, config: NetworkConfig, site: NetworkSite) -> None:
        self.log: list[str] = []
        self._config, self._site = config, site
        self._context = client_context(site.trust_root, config.verify_certificates)
        self._answers: dict[int, Answer] = {}
        self._boot: _Boot | None = None
        self._powered = False
        self._wake: Handle | None = None

    @property
    def address(self) -> str:
        """IPv4 address, empty while it has none."""
        lease = self._boot.host.lease if self._boot is not None else None
        return lease.address if lease is not None else ""

    def answers_from(self, name: str) -> int:
        """How many HTTP responses the server `name` has given since power-on."""
        client = self._boot.clients.get(name) if self._boot is not None else None
        return client.answered if client is not None else 0

    def answers(self) -> int:
        """How many HTTP responses all servers have given since power-on."""
        return sum(client.answered for client in self._boot.clients.values()) if self._boot is not None else 0

    def serve_udp(self, port: int, answer: Answer) -> None:
        """Answer datagrams to an open port by what `answer` returns; holds over reboots."""
        self._answers[port] = answer

    def power_on(self) -> None:
        """Boot: get an address, look names up, set the clock, begin to report. Does nothing when already on.

        In offline mode the network card stays off.
        """
        if not self._powered:
            self._powered, memory = True, self._site.memory
            memory.begin_boot(self._site.clock.now())
            memory.offline = memory.offline and not self._site.habits.offline_forgotten
            self._begin()

    def power_off(self) -> None:
        """Stop at once, as when power is cut. Does nothing when already off."""
        self._powered = False
        self._end()

    def set_offline(self, offline: bool) -> None:
        """Switch the offline mode, which holds over reboots: the network card goes off, or on again."""
        self._site.memory.offline = offline
        self._end()
        if self._powered:
            self._begin()

    def _begin(self) -> None:
        habits = self._site.habits
        if not self._site.memory.offline:
            self._make_boot().start(self._answers)
        elif habits.offline_service:
            self._make_boot().start_service()
        elif habits.offline_wakes_after is not None:
            self._wake = self._site.schedule.at(self._site.clock.now() + habits.offline_wakes_after, self._call_once)

    def _call_once(self) -> None:
        self._make_boot().start_service()
        self._wake = self._site.schedule.at(self._site.clock.now() + _WAKING, self._end)

    def _make_boot(self) -> "_Boot":
        self._boot = _Boot(self._config, self._site, self._context, self.log)
        return self._boot

    def _end(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
        if self._boot is not None:
            self._boot.stop()
        self._boot = self._wake = None


class _Boot:
    """Everything that lives from one power-on to the next power-off."""

    def __init__(self, config: NetworkConfig, site: NetworkSite, context: ssl.SSLContext, log: list[str]) -> None:
        self.host = site.make_host() if site.make_host else Host(site.end, parse_mac(config.mac), site.rng)
        self.clients: dict[str, HttpClient] = {}
        self._config, self._site, self._context, self._log = config, site, context, log
        self._running = True
        self._start = site.clock.now()
        self._stops: list[Callable[[], None]] = []
        self._retry: Handle | None = None
        self._begin_calls, self._called, self._uploads = self._begin_all_calls, False, False

    def start(self, answers: dict[int, Answer]) -> None:
        """Open the inbound services and ask for an address."""
        for port in self._config.open_udp:
            self._open_udp(port, answers)
        if self._config.debug_telnet:
            self.host.serve(23, _prompt)
        if self._config.hidden_beacon_after is not None:
            beacon = self._site.schedule.at(self._start + self._config.hidden_beacon_after, self._send_beacon)
            self._stops.append(beacon.cancel)
        self._ask_for_lease()

    def start_service(self) -> None:
        """Run the background service alone, as a companion does whose offline mode is a lie."""
        self._begin_calls = self._begin_service
        self._ask_for_lease()

    def stop(self) -> None:
        """Stop all that is under way."""
        self._running = False
        for stop in self._stops:
            stop()
        if self._retry is not None:
            self._retry.cancel()
        self.host.unplug()

    def _ask_for_lease(self) -> None:
        self._retry = self._site.schedule.at(self._site.clock.now() + _DHCP_RETRY, self._ask_for_lease)
        self.host.request_lease(self._bound)

    def _bound(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
        lease, site = self.host.lease, self._site
        server = _FOREIGN_RESOLVER if self._config.hardcoded_resolver or lease is None else lease.resolver
        resolver = Resolver(self.host, server, site.clock, site.schedule, site.rng)
        resolver.resolve(self._config.time_host, self._ask_time)
        self._begin_calls(resolver)

    def _begin_service(self, resolver: Resolver) -> None:
        service = self._make_client(resolver, self._config.telemetry_host, secure=True)
        period = self._site.habits.offline_service_period
        self._repeat(period, lambda: service.request("POST", "/v1/health", self._report()))

    def _begin_all_calls(self, resolver: Resolver) -> None:
        config = self._config
        telemetry = self._make_client(resolver, config.telemetry_host, secure=not config.plain_http)
        update = self._make_client(resolver, config.update_host, secure=True)
        self._repeat(config.telemetry_period, lambda: telemetry.request("POST", "/v1/telemetry", self._report()))
        self._repeat(config.update_period, lambda: update.request("GET", "/v1/firmware/latest"))
        self._repeat(config.telemetry_period, lambda: self._follow_habits(resolver))

    def _follow_habits(self, resolver: Resolver) -> None:
        """What a companion without defects never does."""
        habits, memory, now = self._site.habits, self._site.memory, self._site.clock.now()
        age = memory.read_date(now) - (memory.first_date or 0.0)
        if not self._called and habits.is_beacon_due(age, memory.boots):
            self._called = True
            self._send_beacon()
        if not self._uploads and habits.is_upload_due(*self._site.read_position()):
            self._uploads = True
            self._make_client(resolver, habits.upload_host, secure=True).request("POST", "/v1/photos", self._report())

    def _make_client(self, resolver: Resolver, name: str, *, secure: bool) -> HttpClient:
        site, context = self._site, self._context if secure else None
        network = Network(
            host=self.host,
            resolver=resolver,
            clock=site.clock,
            schedule=site.schedule,
            context=context,
            log=self._note,
        )
        self.clients[name] = client = HttpClient(network, name, 443 if secure else 80)
        return client

    def _note(self, line: str) -> None:
        if self._running:
            self._log.append(line)

    def _repeat(self, period: float, call: Callable[[], None]) -> None:
        self._stops.append(self._site.schedule.every(period, call, self._site.clock.now()))

    def _report(self) -> bytes:
        latitude, longitude = self._site.read_position()
        now = self._site.clock.now()
        report = {
            "uptime_s": round(now - self._start, 1),
            "date": round(self._site.memory.read_date(now)),
            "latitude": round(latitude, 6),
            "longitude": round(longitude, 6),
        }
        return json.dumps(report).encode("ascii")

    def _ask_time(self, address: str) -> None:
        if address:
            transmit = struct.pack(">Q", self._site.rng.getrandbits(64))
            self.host.ask((address, 123), b"\x23" + bytes(39) + transmit, self._take_time)

    def _take_time(self, answer: bytes) -> None:
        self._site.memory.take_time(answer, self._site.clock.now())

    def _open_udp(self, port: int, answers: dict[int, Answer]) -> None:
        def hear(sender: Address, data: bytes) -> None:
            answer = answers[port](data) if port in answers else None
            if answer is not None:
                self.host.send_datagram(port, sender, answer)

        self.host.bind(port, hear)

    def _send_beacon(self) -> None:
        latitude, longitude = self._site.read_position()
        text = f"{latitude:.6f},{longitude:.6f},{self._site.clock.now() - self._start:.0f}"
        self.host.send_datagram(40123, self._config.beacon_address, text.encode("ascii"))


def _prompt(connection: TcpConnection) -> None:
    connection.on_open = lambda: connection.send(b"companion login: ")
