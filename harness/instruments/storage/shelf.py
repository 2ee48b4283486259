"""Units of one design that take turns on a bench, and the maker's procedures for stored data, by a person's hands."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.instruments.attendant import Attendant, not_offered
from harness.instruments.storage.card import Card
from harness.instruments.storage.handover import Handover
from harness.link.virtual import VirtualCable
from harness.targets.base import Sockets, TargetWorld
from harness.timing import Schedule
from harness.vehicle.codec import Identity

KEY_UNIT, KEY_SHUTDOWN, KEY_LOGIN = "storage.unit", "storage.shutdown", "storage.login"
KEY_ERASE, KEY_ENCRYPTION = "storage.erase", "storage.encryption"
OUTCOMES = ("opened", "refused", "not evaluated")


@dataclass(frozen=True, kw_only=True)
class Hands:
    """What the hands of the operator work with: the media, and what the maker handed over."""

    attendant: Attendant
    card: Card
    handover: Handover


class Shelf:
    """Says which unit stands on the bench, and has another one put there.

    Attributes:
        there: its number, from 1.
        units: how many there are so far.
    """

    def __init__(self, world: TargetWorld, hands: Hands) -> None:
        self._world, self.hands = world, hands
        self.there = self.units = 1
        self._powered = True

    def add(self) -> int:
        """One more unit; its number.

        Raises:
            RigError: nobody attends this rig, who could put it there.
        """
        self.hands.attendant.need("second unit of the same design")
        self.units += 1
        return self.units

    def fetch(self, number: int) -> None:
        """Have that unit on the bench, switched off, with its media in it; harmless when it is.

        Raises:
            RigError: the operator did not do it, or the article may fly.
        """
        if number == self.there:
            return
        self.power_off()
        self.hands.card.give_back()
        new = ", fresh from the factory and paired with this bench" if number > 1 else " that stood there first"
        self.hands.attendant.confirm(KEY_UNIT, f"switch the article off and put unit {number} in its place{new}")
        self.there = number
        self.hands.handover.expect(number)

    def power_on(self) -> None:
        """Give the unit on the bench power, its media in it."""
        self.hands.card.give_back()
        self._world.power_on()
        self._powered = True
        self.hands.handover.booted()

    def power_off(self) -> None:
        """Have the unit shut down as its manual says, where somebody is there who can, and take its power.

        A relay alone would cut off what the unit has not written yet.

        Raises:
            RigError: it may fly, or the operator did not do it.
        """
        stand_down = getattr(self._world, "stand_down", None)
        if self._powered and stand_down is not None and self.hands.attendant.there:
            stand_down()
            self.hands.attendant.confirm(KEY_SHUTDOWN, "shut the article down as its manual says")
        self._world.power_off()
        self._powered = False

    def power_cut(self) -> None:
        """Take the power away."""
        self._world.power_cut()
        self._powered = False


class ShelfWorld:
    """Implements :class:`harness.targets.base.TargetWorld` for one of the units: it is put there when it is wanted."""

    def __init__(self, world: TargetWorld, shelf: Shelf, number: int) -> None:
        self._world, self._shelf, self._number = world, shelf, number
        self.schedule: Schedule = world.schedule
        self.epoch = float(getattr(world, "epoch", Identity().epoch))

    @property
    def sockets(self) -> Sockets:
        """Those of the bench."""
        return self._world.sockets

    def now(self) -> float:
        """Test clock of the bench, s."""
        return self._world.now()

    def advance(self, until: float) -> float:
        """Let time pass on the bench."""
        return self._world.advance(until)

    def power_on(self) -> None:
        """Give this unit power, its media in it."""
        self._shelf.fetch(self._number)
        self._shelf.power_on()

    def power_off(self) -> None:
        """Shut down whichever unit stands there."""
        self._shelf.power_off()

    def power_cut(self) -> None:
        """Take the power away."""
        self._shelf.power_cut()

    def lay_cable(self, *, radio: bool) -> VirtualCable:
        """One more link."""
        return self._world.lay_cable(radio=radio)

    def another(self) -> "ShelfWorld":
        """The next unit from the shelf.

        Raises:
            RigError: nobody attends this rig, who could put it there.
        """
        return ShelfWorld(self._world, self._shelf, self._shelf.add())


@dataclass(frozen=True, kw_only=True)
class Papers:
    """Names of the files that the maker hands over; "" for none."""

    code: str = ""
    retained: str = ""


class HandProcedures:
    """Implements :class:`harness.targets.base.Maintenance` by an operator who follows the maker's manual."""

    def __init__(self, shelf: Shelf, papers: Papers) -> None:
        self._shelf, self._papers = shelf, papers

    @property
    def _attendant(self) -> Attendant:
        return self._shelf.hands.attendant.need("procedures of the maker's manual")

    def read_code(self) -> str:
        """The code that was handed over; "" where nothing asks for one."""
        return self._shelf.hands.handover.read(self._papers.code)

    def log_in(self, code: str) -> str:
        """Have the operator enter a code; the right one is in no record.

        Raises:
            RigError: nobody attends this rig, or the answer is none of the outcomes.
        """
        shown = f"the code in {self._papers.code}" if code == self.read_code() else repr(code)
        return self._attendant.choose(KEY_LOGIN, f"log in with {shown}, and tell what came of it", OUTCOMES)

    def retained_secrets(self, code: str) -> Sequence[str]:
        """The code, and what the maker's document says could still be made of it.

        Raises:
            RigError: there is no such document.
        """
        if not self._papers.retained:
            remedy = "put what it names into a file, one a line, as retained under [roles.storage.settings]"
            raise not_offered("document of the maker on what is left after an erasure", remedy)
        said = self._shelf.hands.handover.read(self._papers.retained)
        return tuple(dict.fromkeys(secret for secret in (code, *said.splitlines()) if secret))

    def set_encryption(self, on: bool) -> None:
        """Have the operator switch encryption of recordings."""
        word = "on" if on else "off"
        self._attendant.confirm(KEY_ENCRYPTION, f"switch encryption of recordings {word}, as the manual says")
        self._shelf.hands.handover.expect(self._shelf.there)

    def erase(self) -> None:
        """Have the operator sanitise the unit; its next boot provisions it anew."""
        self._attendant.confirm(KEY_ERASE, "erase all stored data for good, as the manual says")
        self._shelf.hands.handover.expect(self._shelf.there)
