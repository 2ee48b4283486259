"""The base of every model that is read from a TOML file, and the kinds of values they share."""

from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, StringConstraints

from harness.catalogue.units import InUnit

T = TypeVar("T")


class Model(BaseModel):
    """Frozen and strict: an unknown key or a value of another type is an error, never a guess."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise ValueError("is empty")
    if not line.isprintable():
        raise ValueError("has control characters")
    return line


# TOML has lists only; a frozen model keeps tuples
Many = Annotated[tuple[T, ...], Strict(False)]
# TOML has texts only; Python keeps members
Chosen = Annotated[T, Strict(False)]

# prose and names: white space of the file's layout folded, fit for a terminal and a report
Text = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_one_line)]
RequirementId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,8}-[0-9]{2}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

_POSITIVE = Field(ge=0, allow_inf_nan=False)
_SIGNED = Field(allow_inf_nan=False)

Number = Annotated[int, Field(ge=0), InUnit("1")]
Factor = Annotated[float, _POSITIVE, InUnit("1")]
Metres = Annotated[float, _POSITIVE, InUnit("m")]
Speed = Annotated[float, _POSITIVE, InUnit("m/s")]
Seconds = Annotated[float, _POSITIVE, InUnit("s")]
Milliseconds = Annotated[float, _POSITIVE, InUnit("ms")]
Hours = Annotated[float, _POSITIVE, InUnit("h")]
Degrees = Annotated[float, _POSITIVE, InUnit("deg")]
DegreesPerSecond = Annotated[float, _POSITIVE, InUnit("deg/s")]
Kilograms = Annotated[float, _POSITIVE, InUnit("kg")]
WattHours = Annotated[float, _POSITIVE, InUnit("Wh")]
Density = Annotated[float, Field(gt=0, allow_inf_nan=False), InUnit("kg/m3")]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False), InUnit("%")]
PerHour = Annotated[float, _POSITIVE, InUnit("1/h")]
Rainfall = Annotated[float, _POSITIVE, InUnit("mm/h")]
Bits = Annotated[int, Field(ge=0), InUnit("bit")]
Bytes = Annotated[int, Field(ge=0), InUnit("B")]
Megahertz = Annotated[float, _POSITIVE, InUnit("MHz")]
Decibels = Annotated[float, _SIGNED, InUnit("dB")]
DecibelMilliwatts = Annotated[float, _SIGNED, InUnit("dBm")]
PowerDensity = Annotated[float, _POSITIVE, InUnit("mW/MHz")]
