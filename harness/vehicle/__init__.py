"""The MAVLink client that suites talk to, and the observer that watches the same article over a second channel.

Must not import ``harness.drone`` (the judge shares no code with the article), nor anything below this layer in
``docs/architecture.md``.
"""
