"""The command line: parses, dispatches, and turns an error into one line and an exit code."""

import argparse
import importlib
from collections.abc import Callable, Sequence

from harness.commands.examples import explain
from harness.commands.output import tell
from harness.commands.parsing import Parser, whole_number
from harness.commands.supply_options import add_reviews
from harness.errors import HarnessError

USAGE = 3
DEFECT = "seed it, again for more; see: dronecert defects"
MORE = "only this one, again for more"
RIG = "a file, or a name in rigs/; default: embedded"
CA = "root certificate (PEM) of the lab, got by another way than the bag; default: this user's demo root"
ABOUT = "Tests a drone against written requirements and hands out evidence that others can check."
BEGIN = "begin with: dronecert certify\nof each command: dronecert COMMAND --help"
# as shells have it for what SIGINT ended
INTERRUPTED = 130
Command = Callable[[argparse.Namespace], int]
SUITES = ("strong_wind", "radio_link", "data_at_rest", "endpoints", "supply_chain")
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
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        tell(f"dronecert: {place}{error.strerror or error}")
        return USAGE
    except HarnessError as error:
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


def _parser() -> Parser:
    parser = Parser(prog="dronecert", description=ABOUT, epilog=BEGIN)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_certify(commands.add_parser("certify", help="run the suites and issue report and signed bag"))
    _add_report(commands.add_parser("report", help="make all views of a run again from its record"))
    verify = commands.add_parser("verify", help="check a bag: 0 intact, 1 altered, 2 signer not checked")
    verify.add_argument("bag", metavar="BAG", help="folder of the bag, as evidence/<run id>/bag")
    verify.add_argument("--ca", metavar="FILE", default="", help=CA)
    _add_sim(commands.add_parser("sim", help="serve the embedded drone to ground stations, in real time or faster"))
    _add_envelope(commands.add_parser("envelope", help="search the wind at which the first limit breaks"))
    for name, text in (
        ("requirements", "the catalogue with its coverage by tests"),
        ("defects", "defects to seed, and what must catch each"),
    ):
        listing = commands.add_parser(name, help=text)
        listing.add_argument("--json", action="store_true", help="one JSON object on standard output")
    _add_rig(commands.add_parser("rig", help="whether a rig stands ready, which there are, schema of rig files"))
    _add_scan(commands.add_parser("scan", help="search the image of a medium: 0 clean, 1 findings, 2 cannot be told"))
    _add_supply(commands.add_parser("supply", help="check bills of materials: 0 clean, 1 findings, 2 cannot be told"))
    _add_audit(commands.add_parser("audit", help="judge a network capture: 0 clean, 1 findings, 2 cannot be told"))
    validate = commands.add_parser("validate", help="fly every defect and rig fault, print the detection table")
    validate.add_argument("--quick", action="store_true", help="each against its own requirements only")
    validate.add_argument("--only", action="append", default=[], metavar="NAME", help=MORE)
    validate.add_argument("--out", metavar="DIR", default="", help="keep the runs in this folder")
    validate.add_argument("--jobs", type=int, default=None, metavar="N", help="flown at once; default: one a core")
    for verb, its in commands.choices.items():
        explain(its, verb)
    return parser


def _add_certify(parser: Parser) -> None:
    parser.add_argument("--rig", default="", metavar="FILE", help=RIG)
    parser.add_argument(
        "--profile", default="", metavar="FILE", help="file, or name in rigs/profiles; default: baseline"
    )
    parser.add_argument("--article", default="", metavar="FILE", help="default: the declaration the rig names")
    parser.add_argument("--job", default="", metavar="FILE", help="customer, operator, units, documents")
    parser.add_argument(
        "--binary", default="", metavar="PATH", help="program of the autopilot, for a rig that runs one"
    )
    parser.add_argument(
        "--suite",
        action="append",
        default=[],
        metavar="NAME",
        help=f"{MORE}: {', '.join(SUITES)}",
    )
    parser.add_argument("--requirement", action="append", default=[], metavar="ID", help=MORE)
    parser.add_argument("--out", default="", metavar="DIR", help="default: evidence/<run id>")
    parser.add_argument("--seed", type=whole_number, default=1, metavar="N", help="of every random number; default 1")
    parser.add_argument(
        "--defect", action="append", default=[], metavar="NAME", help="seed it, again for more; see: dronecert defects"
    )
    parser.add_argument("--allow-arming", action="store_true", help="let a rig that is not simulated arm its aircraft")
    parser.add_argument(
        "--jobs", type=int, default=None, metavar="N", help="processes; default: one a core if simulated"
    )


def _add_report(parser: Parser) -> None:
    parser.add_argument("run", metavar="RUN_DIR", help="folder of a run, as evidence/<run id>")
    parser.add_argument(
        "--rig", default="", metavar="FILE", help="rig whose [signing] signs the bag; default: demo key"
    )


