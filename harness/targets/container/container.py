"""An article in a container of the Docker engine: image, limits, volumes and an internal network."""

import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.link.keyfile import read_key
from harness.targets.container.engine import Engine, ends_of
from harness.targets.container.settings import ContainerSettings
from harness.targets.container.wire import assert_possible, sweep_namespaces
from harness.targets.container.world import ContainerWorld

KEY_BYTES = 32


class ContainerTarget:
    """An article in a container, fresh for each case."""

    kind = "container"
    simulated = True

    def __init__(self, *, defects: Sequence[str], folder: Path, **settings: Any) -> None:  # noqa: ANN401
        """Reach the engine, remove what dead runs left, and make the network.

        Args:
            defects: must be empty.
            folder: of the rig file.
            settings: of `ContainerSettings`.

        Raises:
            UsageError: a setting is wrong.
            RigError: the engine or the image is not there.
        """
        if defects:
            raise UsageError("--defect seeds the embedded drone only, and this is the user's own image")
        self._settings = ContainerSettings.model_validate(settings)
        self._key = read_key(folder / self._settings.signing_key) if self._settings.signing_key else None
        if self._settings.interface:
            assert_possible(self._settings.interface)
        self._engine = Engine(self._settings.engine)
        self._swept = [*self._engine.sweep(), *(sweep_namespaces() if self._settings.interface else ())]
        self._image = self._engine.find_image(self._settings.image)
        self._network: Any = None

    def identity(self) -> Mapping[str, Any]:
        """Image, engine, limits, and what a dead run had left."""
        left = {"removed_of_dead_runs": self._swept} if self._swept else {}
        return {
            "image": self._settings.image,
            **self._engine.describe(self._image),
            "limits": self._settings.limits,
            **left,
        }

    def new_world(self, seed: int) -> ContainerWorld:
        """The article on volumes of its own, fresh and off; a user's image has no seed.

        Raises:
            RigError: the engine cannot make what it needs.
        """
        if self._network is None:
            self._network = self._engine.make_network()
            self._network.reload()
        key = secrets.token_bytes(KEY_BYTES) if self._settings.signing_key_inside else self._key
        volumes = {item.name: self._engine.make_volume(item.name) for item in self._settings.volumes}
        make = partial(self._engine.make_box, self._settings, self._network, volumes)
        return ContainerWorld(self._settings, key, make, ends_of(self._network), partial(self._discard, volumes))

    def _discard(self, volumes: Mapping[str, Any]) -> None:
        for volume in volumes.values():
            with self._engine.asked(f"remove the volume {volume.name}"):
                volume.remove(force=True)

    def close(self) -> None:
        """Remove the network and hang up."""
        if self._network is not None:
            with self._engine.asked("remove the network"):
                self._network.remove()
            self._network = None
        self._engine.close()
