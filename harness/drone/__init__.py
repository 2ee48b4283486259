"""The embedded drone: the default article, a whole drone in virtual time.

The article shares no code with its judge: must not import ``harness.catalogue``, ``judgement``, ``storage``,
``network``, ``supply`` or ``vehicle``, nor anything to the right of this layer.
"""
