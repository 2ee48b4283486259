"""What can be measured of a command link, whatever make carries it: loss, latency, reach, control.

Pure but for the test clock. Must not import the packages of roles beside it.
"""
