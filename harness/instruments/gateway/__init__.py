"""Role network, simulated: the gateway, the network tap and the port scanner of an in-memory Ethernet.

They play the internet for an article and write down every frame as a true pcap. They judge nothing: that is
``harness.network``. Must not import ``harness.drone``, ``rig``, ``evidence``, ``reports`` or ``plugin``.
"""

from harness.instruments.gateway.authority import Authority, Presented
from harness.instruments.gateway.capture import EPOCH, Capture
from harness.instruments.gateway.gateway import Gateway
from harness.instruments.gateway.scanner import Decoy, PortScanner, PortState, ScanPlan, ScanResult
from harness.instruments.gateway.server import Session
from harness.instruments.gateway.valve import BenchDate, Valve

__all__ = [
    "EPOCH",
    "Authority",
    "BenchDate",
    "Capture",
    "Decoy",
    "Gateway",
    "PortScanner",
    "PortState",
    "Presented",
    "ScanPlan",
    "ScanResult",
    "Session",
    "Valve",
]
