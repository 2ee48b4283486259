"""``dronecert report``: all views and a new bag from a run's record; also what ``certify`` ends with."""

import tempfile
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from harness.commands.output import CHECKOUT, say, user_folder
from harness.errors import EvidenceError
from harness.evidence.attestation import Outcome
from harness.evidence.bag import make_bag
from harness.evidence.record import ATTACHMENTS, RECORD_NAME, record_files
from harness.evidence.results import RunResult
from harness.evidence.signing import SigningIdentity, demo_identity, load_identity
from harness.plugin.options import rig_file
from harness.reports.certificate import DRAFT
from harness.reports.files import replace_folder
from harness.reports.summary import summary
from harness.reports.text import visible
from harness.reports.views import ViewOptions, make_views
from harness.reports.wording import headline
from harness.rig import RigFile, load_rig

VIEWS = ("results.json", "report.html", "report.pdf", "matrix.csv", "junit.xml", "allure-results")
BAG = "bag"
TOOLS = CHECKOUT / "tools" / "report"


def report(arguments: Namespace) -> int:
    """Make views and bag of a run folder again; returns the exit code of the verdict.

    Raises:
        EvidenceError: the folder holds no usable record.
        UsageError: the rig file or its signing files are wrong.
    """
    folder = Path(arguments.run)
    if not record_files(folder):
        raise EvidenceError(f"{folder} holds no {RECORD_NAME}: give the folder of a run, as evidence/<run id>")
    return publish(folder, load_rig(rig_file(CHECKOUT, arguments.rig)) if arguments.rig else None)


def publish(folder: Path, rig: RigFile | None) -> int:
    """Make every view of a run and its bag, print the verdict table and the paths.

    Raises:
        EvidenceError: the record cannot be judged, or a view cannot be made.
        UsageError: the signing files of the rig are wrong.
    """
    identity = signer(rig)
    views = make_views(folder, ViewOptions(tools=TOOLS, demo=identity.demo))
    bag = _bag(folder, views.result, identity)
    say(summary(views.result, demo=identity.demo).rstrip("\n"))
    say(f"report  {views.report_html}")
    say(f"pdf     {views.report_pdf}")
    say(f"bag     {bag}")
    return views.result.exit_code


def signer(rig: RigFile | None) -> SigningIdentity:
    """Who signs: the rig's lab, else this user's demo identity.

    Raises:
        UsageError: a file of the signer is missing or wrong.
    """
    spec = rig.spec.signing if rig else None
    if rig is None or spec is None:
        return demo_identity(user_folder() / "demo")
    base = rig.path.parent
    chain = base / spec.chain if spec.chain else None
    return load_identity(base / spec.certificate, base / spec.key, chain, spec.tsa or None)


def _bag(folder: Path, result: RunResult, identity: SigningIdentity) -> Path:
    names = (*(path.name for path in record_files(folder)), ATTACHMENTS, *VIEWS)
    payload = {name: folder / name for name in names}
    outcome: Outcome = "PASSED" if result.exit_code == 0 else "FAILED"
    # the bag that is there goes when the new one is whole, not before
    with tempfile.TemporaryDirectory(prefix=".bag-", dir=folder) as temporary:
        new = Path(temporary) / BAG
        make_bag(new, payload, _info(folder, result), identity, outcome)
        return replace_folder(new, folder / BAG)


def _info(folder: Path, result: RunResult) -> Mapping[str, str]:
    return {
        "Source-Organization": visible(result.plan["job"].get("laboratory", {}).get("name", DRAFT)),
        "External-Identifier": visible(folder.resolve().name),
        "External-Description": headline(result),
    }
