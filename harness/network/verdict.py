"""What may be said of one flow."""

from enum import Enum


class FlowVerdict(Enum):
    """The judgement on a flow.

    DECLARED goes to a declared endpoint in the declared way. HOUSEKEEPING keeps the link itself up and its content
    was checked. INBOUND was begun by another station, and answering it gave nothing away: the rig began it, it called
    a declared service, or it was refused. UNEXAMINED goes to a declared endpoint or was begun by another station, but
    the capture kept too little of it to tell more. Everything else is UNDECLARED.
    """

    DECLARED = "declared"
    HOUSEKEEPING = "housekeeping"
    INBOUND = "inbound"
    UNEXAMINED = "unexamined"
    UNDECLARED = "undeclared"
