"""``dronecert verify``: is a bag what its signer signed?"""

from argparse import Namespace
from pathlib import Path

from harness.commands.output import say, user_folder
from harness.errors import FileError
from harness.evidence.signing import DEMO_ROOT, DEMO_WORDS
from harness.evidence.verify import Verification, verify_bag

BAG = "bag"


def verify(arguments: Namespace) -> int:
    """Print what was found; returns 0 intact and signer checked, 1 altered, 2 intact but signer not checked.

    Raises:
        FileError: the bag is no folder, or the root no certificate.
    """
    bag = Path(arguments.bag)
    if not (bag / "bagit.txt").exists() and (bag / BAG / "bagit.txt").is_file():
        raise FileError(bag, f"is the folder of a run, its bag is {bag / BAG}")
    ca = Path(arguments.ca) if arguments.ca else None
    found = verify_bag(bag, ca, user_folder() / "demo" / DEMO_ROOT)
    for problem in found.problems:
        say(problem)
    if found.status != "intact":
        say(f"{found.status.upper()}: this bag is not to be relied on")
        return found.exit_code
    who = "checked" if found.signer_checked else "NOT checked: give the root certificate with --ca"
    say(f"intact: {found.files} files, signed by {found.signer}; signer {who}")
    say(_time_text(found))
    if found.demo:
        say(f"DEMO: {DEMO_WORDS}")
    return found.exit_code


def _time_text(found: Verification) -> str:
    if found.timestamp is None:
        return "no timestamp: time is self-asserted"
    # anyone can put any time into a timestamp: it proves as much as who signed it
    who = "checked" if found.timestamp_checked else "NOT checked: give its root certificate in the file of --ca, too"
    return f"timestamp {found.timestamp:%Y-%m-%dT%H:%M:%SZ}; authority {who}"
