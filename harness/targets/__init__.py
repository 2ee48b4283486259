"""How an article is brought up: a package for each kind of target, and beside them what all are built on.

Must not import ``harness.instruments`` or anything above it.
"""
