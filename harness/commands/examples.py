"""What each command is for and how it is called, as its ``--help`` says it."""

from harness.commands.parsing import Parser

EXITS = {
    "certify": "0 all shown, 1 a FAIL, 2 no FAIL but something not shown or the run cut short, 3 usage",
    "report": "as certify",
    "verify": "0 intact and signer checked, 1 altered or signed by another, 2 intact but signer not checked, 3 usage",
    "rig": "0 ready, 2 something missing, dead or overdue, 3 usage",
    "scan": "0 clean, 1 findings, 2 cannot be told, 3 usage",
    "audit": "0 clean, 1 findings, 2 cannot be told, 3 usage",
    "supply": "0 clean, 1 findings, 2 cannot be told, 3 usage",
    "validate": "0 every fault detected, 1 one was missed, 3 usage",
    "envelope": "0 the declared wind is covered everywhere, 1 it is not, 2 a search was invalid, 3 usage",
    "sim": "0 ended by Ctrl-C or SIGTERM, else 3",
}
PURPOSES = {
    "certify": "Fly the suites, judge every requirement of the profile, and issue report and signed bag.",
    "report": "Make all views and the bag of a run again from its record, also after a crash.",
    "verify": "Check that a bag is whole and who signed it.",
    "requirements": "List every requirement, and the tests that show it.",
    "defects": "List the defects that can be seeded into the embedded drone, and what must catch each.",
    "rig": "Look at rig files: does a rig stand ready, which are there, what may a rig file say.",
    "scan": "Search the image of a medium for data that can be read without a key.",
    "audit": "Judge a network capture against a policy of whom the article may call.",
    "supply": "Check bills of materials, and the papers that come with them.",
    "validate": "Fly every defect and every rig fault: does each test catch what it is there for?",
    "envelope": "Search the wind at which the first limit breaks, in each direction.",
    "sim": "Serve the embedded drone to ground stations, until Ctrl-C.",
}
EXAMPLES = {
    "certify": (
        "dronecert certify --seed 7",
        "dronecert certify --requirement WIND-01 --requirement RADIO-01",
        "dronecert certify --suite strong_wind --defect weak-gains",
        "dronecert certify --rig ardupilot-plant --binary build/sitl/bin/arducopter --article mine.toml",
        "dronecert certify --rig bench.toml --profile jp-government --job job-142.toml --allow-arming",
    ),
    "report": ("dronecert report evidence/20261130T132041Z-7", "dronecert report RUN_DIR --rig lab.toml"),
    "verify": ("dronecert verify evidence/20261130T132041Z-7/bag --ca root-of-the-lab.pem",),
    "requirements": ("dronecert requirements", "dronecert requirements --json"),
    "defects": ("dronecert defects", "dronecert defects --json"),
    "rig": ("dronecert rig check bench.toml", "dronecert rig list", "dronecert rig schema"),
    "scan": ("dronecert scan card.img --canaries canaries.toml --size 31914983424 --report findings",),
    "audit": (
        "dronecert audit flight.pcapng --learn --article 02:00:00:00:00:01 > policy.json",
        "dronecert audit flight.pcapng --policy policy.json --power-on 2026-11-30T09:15:00Z --lost 0",
    ),
    "supply": ("dronecert supply --sbom bill.json --image firmware.tar --feed kev.json --day 2026-11-30",),
    "validate": ("dronecert validate --quick", "dronecert validate --only hidden-beacon --only network:late"),
    "envelope": ("dronecert envelope --azimuth 0 --azimuth 90 --gust none --seeds 3",),
    "sim": ("dronecert sim --tcp 127.0.0.1:5760 --speedup 10", "dronecert sim --pty --wind=-3,0"),
}


def explain(parser: Parser, verb: str) -> None:
    """Give a command's help its purpose, its examples and its exit codes."""
    parser.description = PURPOSES[verb]
    lines = ["examples:", *(f"  {line}" for line in EXAMPLES[verb])]
    if verb in EXITS:
        lines += ["", f"exit code: {EXITS[verb]}"]
    parser.epilog = "\n".join(lines)
