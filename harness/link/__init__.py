"""Byte transports and the stages over them: impair, record, sign.

A transport carries bytes and knows nothing of vehicles. Those that lead out of the world are waited for by
``harness.timing.Inputs``. Must not import anything of the harness but ``harness.errors``, ``harness.timing`` and
``harness.judgement``.
"""
