"""The settings that the makes of this project take in a rig file; a make that is not listed takes none."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from harness.catalogue.model import Model
from harness.instruments.settings_bench import BENCH_SETTINGS


def _tellable(degrees: float) -> float:
    if abs(degrees) < 1:
        raise ValueError("choose a place at least 1 deg from 0: in a dump, smaller numbers mean little")
    return degrees


class DumpSettings(Model):
    """Settings of the make ``dump`` in the storage role: the place that must not be found on the medium.

    Attributes:
        latitude: where the article flies, deg; at least 1 from 0 and from the poles.
        longitude: likewise, deg; at least 1 from 0 and from 180.
    """

    latitude: Annotated[float, Field(ge=-89, le=89, allow_inf_nan=False), AfterValidator(_tellable)]
    longitude: Annotated[float, Field(ge=-179, le=179, allow_inf_nan=False), AfterValidator(_tellable)]


class ListenerSettings(Model):
    """Settings of the make ``second-radio`` in the intruder role.

    Attributes:
        header: bytes at the start of each datagram that are no payload, by the maker's description.
        parallel: latitude of the flight, deg; with the meridian the place that must not be readable in the air.
        meridian: its longitude, deg.
    """

    header: Annotated[int, Field(ge=0, le=256)] = 0
    parallel: Annotated[float, Field(ge=-89, le=89, allow_inf_nan=False), AfterValidator(_tellable)]
    meridian: Annotated[float, Field(ge=-179, le=179, allow_inf_nan=False), AfterValidator(_tellable)]


SETTINGS: Mapping[str, type[Model]] = MappingProxyType(
    {"storage.dump": DumpSettings, "intruder.second-radio": ListenerSettings, **BENCH_SETTINGS}
)
