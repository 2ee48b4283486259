"""The judge of a network capture: what an article sent, to whom, and whether its maker declared that.

A stand-alone library; imports ``harness.errors`` and nothing else of the harness. It parses with its own code and
trusts nothing of the article or of the instrument that wrote the capture.
"""

from harness.network.audit import AuditReport, JudgedFlow, Options, Power, audit, examine
from harness.network.capture import Source, open_capture
from harness.network.finding import Finding, Kind
from harness.network.operators import Snapshot, read_snapshot
from harness.network.pcap import CaptureFile, Packet, read_capture
from harness.network.policy import Endpoint, Parties, Policy
from harness.network.search import Canary, read_canaries
from harness.network.transcript import Transcript
from harness.network.verdict import FlowVerdict

__all__ = [
    "AuditReport",
    "Canary",
    "CaptureFile",
    "Endpoint",
    "Finding",
    "FlowVerdict",
    "JudgedFlow",
    "Kind",
    "Options",
    "Packet",
    "Parties",
    "Policy",
    "Power",
    "Snapshot",
    "Source",
    "Transcript",
    "audit",
    "examine",
    "open_capture",
    "read_canaries",
    "read_capture",
    "read_snapshot",
]
