"""Supply chain: judges bills of materials and released firmware from files alone.

Knows nothing of drones or rigs and works stand-alone. Must not import anything of the harness but
``harness.errors``: above all not ``harness.drone``, whose files it judges.
"""

from harness.supply.archive import unpack
from harness.supply.bill import Bill, Component
from harness.supply.firmware import firmware_version, sha256, verify_signature
from harness.supply.graph import GraphReport, check_graph
from harness.supply.minimum import FieldCompleteness, MinimumReport, check_minimum
from harness.supply.report import BillReport, FirmwareReport, check_bill, check_firmware
from harness.supply.sbom import read_bill

__all__ = [
    "Bill",
    "BillReport",
    "Component",
    "FieldCompleteness",
    "FirmwareReport",
    "GraphReport",
    "MinimumReport",
    "check_bill",
    "check_firmware",
    "check_graph",
    "check_minimum",
    "firmware_version",
    "read_bill",
    "sha256",
    "unpack",
    "verify_signature",
]
