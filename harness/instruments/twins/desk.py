"""What stands beside the drone of the twins: its media as files in a reader, and what its maker hands over."""

from pathlib import Path

from harness.drone.article import Airframe
from harness.drone.recorder.medium import Medium
from harness.errors import VehicleError
from harness.instruments.twins.hall import Hall

HOST, ARTICLE = "host", "dut"
SLOT, CREDENTIAL, CODE, RETAINED = "slot", "credential", "code", "retained"
OPENED, REFUSED, NOT_EVALUATED = "opened", "refused", "not evaluated"


class Desk:
    """The reader, the papers, and the maker's procedures.

    Attributes:
        side: who has the card: the article, or the host that reads it.
    """

    def __init__(self, hall: Hall, folder: Path) -> None:
        """Keep the media of the unit on the bench in files of `folder`, and hand its secrets over."""
        self._hall, self._folder = hall, folder
        self.side, self._code = ARTICLE, ""
        (folder / SLOT).mkdir(parents=True, exist_ok=True)
        self._keep(1)
        self.hand_over()
        self.switch(ARTICLE)

    @property
    def _unit(self) -> Airframe:
        return self._hall.unit

    def switch(self, side: str) -> None:
        """Give the card to the article or to the host, where it appears as files."""
        self.side = side
        for name, medium in self._media().items():
            place = self._folder / SLOT / name
            place.unlink(missing_ok=True)
            if side == HOST:
                medium.settle()
                place.symlink_to(self._kept(self._number, name))

    def put(self, number: int) -> None:
        """Put that unit on the bench, with its media in it."""
        self._hall.put(number)
        self._keep(number)
        self.switch(ARTICLE)

    def hand_over(self) -> None:
        """Write down what the unit on the bench is opened with now, and what could be left of an earlier code."""
        recorder = self._unit.recorder
        self._code = recorder.code or self._code
        secret = recorder.element.passphrase(self._code) if self._code else ""
        for name, text in ((CREDENTIAL, recorder.credential), (CODE, recorder.code), (RETAINED, secret)):
            path = self._folder / name
            path.touch(mode=0o600)
            path.write_text(text + "\n", encoding="utf-8")

    def show(self, scene: str) -> None:
        """Put a text in front of the camera."""
        self._unit.scene = scene

    def log_in(self, code: str) -> str:
        """Enter a code, "" for the right one, and tell what came of it."""
        try:
            self._unit.recorder.log_in(code or self._unit.recorder.code, self._hall.world.now())
        except VehicleError as error:
            return NOT_EVALUATED if "not evaluated" in str(error) else REFUSED
        return OPENED

    def shut_down(self) -> None:
        """Shut the unit down as its manual says."""
        self._hall.shut_down()

    def erase(self) -> None:
        """Erase as the manual says."""
        self._code = self._unit.recorder.code
        self._unit.erase()

    def set_encryption(self, on: bool) -> None:
        """Switch encryption of recordings."""
        self._unit.set_encryption(on, self._hall.world.now())

    @property
    def _number(self) -> int:
        return self._hall.units.index(self._unit) + 1

    def _media(self) -> dict[str, Medium]:
        unit = self._unit
        return {
            "companion-emmc": unit.recorder.medium,
            "companion-flash": unit.recorder.disk.medium,
            "autopilot-flash": unit.flash.medium,
            "station-tablet": unit.station.medium,
        }

    def _kept(self, number: int, name: str) -> Path:
        return self._folder / f"unit-{number}" / name

    def _keep(self, number: int) -> None:
        for name, medium in self._media().items():
            path = self._kept(number, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if not medium.kept:
                path.unlink(missing_ok=True)
                medium.keep_in(path)
