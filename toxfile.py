"""tox plugin: environments that share a folder share the installation in it.

tox keeps the name of an environment in its folder and rebuilds the folder when another name comes. Here they all
install the same package with the same extras, so the name says nothing, and it is forgotten once the installation is
whole. tox's other checks (interpreter, runner, dependencies) stay; an installation cut short keeps its name.
"""

from tox.plugin import impl
from tox.tox_env.api import ToxEnv


@impl
def tox_before_run_commands(tox_env: ToxEnv) -> None:
    """Forget under which name the environment was installed; called after set-up, before the first command."""
    with tox_env.cache.compare(None, ToxEnv.__name__):
        pass
