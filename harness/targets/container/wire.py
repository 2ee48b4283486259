"""The network interface of an article in a container: one end of a veth pair that the bench puts into its namespace.

The other end is in a namespace of the bench without any address, as in ``netns``. The pair ends with the container.
The internal network that carries the command link would be a second way out, if only to this machine: whatever the
article says there beside that link is put into the same capture, and is judged with it.
"""

import itertools
import json
import os
import re
import socket
import struct
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from harness.errors import RigError
from harness.link.ethernet import ARP, IPV4, TCP, UDP, Arp, Ethernet, Ipv4
from harness.targets.packetwire import (
    OUTGOING,
    PacketWire,
    Watched,
    inside,
    ip,
    open_packets,
    switch_off_offloads,
    take_drops,
    why_not,
)

MAC, FAR = "02:00:00:00:00:02", "bench0"
_numbers = itertools.count()
_NAME = re.compile(r"dronecert-(\d{1,9})-.+")


def assert_possible(interface: str) -> None:
    """See that interfaces can be made here.

    Raises:
        RigError: not by this user, or not on this machine.
    """
    problem = why_not()
    if problem:
        remedy = "or take target.settings.interface and the network roles out of the rig file"
        raise RigError(f"the container's interface {interface} cannot be captured: {problem}; {remedy}")


def sweep_namespaces() -> list[str]:
    """Remove the namespaces that dead processes of this machine left; what they were, in words."""
    names = [line.partition(" ")[0] for line in ip("netns", "list").splitlines()]
    found = {name: _NAME.fullmatch(name) for name in names}
    dead = [name for name, match in found.items() if match and not Path(f"/proc/{match[1]}").exists()]
    for name in dead:
        ip("netns", "del", name)
    return [f"namespace {name}" for name in dead]


@dataclass(frozen=True, kw_only=True)
class CommandLink:
    """What the internal network is there for.

    Attributes:
        bridge: interface of this machine that it ends at.
        gateway: address of this machine on it.
        ports: of the article that listens, or of this machine that it sends to, as ``tcp:5760``.
    """

    bridge: str
    gateway: str
    ports: frozenset[str]

    def open(self) -> socket.socket:
        """Hear all that is said there.

        Raises:
            RigError: there is no such interface: the engine is on another machine.
        """
        try:
            return open_packets(self.bridge)
        except OSError as error:
            raise RigError(
                f"the container's internal network {self.bridge} cannot be overheard ({error.strerror}): use an "
                "engine on this machine"
            ) from error

    def carries(self, frame: bytes) -> bool:
        """Whether a frame of the article belongs to the command link: its ports, and the question for this machine."""
        ethernet = Ethernet.decode(frame)
        if ethernet is None:
            return False
        if ethernet.kind == ARP:
            arp = Arp.decode(ethernet.payload)
            return arp is not None and arp.target == self.gateway
        packet = Ipv4.decode(ethernet.payload) if ethernet.kind == IPV4 else None
        if packet is None or packet.destination != self.gateway or len(packet.payload) < 4:
            return False
        here, there = struct.unpack(">HH", packet.payload[:4])
        return (packet.protocol == TCP and f"tcp:{here}" in self.ports) or (
            packet.protocol == UDP and f"udp:{there}" in self.ports
        )


class ContainerWire(PacketWire):
    """The wire of one case; it outlasts the article's power, its far end does not."""

    def __init__(self, clock: Watched, interface: str, command: "CommandLink") -> None:
        """Overhear the internal network from now on; `interface` is the wire's name in the container.

        Raises:
            RigError: the internal network is not one of this machine.
        """
        super().__init__(clock)
        self._command, self._clock_now, self.beside = command, clock.now, 0
        self._overheard = command.open()
        self._inputs.watch(self._overheard.fileno(), self._overhear)
        self._interface = interface
        name = f"dronecert-{os.getpid()}-{next(_numbers)}"
        self._bench, self._article = f"{name}-bench", f"{name}-article"
        self._own: socket.socket | None = None

    def enter(self, pid: int) -> None:
        """Put the far end into the container whose first process that is, and join it.

        Raises:
            RigError: the container has ended, or has an interface of that name.
        """
        self.leave()
        ip("netns", "add", self._bench)
        ip("netns", "attach", self._article, str(pid))
        pair = ("type", "veth", "peer", "name", self._interface, "address", MAC, "netns", self._article)
        ip("-n", self._bench, "link", "add", FAR, *pair)
        with inside(self._bench):
            switch_off_offloads(FAR)
            ip("link", "set", FAR, "up")
            self._own = open_packets(FAR)
        self.plug(self._own)
        with inside(self._article):
            switch_off_offloads(self._interface)
            ip("link", "set", self._interface, "up")
            # the engine's route to this machine, where an internal network has one: the way out is the wire
            subprocess.run(["ip", "route", "del", "default"], capture_output=True, check=False)

    def read_ways(self) -> list[str]:
        """Names of the interfaces that the article has and that are up, but for its own loop and this one."""
        links = json.loads(ip("-n", self._article, "-j", "link", "show", "up"))
        return sorted({link["ifname"] for link in links} - {"lo", self._interface})

    @property
    def lost(self) -> int:
        """Frames that the kernel dropped so far, on either network."""
        self._lost += take_drops(self._overheard)
        return super().lost

    def _overhear(self) -> None:
        with suppress(BlockingIOError):
            while True:
                frame, address = self._overheard.recvfrom(65536)
                if address[2] != OUTGOING and not self._command.carries(frame):
                    self.beside += 1
                    for tap in self._taps:
                        tap(self._clock_now(), frame)

    def close(self) -> None:
        """Take both ends off for good."""
        self.leave()
        if self._overheard.fileno() >= 0:
            self._inputs.forget(self._overheard.fileno())
            self._overheard.close()

    def leave(self) -> None:
        """Take it off; harmless when it is off."""
        self.unplug()
        if self._own is not None:
            self._own.close()
            self._own = None
        for name in (self._bench, self._article):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
