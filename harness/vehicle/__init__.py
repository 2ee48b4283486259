"""The MAVLink client that suites talk to, and the observer that watches the same article over a second channel.

Must not import ``harness.drone`` or ``harness.bridges`` (the judge shares no code with the article), nor anything
to the right of this layer.
"""
