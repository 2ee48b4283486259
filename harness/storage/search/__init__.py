"""The search of bytes for readable data and keys: each kind of it, and the engine that runs them all.

May import ``image`` and ``volumes`` beside it.
"""
