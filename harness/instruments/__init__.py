"""The instruments of a rig: one package or module per make, grouped by role.

Each role has a simulated twin. Must not import ``harness.rig``, ``evidence``, ``reports`` or ``plugin``.
"""
