"""The storage role with whole units: power, keys, erasure, state, integrity and residue beside the dump."""

from dataclasses import replace
from pathlib import Path

from harness.instruments.context import Context
from harness.instruments.figures import (
    AccessFigures,
    ErasureFigures,
    PullFigures,
    ResidueFigures,
    SearchFigures,
    SharedFigures,
    SourceFigures,
    StateFigures,
)
from harness.instruments.storage.access import PowerPulls, ask_without_credential
from harness.instruments.storage.integrity import BitFlips
from harness.instruments.storage.keys import collect_keys, compare_units, erase
from harness.instruments.storage.places import Places, count
from harness.instruments.storage.state import count_undeclared_fields, watch_state
from harness.instruments.storage.storage import TEXT, DumpReader
from harness.instruments.storage.unit import Unit
from harness.judgement import Count
from harness.storage.image.image import Image
from harness.storage.search.canary import TextCanary
from harness.targets.base import TargetWorld


class StorageBench(DumpReader):
    """Reads media as dumps, and handles the units that they are in.

    Faults: ``unplanted`` shows no canary, ``short`` reads half of the medium, ``blind`` does not plant what the bench
    itself puts into a copy.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._unit = Unit(context.world, context, self._canaries.texts[0].text)
        self._places = Places(self._unit, context, self._canaries)

    def search(self, image: Image) -> SearchFigures:
        """Search the image, and every other medium of the system; released system areas are listed, not counted."""
        main, others = super().search(image), self._places.search()
        read = main.scanned_fraction * image.size + sum(item.report.coverage * item.size for item in others)
        return SearchFigures(
            canary_hits=main.canary_hits + count(others, "canary"),
            signature_hits=main.signature_hits + count(others, "signature"),
            coordinate_hits=main.coordinate_hits + count(others, "coordinate"),
            scanned_fraction=read / (image.size + sum(item.size for item in others)),
        )

    def search_keys(self, image: Image) -> float:
        """Key material on any medium."""
        found = super().search_keys(image)
        recording = self._unit.open()
        known = self._secrets((recording.volume,) if recording.volume else ())
        return found + count(self._places.search(known), "key")

    def search_places(self, image: Image) -> ResidueFigures:
        """Canaries on the media that hold no mission data by declaration, after proving that `image` has them."""
        self._prove_recoverable(image)
        searched = self._places.search()
        missing = self._places.unexamined(searched)
        self._context.log.note(f"places not examined: {', '.join(missing) or 'none'}")
        hits = count(searched, "canary", "coordinate")
        return ResidueFigures(residue_hits=float(hits), unexamined_places=float(len(missing)))

    def compare_units(self) -> SharedFigures:
        """Two units, and one before and after it is provisioned anew."""
        return compare_units(self._unit, self._other(), self._context)

    def ask_without_credential(self, *, guessing: float) -> AccessFigures:
        """What the unit gives after a power cut and before a login; guesses for that many s."""
        return ask_without_credential(self._unit, self._context, guessing=guessing)

    def erase(self) -> ErasureFigures:
        """Sanitise as the manual says, and try everything that is left."""
        return erase(self._unit, self._context)

    def watch_state(self) -> StateFigures:
        """The state of encryption of a fresh unit, then switched off and on."""
        parameter = self._context.need(self._context.declaration.storage.state_parameter, "parameter with the state")
        return watch_state(self._other(), self._context, parameter)

    def flip_bits(self, *, each: int) -> Count:
        """So many single-bit changes of each kind of stored object; those that are not noticed."""
        return BitFlips(self._unit, self._context).flip(each)

    def pull_power(self, *, times: int, longest: float) -> PullFigures:
        """Pull the power while it records, so many times, each within `longest` s."""
        return PowerPulls(self._unit, self._places, self._context, self._canaries).pull(times, longest=longest)

    def collect_keys(self, *, units: int, boots: int) -> SourceFigures:
        """Keys, salts and nonces of so many units over so many boots of each."""
        fresh = [self._unit, *(self._other() for _ in range(units - 1))]
        return SourceFigures(
            duplicate_keys=collect_keys(fresh, boots, self._context),
            missing_assessments=float(not self._assessed()),
        )

    def count_undeclared_fields(self, image: Image) -> float:
        """Fields of the log in `image` with a person or a place in them that are not declared."""
        self._prove_recoverable(image)
        return count_undeclared_fields(self._unit.open(), self._context)

    def _other(self) -> Unit:
        world = self._context.world.another()
        # a canary of its own: what the first unit recorded shows whether it is the first unit once more
        return Unit(world, self._surround(world), TextCanary.random(TEXT).text, foreign=self._unit.canary)

    def _surround(self, world: TargetWorld) -> Context:
        """The surroundings of one more unit."""
        return replace(self._context, world=world, sockets=world.sockets)

    def _assessed(self) -> bool:
        """Whether the declared random source comes with a report; its text is shown, not judged."""
        storage = self._context.declaration.storage
        path: Path = self._context.documents / (storage.random_report or "")
        if not storage.random_source or not storage.random_report or not path.is_file():
            return False
        text = path.read_bytes()
        self._context.log.exhibit("report on the random source", "text/markdown", text, "document")
        return bool(text.strip())
