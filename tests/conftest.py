"""What holds for all tests: hypothesis, an interrupt key that interrupts, memory that is given back, workers."""

import ctypes
import gc
import os
import signal

import pytest
from hypothesis import settings
from xdist.scheduler.loadscope import LoadScopeScheduling

# On a loaded machine a deadline tells the load, not a defect. In CI every run of a commit draws the same examples, or
# what one run finds would stop a change that has nothing to do with it; elsewhere each run draws its own.
settings.register_profile("dronecert", deadline=None)
settings.register_profile("dronecert-ci", deadline=None, derandomize=True, database=None)
settings.load_profile("dronecert-ci" if os.environ.get("CI") else "dronecert")

# a shell starts its background jobs deaf to SIGINT, and their children inherit it
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A world of the drone holds an image of 24 MB. Once one was freed, glibc keeps room for the next on its heap, and the
# heap of a long run only grows; a fixed threshold gives every such block back at once.
M_MMAP_THRESHOLD, BLOCK = -3, 8 << 20
if hasattr(ctypes.CDLL(None), "mallopt"):
    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, BLOCK)


# one run of the main job serves these
MAIN_JOB = tuple(f"tests/validation/test_{name}.py" for name in ("main_job", "bag", "referees"))
# these let real time pass, mostly without work for a processor: one after another, beside what keeps all cores busy
REAL_TIME = tuple(
    f"tests/validation/test_{name}.py"
    for name in (
        "bench_twins",
        "bench_network",
        "container",
        "contained_autopilot",
        "hitl",
    )
)
# each test is a run of its own
FLIGHTS = "tests/validation/test_detection.py"


class Scheduling(LoadScopeScheduling):
    """A file goes to one worker, for its fixtures; some files share theirs or the clock, some tests share nothing."""

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        for together in (MAIN_JOB, REAL_TIME):
            if file in together:
                return together[0]
        return nodeid if file == FLIGHTS else file

    def _assign_work_unit(self, node):
        # those that take longest by the clock first, or all else waits for them at the end
        for together in (MAIN_JOB, REAL_TIME):
            if together[0] in self.workqueue:
                self.workqueue.move_to_end(together[0], last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """One more than cores, for what lets real time pass."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """What was imported stays: without it each sweep is quick."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def swept():
    """Worlds are full of cycles, and their collection by age comes late."""
    yield
    gc.collect()
