"""The papers that the maker hands over with the drone: bills, statements and what backs them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.drone.firmware.bill import BILL_NAME
from harness.drone.firmware.hardware import HBOM_NAME, PARTS, Part, write_hbom
from harness.drone.firmware.partners import (
    SERVICES_NAME,
    SUPPLIERS_NAME,
    make_services,
    make_suppliers,
    write_paper,
)
from harness.drone.firmware.provenance import PROVENANCE_NAME, read_released
from harness.drone.firmware.register import REGISTER_NAME, make_register, write_register
from harness.drone.firmware.statements import (
    OPENVEX_NAME,
    VEX_NAME,
    make_openvex,
    make_vex,
    write_statements,
)
from harness.drone.firmware.store import FirmwareStore
from harness.errors import VehicleError

Maker = Callable[[FirmwareStore], bytes]
Edit = Callable[[bytes], bytes]


def _statement(part: Part) -> Maker:
    return lambda _: part.statement()


# a paper of one kind a maker; each is made anew when it is asked for
MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        BILL_NAME: FirmwareStore.read_bill,
        VEX_NAME: lambda store: write_statements(make_vex()),
        OPENVEX_NAME: lambda store: write_statements(make_openvex()),
        REGISTER_NAME: lambda store: write_register(make_register()),
        PROVENANCE_NAME: lambda store: read_released(PROVENANCE_NAME),
        SUPPLIERS_NAME: lambda store: write_paper(make_suppliers()),
        SERVICES_NAME: lambda store: write_paper(make_services()),
        HBOM_NAME: lambda _: write_hbom(),
        **{part.paper: _statement(part) for part in PARTS},
    }
)


@dataclass(frozen=True, kw_only=True)
class PapersConfig:
    """How the papers depart from what a careful maker hands over; as made, not at all.

    Attributes:
        edits: names of papers, each with what is done to it, in order.
        withheld: papers that the maker does not hand over.
    """

    edits: tuple[tuple[str, Edit], ...] = ()
    withheld: frozenset[str] = frozenset()


class Papers:
    """The papers of one aircraft."""

    def __init__(self, config: PapersConfig, firmware: FirmwareStore) -> None:
        self._config, self._firmware = config, firmware

    def read(self, name: str) -> bytes:
        """The paper of that name.

        Raises:
            VehicleError: none of that name comes with the aircraft.
        """
        if name not in MAKERS or name in self._config.withheld:
            raise VehicleError(f"no paper {name!a} comes with the article: ask its maker for it")
        paper = MAKERS[name](self._firmware)
        for edited, edit in self._config.edits:
            if edited == name:
                paper = edit(paper)
        return paper
