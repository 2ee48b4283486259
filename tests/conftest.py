"""What holds for all tests: one hypothesis profile, and an interrupt key that interrupts."""

import signal

from hypothesis import settings

# on a loaded machine a deadline tells the load, not a defect
settings.register_profile("dronecert", deadline=None)
settings.load_profile("dronecert")

# a shell starts its background jobs deaf to SIGINT, and their children inherit it
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