def _add_sim(parser: Parser) -> None:
    where = parser.add_mutually_exclusive_group()
    default = "127.0.0.1:14550"
    where.add_argument("--udp", default="", metavar="H:P", help=f"send to the ground station there; default {default}")
    where.add_argument("--tcp", default="", metavar="H:P", help="listen there for up to 8 ground stations")
    where.add_argument("--pty", action="store_true", help="make a serial device and print its name")
    parser.add_argument("--speedup", type=float, default=1.0, metavar="X", help="times as fast as the wall clock")
    key_help = "be a radio port that obeys signed frames only; 32 bytes, 64 hex digits or a passphrase"
    parser.add_argument("--signing-key", default="", metavar="FILE", help=key_help)
    parser.add_argument(
        "--defect", action="append", default=[], metavar="NAME", help="seed it, again for more; see: dronecert defects"
    )
    parser.add_argument("--seed", type=whole_number, default=1, metavar="N", help="of the sensors' noise")
    parser.add_argument("--wind", default="0,0", metavar="N,E", help="blows to there, m/s; write --wind=-3,0")


def _add_envelope(parser: Parser) -> None:
    parser.add_argument("--rig", default="", metavar="FILE", help=f"simulated; {RIG}")
    parser.add_argument("--article", default="", metavar="FILE", help="default: the declaration the rig names")
    azimuth = "deg clockwise from the nose that the wind comes from; again for more; default: every 45 deg"
    parser.add_argument("--azimuth", type=float, action="append", default=[], metavar="DEG", help=azimuth)
    gust = "none, declared, or the peak over the mean as 1.5; again for more; default: none and declared"
    parser.add_argument("--gust", action="append", default=[], metavar="CLASS", help=gust)
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="flights at each wind speed; default 5")
    parser.add_argument("--resolution", type=float, default=1.0, metavar="M/S", help="step of the search; default 1")
    parser.add_argument("--highest", type=float, default=0.0, metavar="M/S", help="default: twice the declared wind")
    parser.add_argument("--seed", type=whole_number, default=1, metavar="N", help="those of the flights follow from it")
    parser.add_argument(
        "--defect", action="append", default=[], metavar="NAME", help="seed it, again for more; see: dronecert defects"
    )
    parser.add_argument("--out", default="", metavar="DIR", help="default: evidence/<time>-envelope")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def _add_rig(parser: Parser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="probe every role: 0 ready, 2 something missing, dead or overdue, 3 usage")
    check.add_argument("file", metavar="FILE", help="rig file, or a name in rigs/")
    check.add_argument("--profile", default="", metavar="FILE", help="whose roles must be filled; default: baseline")
    check.add_argument("--json", action="store_true", help="one JSON object on standard output")
    listing = actions.add_parser("list", help="the rigs of a folder, and the makes that are installed")
    listing.add_argument("folder", nargs="?", default="", metavar="FOLDER", help="default: rigs/ of the checkout")
    listing.add_argument("--json", action="store_true", help="one JSON object on standard output")
    actions.add_parser("schema", help="JSON Schema of rig files, for editors")


def _add_scan(parser: Parser) -> None:
    parser.add_argument("image", metavar="IMAGE", help="image file, gzip file (.gz) or block device; only read")
    parser.add_argument("--canaries", default="", metavar="FILE", help="what the article was made to record (TOML)")
    parser.add_argument("--keys", default="", metavar="FILE", help="keys and passphrases that must not be there (TOML)")
    parser.add_argument("--yara", default="", metavar="FILE", help="YARA rules of your own")
    parser.add_argument(
        "--size",
        type=whole_number,
        default=0,
        metavar="BYTES",
        help="size of the medium; another is a doubt",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--report", default="", metavar="DIR", help="report, plot and carved finds into this folder")


def _add_supply(parser: Parser) -> None:
    parser.add_argument("--sbom", required=True, metavar="FILE", help="software bill: CycloneDX or SPDX, as JSON")
    parser.add_argument("--hbom", default="", metavar="FILE", help="hardware bill: CycloneDX, as JSON")
    parser.add_argument("--policy", default="", metavar="FILE", help="what is asked (TOML); default: minimum elements")
    parser.add_argument("--image", default="", metavar="PATH", help="firmware image (tar) or its folder")
    parser.add_argument("--evidence", default="", metavar="DIR", help="papers on origins; default: beside the bill")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    add_reviews(parser)


def _add_audit(parser: Parser) -> None:
    parser.add_argument("capture", metavar="PCAP", help="pcap or pcapng; only read")
    parser.add_argument("--policy", default="", metavar="MUD", help="whom the article may call (RFC 8520, JSON)")
    article = "MAC or IP address of the article, again for more; default: the policy's"
    parser.add_argument("--article", action="append", default=[], metavar="ADDRESS", help=article)
    parser.add_argument("--operators", default="", metavar="FILE", help="dated snapshot of who runs which addresses")
    parser.add_argument("--canaries", default="", metavar="FILE", help="what must not leave in clear (TOML)")
    parser.add_argument("--lost", type=whole_number, default=0, metavar="N", help="packets lost, as who captured says")
    parser.add_argument("--power-on", default="", metavar="TIME", help="when the article was switched on (ISO 8601)")
    parser.add_argument("--learn", action="store_true", help="draft a policy from the capture instead, for you to mend")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
