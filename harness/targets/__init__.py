"""How an article is brought up: a package for each kind of target, and beside them what all are built on.

A target starts, proves it is ready, stops and says what it is. Must not import ``harness.instruments``, ``rig``,
``evidence``, ``reports`` or ``plugin``.
"""
