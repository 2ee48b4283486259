"""The settings that the makes of this project take in a rig file; a make that is not listed takes none."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from harness.catalogue.model import Many, Model, Text
from harness.instruments.settings_bench import BENCH_SETTINGS


def _tellable(degrees: float) -> float:
    if abs(degrees) < 1:
        raise ValueError("choose a place at least 1 deg from 0: in a dump, smaller numbers mean little")
    return degrees


class DumpSettings(Model):
    """Settings of the makes ``dump`` and ``folder`` in the storage role: the place that must not be found.

    Attributes:
        latitude: where the article flies, deg; at least 1 from 0 and from the poles.
        longitude: likewise, deg; at least 1 from 0 and from 180.
    """

    latitude: Annotated[float, Field(ge=-89, le=89, allow_inf_nan=False), AfterValidator(_tellable)]
    longitude: Annotated[float, Field(ge=-179, le=179, allow_inf_nan=False), AfterValidator(_tellable)]


class MediumPlace(Model):
    """One medium of the article as the bench reads it.

    Attributes:
        name: of the medium, as in the declaration.
        path: image file or block device, best by its id; relative to the rig file.
        size: bytes that it has, as its maker states.
    """

    name: Text
    path: Text
    size: Annotated[int, Field(gt=0)]


class ReaderSettings(DumpSettings):
    """Settings of the make ``reader`` in the storage role.

    Attributes:
        media: every medium that is read, the one with the mission data first.
        credential: file with the passphrase of the storage as the maker disclosed it; "" where there is none.
        mux: device of a USB-SD-Mux that moves the card; "" where an operator does.
        mux_command: the program that tells it.
        operator: name of the person, for the record; default: the user of the session.
        answers: file of answers, relative to the rig file; "" to ask on the terminal.
        within: longest time for an answer, and for a medium to appear, s.
    """

    media: Annotated[Many[MediumPlace], Field(min_length=1)]
    credential: str = ""
    mux: str = ""
    mux_command: Text = "usbsdmux"
    operator: str = ""
    answers: str = ""
    within: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 120.0


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


class GatewaySettings(Model):
    """Settings of the make ``gateway`` in the network role.

    Attributes:
        operators: dated snapshot of who runs which addresses, a file beside the declaration; empty for none.
    """

    operators: str = ""


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
        "storage.folder": DumpSettings,
        "storage.reader": ReaderSettings,
        "network.gateway": GatewaySettings,
        "intruder.second-radio": ListenerSettings,
        "documents.papers": PapersSettings,
        **BENCH_SETTINGS,
    }
)
