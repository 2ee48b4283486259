"""What holds for all tests: one hypothesis profile, an interrupt key that interrupts, memory that is given back."""

import ctypes
import gc
import signal

import pytest
from hypothesis import settings

# on a loaded machine a deadline tells the load, not a defect
settings.register_profile("dronecert", deadline=None)
settings.load_profile("dronecert")

# a shell starts its background jobs deaf to SIGINT, and their children inherit it
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A world of the drone holds an image of 24 MB. Once one was freed, glibc keeps room for the next on its heap, and the
# heap of a long run only grows; a fixed threshold gives every such block back at once.
M_MMAP_THRESHOLD, BLOCK = -3, 8 << 20
if hasattr(ctypes.CDLL(None), "mallopt"):
    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, BLOCK)


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
