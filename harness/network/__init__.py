"""The judge of a network capture: what an article sent, to whom, and whether its maker declared that.

A stand-alone library; imports ``harness.errors`` and nothing else of the harness. It parses with its own code and
trusts nothing of the article or of the instrument that wrote the capture.
"""

from harness.network.audit import AuditReport, JudgedFlow, Power, audit
from harness.network.finding import Finding, Kind
from harness.network.pcap import CaptureFile, Packet, read_capture
from harness.network.policy import Endpoint, Parties, Policy
from harness.network.verdict import FlowVerdict

__all__ = [
    "AuditReport",
    "CaptureFile",
    "Endpoint",
    "Finding",
    "FlowVerdict",
    "JudgedFlow",
    "Kind",
    "Packet",
    "Parties",
    "Policy",
    "Power",
    "audit",
    "read_capture",
]
