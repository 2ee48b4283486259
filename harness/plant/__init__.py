"""Physics of the simulated drone: airframe, rotors, battery, ground, air and sensors, as scalar kernels.

Apart from the autopilots so that each of them flies the same plant. The kernels (``dynamics``, ``ground``, ``air``,
``turbulence``, ``noise``, ``sensing``, ``step``) are compiled by numba, which must load on first use only: no other
module may import a kernel or ``jit`` before a function that flies is called. Must not import any package to the right
of this layer, nor ``catalogue``, ``judgement``, ``storage``, ``network`` or ``supply``.
"""
