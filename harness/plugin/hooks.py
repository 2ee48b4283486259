"""Entry point of the plugin: options always, everything else only when ``--rig`` is given."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.errors import HarnessError, UsageError
from harness.plugin.conditions import parametrize
from harness.plugin.marks import MARKER
from harness.plugin.options import add_options, read_run_config


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the options."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start a certifying session when a rig is named, before allure-pytest reads its own options."""
    config.addinivalue_line("markers", f"{MARKER}(id, ...): the requirements, or REQ.quantity, that a test shows")
    if config.getoption("--rig") is None or config.option.collectonly:
        return
    folder = _run_folder(config)
    try:
        if getattr(config.option, "numprocesses", None):
            _conduct(config, folder)
        else:
            _certify(config, folder)
    except HarnessError as error:
        raise pytest.UsageError(str(error)) from error
    except OSError as error:
        raise pytest.UsageError(f"--evidence {folder}: no run folder can be made there: {error.strerror}") from error


def _certify(config: pytest.Config, folder: Path) -> None:
    """Fly the cases in this process: the only one, or a worker with a part of the record of its own."""
    from harness.plugin.session import SESSION, CertificationSession, stop_on_sigterm
    from harness.plugin.workers import WorkerSession

    run = read_run_config(config, folder)
    session = WorkerSession(run, config) if hasattr(config, "workerinput") else CertificationSession(run)
    config.option.allure_report_dir = config.option.allure_report_dir or str(folder / "allure-results")
    config.stash[SESSION] = session
    config.pluginmanager.register(session, "dronecert-session")
    stop_on_sigterm()


def _conduct(config: pytest.Config, folder: Path) -> None:
    """Let pytest-xdist's workers fly them; Allure is told there."""
    from harness.plugin.parallel import Conductor

    config.pluginmanager.register(Conductor(read_run_config(config, folder)), "dronecert-conductor")
    config.option.allure_report_dir = None


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Listen to Allure once allure-pytest has registered its own writer, so that ours is called first."""
    from harness.plugin.session import SESSION

    if SESSION in session.config.stash:
        from harness.plugin.allure_bridge import connect

        connect(session.config.stash[SESSION], session.config)


def _run_folder(config: pytest.Config) -> Path:
    from harness.plugin.workers import FOLDER

    given = getattr(config, "workerinput", {}).get(FOLDER) or config.getoption("--evidence")
    if given:
        return Path(given)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return config.rootpath / "evidence" / f"{stamp}-{config.getoption('--seed')}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make cases of the condition tables, at the depth of the profile."""
    from harness.plugin.session import SESSION

    session = metafunc.config.stash.get(SESSION, None)
    try:
        parametrize(metafunc, session.run.basis.profile.depth if session else "short")
    except UsageError as error:
        raise pytest.Collector.CollectError(str(error)) from error
