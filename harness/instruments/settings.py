"""The settings that the makes of this project take in a rig file; a make that is not listed takes none."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from harness.catalogue.model import Many, Model, Text


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


class PapersSettings(Model):
    """Settings of the make ``papers`` in the documents role: what the bench judges papers with, beside the rig file.

    Attributes:
        day: the day that the review stands for; without it, the day of the run.
        builders: list of the builders that the laboratory knows.
        lists: lists of restricted entities.
        list_age: greatest age of each, days.
        decisions: an analyst's decisions about hits in them.
        feeds: feeds of known flaws.
        feed_age: greatest age of the newest feed, days.
    """

    day: date | None = None
    builders: Text | None = None
    lists: Many[Text] = ()
    list_age: Annotated[int, Field(ge=1, le=3660)] = 366
    decisions: Text | None = None
    feeds: Many[Text] = ()
    feed_age: Annotated[int, Field(ge=1, le=366)] = 31


SETTINGS: Mapping[str, type[Model]] = MappingProxyType(
    {
        "storage.dump": DumpSettings,
        "intruder.second-radio": ListenerSettings,
        "documents.papers": PapersSettings,
    }
)
