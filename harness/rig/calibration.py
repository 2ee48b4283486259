"""The calibration register: which asset has which certificate, until when, and how uncertain it is in which range."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from harness.catalogue.model import Many, Model, Text
from harness.catalogue.reading import read_document
from harness.instruments.context import CalibratedRange


class Span(Model):
    """Part of an instrument's range: both ends and the standard uncertainty, in the unit of the instrument."""

    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    uncertainty: float = Field(ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _runs_upwards(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"a range goes from low to high, got {self.low:g} to {self.high:g}")
        return self


class Calibration(Model):
    """Calibration of one instrument: one uncertainty for all that it reads, or one for each calibrated range.

    Attributes:
        certificate: number of the certificate.
        laboratory: who issued it.
        due: last day on which it holds.
        uncertainty: standard uncertainty in the unit of the instrument, whatever it reads.
        unit: unit of readings and uncertainties.
        ranges: what was calibrated; a reading outside of all of them is INVALID.
    """

    certificate: Text
    laboratory: Text = ""
    due: date
    uncertainty: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    unit: Text | None = None
    ranges: Many[Span] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.uncertainty is None) == (not self.ranges):
            raise ValueError("state uncertainty, or the calibrated ranges with one each")
        return self

    @property
    def greatest(self) -> float:
        """Standard uncertainty that holds wherever it is calibrated."""
        return self.uncertainty if self.uncertainty is not None else max(span.uncertainty for span in self.ranges)

    def to_ranges(self) -> tuple[CalibratedRange, ...]:
        """For instruments."""
        return tuple(
            CalibratedRange(low=each.low, high=each.high, uncertainty=each.uncertainty) for each in self.ranges
        )

    def describe(self) -> str:
        """The uncertainty for a report."""
        unit = f" {self.unit}" if self.unit else ""
        if self.uncertainty is not None:
            return f"{self.uncertainty:g}{unit}"
        return ", ".join(f"{each.uncertainty:g}{unit} from {each.low:g} to {each.high:g}" for each in self.ranges)

    def overdue(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.due < today


class Asset(Calibration):
    """An instrument of the laboratory.

    Attributes:
        asset: its number on the label.
        serial: what it must answer when it is asked who it is; "" for an instrument that cannot.
    """

    asset: Text
    serial: str = ""


class Register(Model):
    """A calibration register as written."""

    assets: Many[Asset] = Field(min_length=1)


def load_register(path: Path) -> Mapping[str, Asset]:
    """The assets of a register by their number.

    Raises:
        FileError: the file is no register, or names an asset twice.
    """
    document = read_document(path, Register)
    found: dict[str, Asset] = {}
    for place, asset in enumerate(document.model.assets):
        if asset.asset in found:
            raise document.error(("assets", place, "asset"), f"{asset.asset} is there twice")
        found[asset.asset] = asset
    return found


def as_fields(calibration: Calibration | None) -> dict[str, Any] | None:
    """A calibration for the record; ``uncertainty`` is a number, or a text where it depends on the range."""
    if calibration is None:
        return None
    fields: dict[str, Any] = {
        "certificate": calibration.certificate,
        "laboratory": calibration.laboratory,
        "due": str(calibration.due),
        "uncertainty": calibration.describe() if calibration.ranges or calibration.unit else calibration.uncertainty,
    }
    return fields | ({"asset": calibration.asset} if isinstance(calibration, Asset) else {})
