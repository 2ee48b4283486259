"""The link's flight recorder as evidence: every piece both ways, its time, and what was decided about it."""

from collections import Counter

from harness.instruments.context import CaseLog
from harness.link.pcapng import PCAPNG, encode_pcapng
from harness.link.recorder import LinkRecorder
from harness.vehicle.codec import Identity


def show_recording(recorder: LinkRecorder, log: CaseLog, since: float) -> None:
    """Exhibit all since then (s of the test clock) as pcapng; each packet's comment says test time and decision."""
    fates = recorder.read_fates(since)
    comments = [f"t = {fate.piece.time:.6f} s, {fate.decision}" for fate in fates]
    data = encode_pcapng([fate.piece for fate in fates], Identity().epoch, comments)
    log.exhibit("link flight recorder", PCAPNG, data, "capture")
    told = Counter(fate.decision.partition(" ")[0] for fate in fates)
    full = "; it was full" if recorder.full else ""
    log.note(f"link flight recorder: {len(fates)} pieces, {', '.join(f'{n} {word}' for word, n in told.items())}{full}")
