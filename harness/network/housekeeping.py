"""Link housekeeping, checked by content: a class name alone lets nothing pass.

Each check takes a frame of the article and returns what is wrong with it, empty when it is nothing but housekeeping.
"""

import ipaddress

from harness.network.decode import Frame

_ND = {133: 8, 134: 16, 135: 24, 136: 24, 137: 40}
_ND_OPTIONS = frozenset({1, 2, 3, 5, 14, 25, 31})
_DHCP_OPTIONS = frozenset({12, 50, 51, 53, 54, 55, 57, 60, 61, 80, 116, 145})
_LONGEST_OPTION = 64


def classify(frame: Frame) -> str:
    """The class that a frame claims to be of: arp, dhcp, nd, mld, or empty for none."""
    if frame.protocol == "arp":
        return "arp"
    if frame.protocol == "udp" and (frame.source_port, frame.destination_port) == (68, 67):
        return "dhcp"
    if frame.protocol == "icmp6" and frame.kind in _ND:
        return "nd"
    return "mld" if frame.protocol == "icmp6" and frame.kind in (131, 132, 143) else ""


def check(frame: Frame) -> str:
    """What is wrong with a frame of a housekeeping class."""
    return {"arp": _check_arp, "dhcp": _check_dhcp, "nd": _check_nd, "mld": _check_mld}[classify(frame)](frame)


def _check_arp(frame: Frame) -> str:
    data = frame.payload
    if len(data) < 28 or data[:6] != b"\0\1\x08\0\6\4" or data[6:8] not in (b"\0\1", b"\0\2"):
        return "not an ARP request or reply for Ethernet and IPv4"
    return "" if data[8:14] == frame.source_mac else "ARP sender is not the card that sent it"


def _check_dhcp(frame: Frame) -> str:
    data = frame.payload
    if frame.destination != "255.255.255.255":
        return f"DHCP to {frame.destination}, not to the broadcast address"
    if len(data) < 241 or data[:3] != b"\1\1\6" or data[236:240] != b"\x63\x82\x53\x63":
        return "not a DHCP message of a client"
    if data[28:34] != frame.source_mac or any(data[34:236]):
        return "DHCP header carries something beside the card's address"
    return _check_dhcp_options(data[240:])


def _check_dhcp_options(data: bytes) -> str:
    place, seen = 0, set[int]()
    while place < len(data) and data[place] != 255:
        if data[place] == 0:
            place += 1
            continue
        code = data[place]
        length = data[place + 1] if place + 1 < len(data) else 0
        if code not in _DHCP_OPTIONS or code in seen or length > _LONGEST_OPTION or place + 2 + length > len(data):
            return f"DHCP option {code} of {length} bytes is not one that a lease needs"
        seen.add(code)
        place += 2 + length
    return "DHCP carries bytes after its options" if any(data[place + 1 :]) else ""


def _check_nd(frame: Frame) -> str:
    if frame.hop_limit != 255 or not _is_local(frame.destination):
        return "neighbour discovery that leaves the link"
    data = frame.payload
    place = _ND[frame.kind]
    while place + 2 <= len(data):
        length = data[place + 1] * 8
        if data[place] not in _ND_OPTIONS or not 0 < length <= 32:
            return f"neighbour discovery option {data[place]} of {length} bytes"
        place += length
    return "" if place == len(data) else "neighbour discovery of a wrong length"


def _check_mld(frame: Frame) -> str:
    if frame.hop_limit != 1 or not _is_local(frame.destination):
        return "multicast listener report that leaves the link"
    data = frame.payload
    if frame.kind != 143:
        return "" if len(data) == 24 else "multicast listener message of a wrong length"
    place = 8
    for _ in range(int.from_bytes(data[6:8], "big")):
        if place + 20 > len(data) or data[place + 1]:
            return "multicast listener report with auxiliary data or truncated"
        place += 20 + 16 * int.from_bytes(data[place + 2 : place + 4], "big")
    return "" if place == len(data) else "multicast listener report of a wrong length"


def _is_local(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return parsed.is_link_local or (parsed.is_multicast and address.startswith("ff02:"))
