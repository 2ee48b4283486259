"""``dronecert audit``: does the article in a capture talk to declared endpoints only?"""

import json
import math
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from harness.commands.output import say, tell
from harness.errors import MaterialError, UsageError
from harness.network import Canary, Parties, Snapshot, Source, examine, open_capture, read_canaries, read_snapshot
from harness.network.audit import AuditReport, Options
from harness.network.mud import MudFile, parties_of, read_mud
from harness.network.verdict import FlowVerdict

EXIT_CODES = {"clean": 0, "findings": 1, "not fully examined": 2}
LINES_SHOWN = 40


def audit_capture(arguments: Namespace) -> int:
    """Print what was found; returns 0 clean, 1 findings, 2 not fully examined.

    Raises:
        UsageError: a file besides the capture is wrong, or nothing says which station is the article.
    """
    try:
        source = open_capture(Path(arguments.capture))
        if arguments.learn:
            return _learn(source, arguments)
        if not arguments.policy:
            raise UsageError("give the policy with --policy MUD.json, or draft one with --learn")
        mud = read_mud(Path(arguments.policy))
        report = examine(source, mud.policy, _parties(arguments, mud), _options(arguments))
    except MaterialError as error:
        return _unexamined(arguments, str(error))
    if arguments.json:
        head = {"capture": source.name, "bytes": source.size}
        say(json.dumps(head | report.to_json(), allow_nan=False))
    else:
        _print(source, report)
    return EXIT_CODES[report.level]


def _learn(source: Source, arguments: Namespace) -> int:
    from harness.network.learn import learn_policy

    say(json.dumps(learn_policy(source, _parties(arguments, None)), indent=2))
    tell("dronecert: this is a draft: read and mend it, then remove 'draft'")
    return 0


def _parties(arguments: Namespace, mud: MudFile | None) -> Parties:
    names = tuple(arguments.article) or (mud.article if mud is not None else ())
    if not names:
        raise UsageError("which station is the article? Give its MAC or IP address with --article, again for more")
    return parties_of(names)


def _options(arguments: Namespace) -> Options:
    canaries: tuple[Canary, ...] = read_canaries(Path(arguments.canaries)) if arguments.canaries else ()
    snapshot: Snapshot | None = read_snapshot(Path(arguments.operators)) if arguments.operators else None
    return Options(
        lost=arguments.lost,
        power_on=_time(arguments.power_on) if arguments.power_on else None,
        canaries=canaries,
        snapshot=snapshot,
    )


def _time(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise UsageError(
                f"--power-on {text}: wanted seconds since 1970 or a time as 2026-11-30T09:00:00Z"
            ) from error
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not math.isfinite(seconds):
        raise UsageError(f"--power-on {text}: wanted a time")
    return seconds


def _unexamined(arguments: Namespace, problem: str) -> int:
    tell(f"dronecert: {problem}")
    level = "not fully examined"
    if arguments.json:
        name = Path(arguments.capture).name
        say(json.dumps({"capture": name, "level": level, "findings": [], "doubts": [problem]}))
    return EXIT_CODES[level]


def _print(source: Source, report: AuditReport) -> None:
    say(f"{source.name}: {source.size} bytes")
    for line in _power(report):
        say(line)
    for verdict in FlowVerdict:
        flows = report.with_verdict(verdict)
        if flows:
            say(f"{verdict.value}: {len(flows)} flows, {sum(flow.bytes_sent for flow in flows)} bytes sent")
    found = [f"{item.kind}: {item.detail} (packet {item.packet})" for item in report.findings]
    for word, lines in (("found", found), ("doubt", report.doubts), ("source", report.sources)):
        for line in lines[:LINES_SHOWN]:
            say(f"{word}: {_printable(line)}")
        if len(lines) > LINES_SHOWN:
            say(f"{word}: {len(lines) - LINES_SHOWN} more, see --json")
    say(report.level.upper())


def _printable(text: str) -> str:
    # names in a capture may hold control sequences of terminals
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def _power(report: AuditReport) -> list[str]:
    power = report.power
    start = "not stated" if math.isnan(power.delay) else f"{power.delay:.3f} s before the first packet"
    lines = [
        f"detection power: {power.interfaces} interface(s), {power.duration:.3f} s, {power.packets} packets, "
        f"{power.from_article} from the article, {power.lost} lost, {power.cut} cut; power-on {start}",
        f"readable share of what it sent: {power.readable:.1%} of {power.sent} bytes of payload",
    ]
    if not math.isnan(power.smallest):
        lines.append(f"smallest undeclared flow found: {power.smallest:.0f} bytes of payload")
    return lines
