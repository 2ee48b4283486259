"""The record of a run, what follows from it, and the signed bag.

``record`` writes and reads ``run.jsonl``, ``results`` turns events into verdicts, ``bag``, ``signing`` and
``verify`` make and check the bag. Must not import anything of the harness but ``harness.errors`` and
``harness.cms`` and ``harness.judgement``: evidence knows records, never devices.
"""
