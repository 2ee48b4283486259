"""What a flight in wind shows: tracks and figures of the truth's samples, and the charts made of them.

Pure: no device is asked here. Must not import the packages of roles beside it.
"""
