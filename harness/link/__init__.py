"""Byte transports and the stages over them: impair, record, sign.

A transport carries bytes and knows nothing of vehicles. Must not import anything of the harness but
``harness.errors``, ``harness.timing`` and ``harness.judgement``.
"""
