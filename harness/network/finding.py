"""What can be wrong with a capture: one finding for each thing, with the packet that shows it."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "budget",
    "canary",
    "dns-tunnel",
    "encrypted-dns",
    "icmp-payload",
    "jurisdiction",
    "old-tls",
    "operator",
    "plaintext",
    "unattributed",
    "undeclared-flow",
    "undeclared-resolver",
    "undeclared-time-server",
    "weak-cipher",
]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        kind: what it is.
        detail: in words.
        packet: number in the capture, as tshark counts; 0 where no packet shows it.
        time: s since 1970; 0 where no packet shows it.
        far: address of the far end, empty where it has none.
        count: how many of what the kind counts: queries of ``dns-tunnel``, bytes of ``icmp-payload``, else 1.
    """

    kind: Kind
    detail: str
    packet: int
    time: float
    far: str = ""
    count: int = 1
