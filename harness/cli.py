"""The command line: parses, dispatches, and turns an error into one line and an exit code."""

import argparse
import importlib
from collections.abc import Callable, Sequence

from harness.commands.output import tell
from harness.commands.supply_options import add_reviews
from harness.errors import HarnessError

USAGE = 3
# as shells have it for what SIGINT ended
INTERRUPTED = 130
Command = Callable[[argparse.Namespace], int]
# where each verb is: module of `harness.commands` and function
COMMANDS = {
    "certify": "certify:certify",
    "report": "report:report",
    "verify": "verify:verify",
    "sim": "sim:sim",
    "envelope": "envelope:envelope",
    "requirements": "listing:list_requirements",
    "defects": "listing:list_defects",
    "rig": "rigs:rig",
    "scan": "scan:scan_image",
    "supply": "supply:check_supply",
    "audit": "audit:audit_capture",
    "validate": "validate:validate",
}


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code (3 for a usage or configuration error, 130 when interrupted)."""
    try:
        parsed = _parser().parse_args(arguments)
    except SystemExit as stop:
        return USAGE if stop.code else 0
    try:
        return _command(parsed.command)(parsed)
    except (HarnessError, OSError) as error:
        tell(f"dronecert: {error}")
        return USAGE
    except KeyboardInterrupt:
        tell("dronecert: interrupted, nothing was decided")
        return INTERRUPTED


def _command(verb: str) -> Command:
    # imported on use: a verb should not wait for the libraries of another
    module, name = COMMANDS[verb].split(":")
    command: Command = getattr(importlib.import_module(f"harness.commands.{module}"), name)
    return command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dronecert", description="Certification test harness for drones")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_certify(commands.add_parser("certify", help="run the suites and issue report and signed bag"))
    _add_report(commands.add_parser("report", help="make all views of a run again from its record"))
    verify = commands.add_parser("verify", help="check a bag: 0 intact, 1 altered, 2 signer not checked")
    verify.add_argument("bag", metavar="BAG")
    verify.add_argument("--ca", metavar="FILE", default="", help="root certificate (PEM) got by another way")
    _add_sim(commands.add_parser("sim", help="serve the embedded drone to ground stations, in real time or faster"))
    _add_envelope(commands.add_parser("envelope", help="search the wind at which the first limit breaks"))
    for name, text in (("requirements", "the catalogue with its coverage by tests"), ("defects", "defects to seed")):
        listing = commands.add_parser(name, help=text)
        listing.add_argument("--json", action="store_true", help="one JSON object on standard output")
    _add_rig(commands.add_parser("rig", help="whether a rig stands ready, which there are, schema of rig files"))
    _add_scan(commands.add_parser("scan", help="search the image of a medium: 0 clean, 1 findings, 2 cannot be told"))
    _add_supply(commands.add_parser("supply", help="check bills of materials: 0 clean, 1 findings, 2 cannot be told"))
    _add_audit(commands.add_parser("audit", help="judge a network capture: 0 clean, 1 findings, 2 cannot be told"))
    validate = commands.add_parser("validate", help="fly every defect and rig fault, print the detection table")
    validate.add_argument("--quick", action="store_true", help="each against its own requirements only")
    validate.add_argument("--only", action="append", default=[], metavar="NAME", help="this defect or rig fault only")
    validate.add_argument("--out", metavar="DIR", default="", help="keep the runs in this folder")
    validate.add_argument("--jobs", type=int, default=None, metavar="N", help="flown at once; default: one a core")
    return parser


def _add_certify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rig", default="", metavar="FILE", help="default: the embedded drone")
    parser.add_argument("--profile", default="", metavar="FILE", help="default: baseline")
    parser.add_argument("--article", default="", metavar="FILE", help="default: the declaration the rig names")
    parser.add_argument("--job", default="", metavar="FILE", help="customer, operator, units, documents")
    parser.add_argument(
        "--binary", default="", metavar="PATH", help="program of the autopilot, for a rig that runs one"
    )
    parser.add_argument("--suite", action="append", default=[], metavar="NAME", help="narrow the scope")
    parser.add_argument("--requirement", action="append", default=[], metavar="ID", help="narrow the scope")
    parser.add_argument("--out", default="", metavar="DIR", help="default: evidence/<run id>")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--defect", action="append", default=[], metavar="NAME", help="see: dronecert defects")
    parser.add_argument("--allow-arming", action="store_true")
    parser.add_argument(
        "--jobs", type=int, default=None, metavar="N", help="processes; default: one a core if simulated"
    )


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN_DIR")
    parser.add_argument("--rig", default="", metavar="FILE", help="rig file whose [signing] signs the bag")


def _add_sim(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    default = "127.0.0.1:14550"
    where.add_argument("--udp", default="", metavar="H:P", help=f"send to the ground station there; default {default}")
    where.add_argument("--tcp", default="", metavar="H:P", help="listen there for up to 8 ground stations")
    where.add_argument("--pty", action="store_true", help="make a serial device and print its name")
    parser.add_argument("--speedup", type=float, default=1.0, metavar="X", help="times as fast as the wall clock")
    key_help = "be a radio port that obeys signed frames only; 32 bytes, 64 hex digits or a passphrase"
    parser.add_argument("--signing-key", default="", metavar="FILE", help=key_help)
    parser.add_argument("--defect", action="append", default=[], metavar="NAME", help="see: dronecert defects")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the sensors' noise")
    parser.add_argument("--wind", default="0,0", metavar="N,E", help="blows to there, m/s; write --wind=-3,0")


def _add_envelope(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rig", default="", metavar="FILE", help="default: the embedded drone; simulated rigs only")
    parser.add_argument("--article", default="", metavar="FILE", help="default: the declaration the rig names")
    azimuth = "deg clockwise from the nose that the wind comes from; again for more; default: every 45 deg"
    parser.add_argument("--azimuth", type=float, action="append", default=[], metavar="DEG", help=azimuth)
    gust = "none, declared, or the peak over the mean as 1.5; again for more; default: none and declared"
    parser.add_argument("--gust", action="append", default=[], metavar="CLASS", help=gust)
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="flights at each wind speed; default 5")
    parser.add_argument("--resolution", type=float, default=1.0, metavar="M/S", help="step of the search; default 1")
    parser.add_argument("--highest", type=float, default=0.0, metavar="M/S", help="default: twice the declared wind")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="that the seeds of the flights follow from")
    parser.add_argument("--defect", action="append", default=[], metavar="NAME", help="see: dronecert defects")
    parser.add_argument("--out", default="", metavar="DIR", help="default: evidence/<time>-envelope")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def _add_rig(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="probe every role: 0 ready, 2 something missing, dead or overdue, 3 usage")
    check.add_argument("file", metavar="FILE", help="rig file")
    check.add_argument("--profile", default="", metavar="FILE", help="whose roles must be filled; default: baseline")
    check.add_argument("--json", action="store_true", help="one JSON object on standard output")
    listing = actions.add_parser("list", help="the rigs of a folder, and the makes that are installed")
    listing.add_argument("folder", nargs="?", default="", metavar="FOLDER", help="default: rigs/ of the checkout")
    listing.add_argument("--json", action="store_true", help="one JSON object on standard output")
    actions.add_parser("schema", help="JSON Schema of rig files, for editors")


def _add_scan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("image", metavar="IMAGE", help="image file, gzip file (.gz) or block device; only read")
    parser.add_argument("--canaries", default="", metavar="FILE", help="what the article was made to record (TOML)")
    parser.add_argument("--keys", default="", metavar="FILE", help="keys and passphrases that must not be there (TOML)")
    parser.add_argument("--yara", default="", metavar="FILE", help="YARA rules of your own")
    parser.add_argument("--size", type=int, default=0, metavar="BYTES", help="what the medium should have")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--report", default="", metavar="DIR", help="report, plot and carved finds into this folder")


def _add_supply(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sbom", required=True, metavar="FILE", help="software bill: CycloneDX or SPDX, as JSON")
    parser.add_argument("--hbom", default="", metavar="FILE", help="hardware bill: CycloneDX, as JSON")
    parser.add_argument("--policy", default="", metavar="FILE", help="what is asked (TOML); default: minimum elements")
    parser.add_argument("--image", default="", metavar="PATH", help="firmware image (tar) or its folder")
    parser.add_argument("--evidence", default="", metavar="DIR", help="papers on origins; default: beside the bill")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    add_reviews(parser)


def _add_audit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("capture", metavar="PCAP", help="pcap or pcapng; only read")
    parser.add_argument("--policy", default="", metavar="MUD", help="whom the article may call (RFC 8520, JSON)")
    article = "MAC or IP address of the article, again for more; default: the policy's"
    parser.add_argument("--article", action="append", default=[], metavar="ADDRESS", help=article)
    parser.add_argument("--operators", default="", metavar="FILE", help="dated snapshot of who runs which addresses")
    parser.add_argument("--canaries", default="", metavar="FILE", help="what must not leave in clear (TOML)")
    parser.add_argument("--lost", type=int, default=0, metavar="N", help="packets lost, as who captured says")
    parser.add_argument("--power-on", default="", metavar="TIME", help="when the article was switched on")
    parser.add_argument("--learn", action="store_true", help="draft a policy from the capture instead, for you to mend")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
