"""The embedded drone's MAVLink 2 service, in the ArduPilot dialect.

It shares no code with the client that judges it: must not import ``harness.vehicle``, nor anything that
``harness.drone`` must not import. Frames are packed and parsed by pymavlink's dialect; checksums and signatures
that come in are checked here, because pymavlink's own check can be switched off by an environment variable.
"""
