"""Physics of the simulated drone: airframe, rotors, battery, ground, air and sensors, as scalar kernels.

Apart from the autopilots so that each of them flies the same plant. The kernels (``dynamics``, ``ground``, ``air``,
``noise``, ``sensing``, ``step``) are compiled by numba, which must load on first use only: neither this file nor
``airframe`` or ``layout`` may import a kernel or ``jit``. Must not import any package to the right of this layer, nor
``catalogue``, ``judgement``, ``storage``, ``network`` or ``supply``.
"""
