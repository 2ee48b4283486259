"""The instruments of a rig: one package per role or group of roles, one module per make.

Here, beside the packages, is what every make is built on: its context, settings, dialogue, operator and charts. Each
role has a simulated twin (``twins``). Must not import ``harness.rig``, ``evidence``, ``reports`` or ``plugin``.
"""
