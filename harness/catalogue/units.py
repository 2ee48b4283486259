"""Units of the numbers in TOML files: which exist, of what kind, and how a text such as ``"15 m/s"`` is read."""

import re
from dataclasses import dataclass

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

# kind of quantity -> unit -> how many of the kind's first unit it is
KINDS: dict[str, dict[str, float]] = {
    "a number": {"1": 1.0, "%": 0.01},
    "a length": {"m": 1.0, "mm": 1e-3, "cm": 1e-2, "km": 1e3, "ft": 0.3048},
    "a speed": {"m/s": 1.0, "km/h": 1 / 3.6, "kt": 1852 / 3600, "ft/s": 0.3048},
    "a time": {"s": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0, "d": 86400.0},
    "an angle": {"deg": 1.0, "rad": 57.29577951308232},
    "an angular rate": {"deg/s": 1.0, "rad/s": 57.29577951308232},
    "a mass": {"kg": 1.0, "g": 1e-3},
    "a density": {"kg/m3": 1.0, "g/cm3": 1000.0},
    "an energy": {"Wh": 1.0, "J": 1 / 3600, "kJ": 1 / 3.6},
    "a rate of events": {"1/h": 1.0, "1/min": 60.0, "1/s": 3600.0},
    "a rainfall rate": {"mm/h": 1.0},
    "an amount of data": {"bit": 1.0, "B": 8.0, "KiB": 8192.0, "MiB": 8388608.0, "GiB": 8589934592.0},
    "a frequency": {"MHz": 1.0, "Hz": 1e-6, "kHz": 1e-3, "GHz": 1e3},
    "a level difference": {"dB": 1.0},
    "a power level": {"dBm": 1.0},
    "a power density": {"mW/MHz": 1.0},
}
KIND_OF = {unit: kind for kind, units in KINDS.items() for unit in units}

_AMOUNT = re.compile(r"\s*([+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\s*(\S*)\s*")


@dataclass(frozen=True)
class InUnit:
    """Marks a numeric field of a model: a bare number is in `unit`, a text must carry a unit of the same kind."""

    unit: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read texts with a unit before the number itself is validated."""
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def read(self, value: object) -> object:
        """The number in ``self.unit``; what is no text is handed through unchanged.

        Raises:
            ValueError: a text without number or unit, or with a unit of another kind.
        """
        return amount(value, self.unit) if isinstance(value, str) else value


def amount(text: str, unit: str) -> float:
    """Read ``"54 km/h"`` as 15.0 for the unit ``"m/s"``.

    Raises:
        ValueError: no number, no unit, an unknown unit or one of another kind; the text says what is wanted.
    """
    wanted, shown = KIND_OF[unit], repr(text[:40])
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"wrong value: {shown} is not a number with a unit, wanted {wanted} as '1.5 {unit}'")
    number, given = match.groups()
    if KIND_OF.get(given) != wanted:
        found = KIND_OF.get(given, "no unit known here" if given else "without unit")
        raise ValueError(f"wrong unit: {shown} is {found}, wanted {wanted} in {unit}")
    factors = KINDS[wanted]
    value = float(number) if given == unit else float(number) * factors[given] / factors[unit]
    return int(value) if value.is_integer() else value
