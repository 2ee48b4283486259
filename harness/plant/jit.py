"""Compilation of the kernels, with a cache that notices every change.

numba keys its cache on the modification time of the file that defines a function, so it misses a change in a callee's
file and serves the old machine code. Here the cache lies in a folder named after the SHA-256 of all kernel sources
(``sources``): any change gives a new, empty folder.

Importing this module loads numba: only kernel sources do, and they are imported on first use.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from harness.plant import sources

F = TypeVar("F", bound=Callable[..., object])
Array = npt.NDArray[np.float64]
Random = npt.NDArray[np.uint64]

_FOLDER = sources.cache_folder()


def njit(function: F) -> F:
    """Compile `function` on its first call and keep the machine code; with NUMBA_DISABLE_JIT=1 leave it as it is.

    IEEE arithmetic (no fastmath): the result does not hang on how the compiler reorders sums. Division follows IEEE
    too, so a kernel guards its own divisors.
    """
    settings: Any = numba.config
    before = settings.CACHE_DIR
    # numba reads the setting while it decorates; restored at once, since other users of numba keep their own cache
    settings.CACHE_DIR = str(_FOLDER)
    try:
        return cast(F, numba.njit(cache=True, error_model="numpy")(function))
    finally:
        settings.CACHE_DIR = before
