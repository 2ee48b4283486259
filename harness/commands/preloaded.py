"""Pytest in a process that has loaded all before: a fresh fork of one that did nothing but import.

Whoever runs the suites a hundred times saves the start of the interpreter and the imports, over two seconds a run. Each
run still is a process of its own, so none sees what another one left behind.
"""

import gc
import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Sequence
from multiprocessing.context import BaseContext

# what a run of all suites imports; the libraries that it needs come with them
MODULES = (
    "allure_pytest.plugin",
    "fixtures.roles",
    "harness.drone.fitting",
    "harness.drone.flight.frames",
    "harness.drone.mavlink.service",
    "harness.plugin.allure_bridge",
    "harness.plugin.hooks",
    "harness.plugin.session",
    "harness.rig.session",
    "harness.storage.scan",
    # numba loads these with the first kernel
    "numba.np.arraymath",
    "numba.np.linalg",
    "pytest",
)


def run_pytest(arguments: Sequence[str], folder: str) -> int:
    """Run pytest there in a process of its own, silently; returns its exit code, negative when a signal ended it."""
    process = _context().Process(target=_run, args=(list(arguments), folder))  # type: ignore[attr-defined]
    process.start()
    process.join()
    return int(process.exitcode)


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(MODULES))
    return context


def _run(arguments: list[str], folder: str) -> None:
    # what was loaded before stays: each collection is quicker without it
    gc.freeze()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(folder)
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    sys.argv[1:] = arguments
    runpy.run_module("pytest", run_name="__main__")
