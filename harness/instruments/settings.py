"""The settings that the makes of this project take in a rig file; a make that is not listed takes none."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from harness.catalogue.model import Many, Model, Text
from harness.instruments.settings_bench import BENCH_SETTINGS, AskingSettings

Mac = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{2}(:[0-9a-f]{2}){5}$")]


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


class ReaderSettings(DumpSettings, AskingSettings):
    """Settings of the make ``reader`` in the storage role.

    Attributes:
        media: every medium that is read, the one with the mission data first.
        credential: file with the passphrase of the storage as the maker disclosed it; "" where there is none.
        code: file with the code that the operator logs in with; "" where nothing asks for one.
        retained: file with what could still open a volume after an erasure, one a line, by the maker's document; ""
            where there is no such document.
        mux: device of a USB-SD-Mux that moves the card; "" where an operator does.
        mux_command: the program that tells it.
        writable: whether this bench may write to the media: some tests change bits of them, or blank them.
    """

    media: Annotated[Many[MediumPlace], Field(min_length=1)]
    credential: str = ""
    code: str = ""
    retained: str = ""
    mux: str = ""
    mux_command: Text = "usbsdmux"
    writable: bool = False


class ListenerSettings(AskingSettings):
    """Settings of the make ``second-radio`` in the intruder role; its operator takes the propellers off.

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
        authority: file of the bench's own authority, key and certificate, relative to the rig file; made when it is not
            there. Empty: a new one in each case.
        trust: file where its certificate is put for the operator, who installs it in the article; where the target
            installs it, empty.
        operator: name of the person, for the record; default: the user of the session.
        answers: file of answers, relative to the rig file; "" to ask on the terminal.
        within: longest time for the answer, s.
    """

    operators: str = ""
    authority: str = ""
    trust: str = ""
    operator: str = ""
    answers: str = ""
    within: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 900.0

    @model_validator(mode="after")
    def _installed_once(self) -> "GatewaySettings":
        if self.trust and not self.authority:
            raise ValueError("trust: nobody installs an authority for each case: state authority, a file to keep it in")
        return self


class StateSpan(Model):
    """A state that the article was in while it was captured: its name, and from when to when."""

    name: Text
    start: AwareDatetime
    end: AwareDatetime


class PcapSettings(Model):
    """Settings of the make ``pcap`` in the network role: a capture that another tap took. Times by that tap's clock.

    Attributes:
        file: the capture, pcap or pcapng, relative to the rig file.
        article: MAC addresses of the article.
        stations: those of all other cards on the segment; who is neither counts as the article.
        power_on: when the article was switched on.
        started: when the capture began; needed where the file does not say so.
        ended: when it ended, likewise.
        lost: packets that the tap says it dropped; needed where the file does not say so.
        states: what the article did meanwhile, for the record.
        operators: dated snapshot of who runs which addresses, a file beside the declaration; empty for none.
    """

    file: Text
    article: Annotated[Many[Mac], Field(min_length=1)]
    stations: Annotated[Many[Mac], Field(min_length=1)]
    power_on: AwareDatetime
    started: AwareDatetime | None = None
    ended: AwareDatetime | None = None
    lost: Annotated[int, Field(ge=0)] | None = None
    states: Many[StateSpan] = ()
    operators: str = ""

    @model_validator(mode="after")
    def _apart(self) -> "PcapSettings":
        both = set(self.article) & set(self.stations)
        if both:
            raise ValueError(f"stations: {min(both)} is a card of the article")
        return self


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
        "network.pcap": PcapSettings,
        "intruder.second-radio": ListenerSettings,
        "documents.papers": PapersSettings,
        **BENCH_SETTINGS,
    }
)
