"""A network card of the bench that the article is plugged into: how it is, and what must be so before a capture."""

import ctypes
import errno
import fcntl
import json
import shutil
import socket
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import RigError
from harness.targets.packetwire import ip

_STATISTICS = Path("/sys/class/net")
# of the kernel's counters (Documentation/networking/statistics.rst) those of frames that came and were not handed on
_MISSED = ("rx_errors", "rx_missed_errors")
_SIOCGIFFLAGS, _SIOCETHTOOL, _RUNNING = 0x8913, 0x8946, 0x40
# ethtool.h: read and set GRO; read and set a word of flags, among them LRO and the stripping of VLAN tags
_GRO, _FLAGS, _JOINS_OR_STRIPS = (0x2B, 0x2C), (0x25, 0x26), (1 << 15) | (1 << 8)


@dataclass(frozen=True, kw_only=True)
class Card:
    """A network card of this machine.

    Attributes:
        name: of the interface.
        mac: its own address.
        ethernet: whether it carries Ethernet frames.
        up: whether it is switched on.
        carrier: whether somebody is at the other end of its cable.
        addresses: IP addresses that this machine has on it.
        routed: whether a default route of this machine goes over it.
        master: bridge or bond that it belongs to; empty for none.
    """

    name: str
    mac: str
    ethernet: bool
    up: bool
    carrier: bool
    addresses: tuple[str, ...]
    routed: bool
    master: str

    def assert_free(self) -> None:
        """See that nothing of this machine is on it, so that the article meets the bench and nobody else.

        Raises:
            RigError: it is in use, or off.
        """
        problem = self._problem()
        if problem:
            raise RigError(f"the network card {self.name} {problem}")

    def _problem(self) -> str:
        if not self.ethernet:
            return "carries no Ethernet: name a card that the article is plugged into"
        if self.routed:
            return "carries this machine's default route: give the article a card of its own"
        if self.master:
            return f"belongs to {self.master}, which passes frames on: ip link set {self.name} nomaster"
        if not self.up:
            return f"is down: ip link set {self.name} up"
        if self.addresses:
            found = ", ".join(self.addresses)
            return f"has an address ({found}), so the article would meet this machine: {silencing(self.name)}"
        return ""

    def __str__(self) -> str:
        """For the record."""
        carrier = "carrier" if self.carrier else "no carrier"
        return f"{self.name} ({self.mac}): {'up' if self.up else 'down'}, {carrier}, no address"


def silencing(name: str) -> str:
    """The orders that keep this machine quiet on a card."""
    quiet = f"net.ipv6.conf.{name}.disable_ipv6=1 net.ipv4.conf.{name}.arp_ignore=8"
    return f"ip addr flush dev {name}; sysctl -w {quiet}; and take it out of NetworkManager or networkd"


def read_card(name: str) -> Card:
    """How a card is now.

    Raises:
        RigError: there is none of that name, or nobody here can tell.
    """
    if sys.platform != "linux" or shutil.which("ip") is None:
        raise RigError(f"the network card {name} needs Linux with iproute2: install the package iproute2")
    cards = {card["ifname"]: card for card in _list("addr", "show") if "ifname" in card}
    if name not in cards:
        known = ", ".join(sorted(cards.keys() - {"lo"})) or "none"
        raise RigError(f"there is no network card {name}, there are {known}: plug it in, or correct the rig file")
    routes = [route for family in ("-4", "-6") for route in _list(family, "route", "show", "default")]
    return as_card(cards[name], [str(route.get("dev", "")) for route in routes])


def _list(*words: str) -> list[dict[str, Any]]:
    # where a family of addresses is switched off, nothing is printed
    told: list[dict[str, Any]] = json.loads(ip("-j", *words).strip() or "[]")
    return told


def as_card(told: Mapping[str, Any], ways_out: list[str]) -> Card:
    """A card as iproute2 tells it (``ip -j addr``), with the interfaces that the default routes go over."""
    flags, name = told.get("flags", ()), str(told["ifname"])
    return Card(
        name=name,
        mac=str(told.get("address", "")),
        ethernet=told.get("link_type") == "ether",
        up="UP" in flags,
        carrier="LOWER_UP" in flags,
        addresses=tuple(str(item["local"]) for item in told.get("addr_info", ()) if "local" in item),
        routed=name in ways_out,
        master=str(told.get("master", "")),
    )


def is_running(own: socket.socket, name: str) -> bool | None:
    """Whether a card is up and has a carrier; None when it is gone. Fast enough to be asked ten times a second."""
    try:
        told = fcntl.ioctl(own, _SIOCGIFFLAGS, struct.pack("16sH22x", name.encode(), 0))
    except OSError as error:
        if error.errno != errno.ENODEV:
            raise
        return None
    return bool(struct.unpack_from("16xH", told)[0] & _RUNNING)


def read_missed(name: str, folder: Path = _STATISTICS) -> int:
    """Frames that the card itself missed or found damaged since this machine started; 0 when it is gone."""
    try:
        return sum(int((folder / name / "statistics" / counter).read_text()) for counter in _MISSED)
    except (OSError, ValueError):
        # a card that was pulled is found out otherwise
        return 0


class Offloads:
    """What a card does to frames before anybody sees them (joining them, taking VLAN tags off), switched off."""

    def __init__(self, name: str) -> None:
        """Switch it off.

        Raises:
            RigError: the card does not let go of it, or this user may not.
        """
        self._name = name
        self._before = [(order, self._ask(order[0])) for order in (_GRO, _FLAGS)]
        for (read, write), value in self._before:
            wanted = value & ~(_JOINS_OR_STRIPS if read == _FLAGS[0] else 1)
            self._set(write, value, wanted)

    def restore(self) -> None:
        """Put everything back as it was, as far as the card is there."""
        for (read, write), value in self._before:
            try:
                self._set(write, self._ask(read), value)
            except RigError:
                # gone, or no longer ours to set
                return

    def _set(self, write: int, value: int, wanted: int) -> None:
        if wanted != value:
            self._ask(write, wanted)

    def _ask(self, order: int, value: int = 0) -> int:
        buffer = ctypes.create_string_buffer(struct.pack("II", order, value))
        request = struct.pack("16sP16x", self._name.encode(), ctypes.addressof(buffer))
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
                fcntl.ioctl(own, _SIOCETHTOOL, request)
        except OSError as error:
            raise RigError(
                f"the network card {self._name} does not switch its offloads off ({error.strerror}): run as root and "
                f"try ethtool -K {self._name} gro off lro off rxvlan off, or take another card"
            ) from error
        told: int = struct.unpack("II", buffer.raw[:8])[1]
        return told
