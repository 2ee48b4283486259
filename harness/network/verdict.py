"""What may be said of one flow."""

from enum import Enum


class FlowVerdict(Enum):
    """The judgement on a flow.

    DECLARED goes to a declared endpoint in the declared way. HOUSEKEEPING keeps the link itself up and its content
    was checked. INBOUND was begun by another station; only replies left. Everything else is UNDECLARED.
    """

    DECLARED = "declared"
    HOUSEKEEPING = "housekeeping"
    INBOUND = "inbound"
    UNDECLARED = "undeclared"
