"""The twin of a spectrum analyser with a generator: it sees the drone's radio, and what the faults put into the air."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.instruments.twins.answerers import Answer, faulty
from harness.instruments.twins.hall import STUCK, Hall

STRONG, WRONG_CHANNEL, SPURIOUS, BEACON = "strong", "wrong-channel", "spurious", "beacon"
NOISY, OVERLOAD, AMBIENT = "noisy", "overload", "ambient"
FAULTS = (STRONG, WRONG_CHANNEL, SPURIOUS, BEACON, NOISY, OVERLOAD, AMBIENT)

PATH_LOSS = 30.0  # dB, from the antenna port: a pad and a cable
NOISE = -150.0  # dBm in 1 Hz
LOUD = 40.0  # dB, of a noisy one
RIPPLE = 0.5  # dB
MOST_POINTS = 100_001
NO_ERROR = '0,"No error"'


@dataclass(frozen=True, kw_only=True)
class Emitter:
    """What transmits: centre and width (Hz; 0 for a line), power at the antenna port (dBm)."""

    centre: float
    power: float
    width: float = 0.0

    def level(self, frequency: float, resolution: float) -> float:
        """Power in one resolution bandwidth about `frequency`, dBm."""
        beside = abs(frequency - self.centre)
        if self.width > resolution:
            inside = beside <= self.width / 2.0
            return self.power - 10.0 * math.log10(self.width / resolution) if inside else -math.inf
        return self.power if beside <= resolution / 2.0 else -math.inf


RADIO = Emitter(centre=2.442e9, width=18e6, power=15.0)
HARMONIC = Emitter(centre=4.884e9, width=18e6, power=-35.0)


def on_air(hall: Hall, fault: str) -> list[Emitter]:
    """What transmits now."""
    bench = [Emitter(centre=105.5e6, power=-20.0)] if fault == AMBIENT else []
    if not hall.powered:
        return bench
    radio = {
        STRONG: replace(RADIO, power=RADIO.power + 6.0),
        WRONG_CHANNEL: replace(RADIO, centre=2.472e9),
    }.get(fault, RADIO)
    own = {SPURIOUS: [Emitter(centre=1.234e9, power=-20.0)], BEACON: [Emitter(centre=868.3e6, power=0.0)]}
    return [*bench, radio, HARMONIC, *own.get(fault, [])]


class Front:
    """The analyser's state: its settings, its generator's, and the trace that it took last."""

    def __init__(self, hall: Hall, fault: str) -> None:
        self._hall, self._fault, self._random = hall, fault, random.Random(1)
        self.numbers = {"FREQ:CENT": 2.44e9, "FREQ:SPAN": 100e6, "BAND": 1e6, "SWE:POIN": 201.0}
        self.numbers |= {"SOUR:FREQ": 1e9, "SOUR:POW": -60.0}
        self.seeds = False
        self.trace: list[float] = []

    def take(self) -> None:
        """Sweep once. Fault ``stuck``: the first trace stands for ever."""
        points = int(min(max(self.numbers["SWE:POIN"], 2.0), MOST_POINTS))
        if self._fault == STUCK and len(self.trace) == points:
            return
        span, resolution = self.numbers["FREQ:SPAN"], max(self.numbers["BAND"], 1.0)
        start, step = self.numbers["FREQ:CENT"] - span / 2.0, span / (points - 1)
        emitters = on_air(self._hall, self._fault)
        if self.seeds:
            emitters.append(Emitter(centre=self.numbers["SOUR:FREQ"], power=self.numbers["SOUR:POW"]))
        noise = NOISE + 10.0 * math.log10(resolution) + LOUD * (self._fault == NOISY)
        self.trace = [self._level(start + place * step, resolution, emitters, noise) for place in range(points)]

    def _level(self, frequency: float, resolution: float, emitters: list[Emitter], noise: float) -> float:
        heard = (each.level(frequency, resolution) - PATH_LOSS for each in emitters)
        return max(noise + self._random.gauss(0.0, RIPPLE), max(heard, default=-math.inf))


def spectrum(hall: Hall, fault: str) -> Answer:
    """An analyser by SCPI; its faults are those of the module and of every twin."""
    front, errors = Front(hall, fault), list[str]()

    def answer(line: str) -> str:
        said = [_answer(front, errors, part.strip().lstrip(":"), fault) for part in line.split(";")]
        return ";".join(part for part in said if part)

    return faulty(answer, fault)


def _answer(front: Front, errors: list[str], question: str, fault: str) -> str:
    word, _, value = question.partition(" ")
    name = word.upper()
    if name in front.numbers:
        _set(front, errors, name, value)
        return ""
    return _acts(front, fault).get(question.upper(), lambda: _told(front, errors, question.upper()))()


def _acts(front: Front, fault: str) -> dict[str, Callable[[], str]]:
    def do(act: Callable[[], None]) -> Callable[[], str]:
        def done() -> str:
            act()
            return ""

        return done

    return {
        "INIT:IMM": do(front.take),
        "OUTP ON": do(lambda: setattr(front, "seeds", True)),
        "OUTP OFF": do(lambda: setattr(front, "seeds", False)),
        "TRAC? TRACE1": lambda: ",".join(f"{level:.2f}" for level in front.trace),
        "STAT:QUES:POW:COND?": lambda: "1" if fault == OVERLOAD else "0",
    }


def _told(front: Front, errors: list[str], question: str) -> str:
    known = {f"{key}?": f"{number:.10g}" for key, number in front.numbers.items()}
    known |= {"*IDN?": "Dronecert,Twin analyser,TWIN0004,1.0", "*OPC?": "1"}
    if question == "SYST:ERR?":
        return errors.pop(0) if errors else NO_ERROR
    if question not in known and not question.startswith(("DET ", "INIT:CONT ")):
        errors.append('-113,"Undefined header"')
    return known.get(question, "")


def _set(front: Front, errors: list[str], name: str, value: str) -> None:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        errors.append('-104,"Data type error"')
        return
    front.numbers[name] = number
