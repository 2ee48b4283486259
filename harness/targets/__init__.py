"""How an article is brought up: one module per kind of target.

A target starts, proves it is ready, stops and says what it is. Must not import ``harness.instruments``, ``rig``,
``evidence``, ``reports`` or ``plugin``.
"""
