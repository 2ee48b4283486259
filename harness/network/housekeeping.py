"""Link housekeeping, checked by content: a class name alone lets nothing pass.

Each check takes a frame of the article and returns what is wrong with it, empty when it is nothing but housekeeping.
"""

import ipaddress

from harness.network.decode import Frame

# what a host sends, the length before the options, and the options (RFC 4861 section 4, RFC 3971 section 5.3.2 for 14);
# routers' advertisements and redirects are no housekeeping of an article
_ND = {133: 8, 135: 24, 136: 24}
_ND_OPTIONS = {133: {1: 8}, 135: {1: 8, 14: 8}, 136: {2: 8}}
_ROUTERS = frozenset({134, 137})
_DHCP_OPTIONS = frozenset({12, 50, 51, 53, 54, 55, 57, 60, 61, 80, 116, 145})
_LONGEST_OPTION = 64
_NONCE = 14


def classify(frame: Frame) -> str:
    """The class that a frame claims to be of: arp, dhcp, nd, mld, or empty for none."""
    if frame.protocol == "arp":
        return "arp"
    if frame.protocol == "udp" and (frame.source_port, frame.destination_port) == (68, 67):
        return "dhcp"
    if frame.protocol == "icmp6" and (frame.kind in _ND or frame.kind in _ROUTERS):
        return "nd"
    return "mld" if frame.protocol == "icmp6" and frame.kind in (131, 132, 143) else ""


def check(frame: Frame) -> str:
    """What is wrong with a frame of a housekeeping class."""
    return {"arp": _check_arp, "dhcp": _check_dhcp, "nd": _check_nd, "mld": _check_mld}[classify(frame)](frame)


def _check_arp(frame: Frame) -> str:
    data = frame.payload
    if len(data) < 28 or data[:6] != b"\0\1\x08\0\6\4" or data[6:8] not in (b"\0\1", b"\0\2"):
        return "not an ARP request or reply for Ethernet and IPv4"
    if data[8:14] != frame.source_mac:
        return "ARP sender is not the card that sent it"
    asked = data[6:8] == b"\0\1"
    # in a question the card's address is what is wanted; in an announcement it may be the sender's own
    free = data[18:24] in (bytes(6), b"\xff" * 6, frame.source_mac)
    return "ARP request carries something where the wanted address goes" if asked and not free else ""


def _check_dhcp(frame: Frame) -> str:
    data = frame.payload
    if frame.destination != "255.255.255.255":
        return f"DHCP to {frame.destination}, not to the broadcast address"
    if len(data) < 241 or data[:3] != b"\1\1\6" or data[236:240] != b"\x63\x82\x53\x63":
        return "not a DHCP message of a client"
    if data[28:34] != frame.source_mac or any(data[34:236]) or any(data[16:28]) or data[3]:
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
    if frame.kind in _ROUTERS:
        return "acts as a router: neighbour discovery that no host sends"
    if frame.hop_limit != 255 or not _is_local(frame.destination):
        return "neighbour discovery that leaves the link"
    data = frame.payload
    # of an advertisement the first byte holds flags, all else is reserved (RFC 4861 sections 4.1, 4.3 and 4.4)
    if any(data[5:8]) or data[4] & (0x1F if frame.kind == 136 else 0xFF) or data[1]:
        return "neighbour discovery that carries something where the format wants zeros"
    place = _ND[frame.kind]
    while place + 2 <= len(data):
        kind, length = data[place], data[place + 1] * 8
        if _ND_OPTIONS[frame.kind].get(kind) != length:
            return f"neighbour discovery option {kind} of {length} bytes"
        if kind != _NONCE and frame.source_mac and data[place + 2 : place + 8] != frame.source_mac:
            return "neighbour discovery gives another card's address than that which sent it"
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
        if place + 20 > len(data) or data[place + 1] or data[place + 4] != 0xFF:
            return "multicast listener report with auxiliary data, of no group, or truncated"
        place += 20 + 16 * int.from_bytes(data[place + 2 : place + 4], "big")
    return "" if place == len(data) else "multicast listener report of a wrong length"


def _is_local(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return parsed.is_link_local or (parsed.is_multicast and address.startswith("ff02:"))
