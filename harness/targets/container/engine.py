"""The Docker engine and the containers, networks and volumes that are made on it; nothing outlives its maker.

Everything that is made is labelled with the process that made it, so that the next run removes what a killed one left.
"""

import secrets
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from harness.errors import RigError, UsageError
from harness.targets.archives import pack, unpack, unpack_folder
from harness.targets.container.settings import BoxSettings
from harness.targets.ownership import OWNER, RUN, is_orphan, labels_of, make_labels

DEFAULT_ENGINE = "unix:///var/run/docker.sock"
CALL_WITHIN = 30.0  # s of the wall clock that the engine has for an answer
LOG_OPTIONS = {"max-size": "8m"}
MOST_WORDS = 300  # characters of a line of the container's log
START = "start it (systemctl start docker), or correct target.settings.engine"


@dataclass(frozen=True, kw_only=True)
class BoxState:
    """How a container is: whether it runs, its exit code, whether it was killed for its memory."""

    running: bool
    code: int
    starved: bool


class Engine:
    """A running Docker engine.

    Attributes:
        where: its socket.
        labels: of everything that this process makes there.
    """

    def __init__(self, where: str = "") -> None:
        """Reach it.

        Raises:
            UsageError: no place of an engine.
            RigError: nobody answers there, or this user may not ask.
        """
        self.where = where or DEFAULT_ENGINE
        _assert_reachable(self.where)
        import docker

        self.labels = make_labels()
        with self.asked("say who it is"):
            self._client: Any = docker.DockerClient(base_url=self.where, timeout=CALL_WITHIN)
            self._version = self._client.version()

    @contextmanager
    def asked(self, what: str) -> Iterator[None]:
        """Let the engine do `what`.

        Raises:
            RigError: it cannot, or does not answer.
        """
        from docker import errors

        try:
            yield
        except errors.APIError as error:
            raise RigError(f"the engine at {self.where} cannot {what}: {error.explanation or error}") from error
        except (errors.DockerException, OSError) as error:
            raise RigError(f"the engine at {self.where} does not answer ({error}): {START}") from error

    def find_image(self, name: str) -> Any:  # noqa: ANN401 - the SDK has no types
        """The image of that name or id.

        Raises:
            RigError: the engine has none.
        """
        from docker import errors

        with self.asked(f"look for the image {name}"), suppress(errors.ImageNotFound):
            return self._client.images.get(name)
        raise RigError(
            f"the engine at {self.where} has no image {name!r}: docker pull or docker build it, or correct "
            "target.settings.image"
        )

    def describe(self, image: Any) -> dict[str, Any]:  # noqa: ANN401
        """Image and engine, for the record."""
        return {
            "image_id": image.id,
            "repo_digests": list(image.attrs.get("RepoDigests") or ()),
            "platform": f"{image.attrs.get('Os')}/{image.attrs.get('Architecture')}",
            "engine": f"Docker {self._version.get('Version')}, API {self._version.get('ApiVersion')}",
        }

    def sweep(self) -> list[str]:
        """Remove what dead processes of this machine left; what it was, in words.

        Raises:
            RigError: the engine does not answer.
        """
        found, told = {"label": OWNER}, list[str]()
        with self.asked("list what is there"):
            boxes = self._client.containers.list(all=True, filters=found)
            nets, volumes = self._client.networks.list(filters=found), self._client.volumes.list(filters=found)
        # in this order: what a container uses cannot be removed before it
        for kind, things in (("container", boxes), ("network", nets), ("volume", volumes)):
            options = {"force": True, "v": True} if kind == "container" else {}
            told += [self._remove(kind, thing, options) for thing in things if is_orphan(labels_of(thing))]
        return told

    def _remove(self, kind: str, thing: Any, options: Mapping[str, Any]) -> str:  # noqa: ANN401
        from docker import errors

        name = f"{kind} {thing.name} of {labels_of(thing).get(OWNER)}"
        try:
            thing.remove(**options)
        except errors.NotFound:
            # another run swept it at the same time
            return name
        except errors.APIError as error:
            return f"{name} could not be removed: {error.explanation}"
        return name

    def make_network(self) -> Any:  # noqa: ANN401
        """A network that leads nowhere but to this machine.

        Raises:
            RigError: the engine cannot.
        """
        with self.asked("make a network"):
            name = f"dronecert-{self.labels[RUN]}"
            return self._client.networks.create(name, driver="bridge", internal=True, labels=self.labels)

    def make_volume(self, name: str) -> Any:  # noqa: ANN401
        """An empty volume; its name begins with `name`.

        Raises:
            RigError: the engine cannot.
        """
        with self.asked(f"make the volume {name}"):
            return self._client.volumes.create(f"dronecert-{name}-{secrets.token_hex(6)}", labels=self.labels)

    def make_box(
        self,
        settings: BoxSettings,
        network: Any,  # noqa: ANN401
        volumes: Mapping[str, Any],
        *,
        folder: str = "",
    ) -> "Box":
        """A container that does not run yet.

        Args:
            settings: image, command, limits.
            network: that it is on.
            volumes: by the names of the settings.
            folder: where the command runs, in place of all that the image would run; empty for the image's own.

        Raises:
            RigError: the engine cannot, as when a volume hides what the image needs.
        """
        gateway, _ = ends_of(network)
        runs = {"entrypoint" if folder else "command": list(settings.command) or None}
        with self.asked(f"make a container of {settings.image}"):
            made = self._client.containers.create(
                settings.image,
                working_dir=folder or None,
                environment=dict(settings.environment),
                cap_add=list(settings.capabilities),
                security_opt=["no-new-privileges:true"],
                extra_hosts={"bench": gateway},
                hostname="article",
                labels=self.labels,
                log_config={"type": "json-file", "config": LOG_OPTIONS},
                mem_limit=settings.memory,
                memswap_limit=settings.memory,
                nano_cpus=int(settings.cpus * 1e9),
                network=network.name,
                pids_limit=settings.pids,
                # the host's is passed on: the article would carry packets from one interface to the other
                sysctls={"net.ipv4.ip_forward": "0"},
                volumes={volumes[item.name].name: {"bind": item.path, "mode": "rw"} for item in settings.volumes},
                **runs,
            )
        return Box(self, made, network.name)

    def close(self) -> None:
        """Hang up."""
        self._client.close()


class Box:
    """One container."""

    def __init__(self, engine: Engine, made: Any, network: str) -> None:  # noqa: ANN401
        self._engine, self._made, self._network = engine, made, network

    def start(self) -> None:
        """Start it.

        Raises:
            RigError: its command does not exist, or the engine cannot.
        """
        with self._engine.asked("start the container"):
            self._made.start()

    def stop(self, grace: float) -> None:
        """Let it shut down in `grace` s, then kill it; harmless when it has ended."""
        with self._engine.asked("stop the container"):
            self._made.stop(timeout=round(grace))

    def kill(self) -> None:
        """Kill it; harmless when it has ended."""
        if self.read_state().running:
            with self._engine.asked("kill the container"):
                self._made.kill()
                self._made.wait()

    def remove(self) -> None:
        """Kill and remove it."""
        from docker import errors

        with self._engine.asked("remove the container"), suppress(errors.NotFound):
            self._made.remove(force=True)

    def read_state(self) -> BoxState:
        """How it is now."""
        with self._engine.asked("look at the container"):
            self._made.reload()
        state = self._made.attrs["State"]
        return BoxState(running=state["Running"], code=state["ExitCode"], starved=state["OOMKilled"])

    def await_end(self, within: float) -> BoxState:
        """How it is as soon as it has ended, `within` s at most."""
        with suppress(OSError):
            self._made.wait(timeout=within)
        return self.read_state()

    def read_address(self) -> str:
        """Its address on the internal network.

        Raises:
            RigError: it has none: it ended.
        """
        self.read_state()
        address: str = self._made.attrs["NetworkSettings"]["Networks"][self._network]["IPAddress"]
        if not address:
            raise RigError(self.tell_end() or "the container has no address on its network")
        return address

    def read_pid(self) -> int:
        """Process id of its command, on this machine."""
        self.read_state()
        return int(self._made.attrs["State"]["Pid"])

    def read_words(self) -> str:
        """The last line that it said; empty where it said nothing."""
        with self._engine.asked("read the container's log"):
            said = self._made.logs(tail=20).decode("utf-8", "replace").splitlines()
        lines = ["".join(filter(str.isprintable, line)).strip() for line in said]
        return next((line[:MOST_WORDS] for line in reversed(lines) if line), "")

    def tell_end(self, within: float = 0.0) -> str:
        """Why it ended by itself and what to do about it; empty while it runs."""
        state = self.await_end(within) if within else self.read_state()
        if state.running:
            return ""
        if state.starved:
            return "the container was killed for want of memory: raise target.settings.memory, or look for its leak"
        words = self.read_words()
        said = f"its last words: {words}" if words else "it said nothing"
        return (
            f"the container ended by itself with exit code {state.code}; {said}: see docker run with the same command"
        )

    def read_file(self, path: str, most: int) -> bytes:
        """A regular file inside, of `most` bytes at most; whether it runs or not.

        Raises:
            RigError: there is none, it is no file, or it is longer.
        """
        from docker import errors

        packed, told = bytearray(), {}
        with self._engine.asked(f"read {path} in the container"):
            try:
                stream, told = self._made.get_archive(path)
            except errors.NotFound:
                stream = None
            if stream is not None and told["size"] <= most:
                for piece in stream:
                    packed += piece
        if stream is None:
            raise RigError(f"there is no {path} in the container: nothing has made it; correct the rig file")
        if told["size"] > most:
            raise RigError(
                f"{path} in the container has {told['size']} bytes, {most} are expected: correct the rig file"
            )
        return unpack(path, bytes(packed))

    def read_folder(self, path: str, place: Path, most: int) -> None:
        """Copy the regular files of a folder inside to `place`, of `most` bytes at most; whether it runs or not.

        Raises:
            RigError: there is none, or its files are more than that.
        """
        with self._engine.asked(f"read {path} in the container"), tempfile.TemporaryFile() as packed:
            stream, _ = self._made.get_archive(f"{path}/.")
            for piece in stream:
                packed.write(piece)
                if packed.tell() > most:
                    raise RigError(f"{path} in the container has more than {most} bytes: fly less at a time")
            packed.seek(0)
            unpack_folder(path, packed, place)

    def fill_folder(self, path: str, files: Mapping[str, bytes]) -> None:
        """Put files into a folder inside, which from then on everybody inside may change.

        Raises:
            RigError: it is not there.
        """
        place = PurePosixPath(path)
        with self._engine.asked(f"write to {path} in the container"):
            # the engine passes over what an archive says of the very folder that it is unpacked into
            self._made.put_archive(str(place.parent), pack(files, folder=place.name))

    def write_file(self, path: str, data: bytes) -> None:
        """Put a file there that everybody inside can read; whether it runs or not.

        Raises:
            RigError: its folder is not there.
        """
        place = PurePosixPath(path)
        with self._engine.asked(f"write {path} in the container"):
            self._made.put_archive(str(place.parent), pack({place.name: data}))


def _assert_reachable(where: str) -> None:
    scheme, _, path = where.partition("://")
    if scheme not in ("unix", "tcp") or not path:
        raise UsageError(
            f"target.settings.engine = {where!r} is no place of an engine: give unix:///PATH or tcp://HOST:PORT"
        )
    if scheme == "tcp":
        return
    with socket.socket(socket.AF_UNIX) as own:
        own.settimeout(CALL_WITHIN)
        try:
            own.connect(path)
        except PermissionError as error:
            raise RigError(
                f"this user may not ask the container engine at {where}: join its group (usermod -aG docker), or run "
                "as root"
            ) from error
        except OSError as error:
            raise RigError(f"no container engine answers at {where} ({error.strerror}): {START}") from error


def ends_of(network: Any) -> tuple[str, str]:  # noqa: ANN401
    """Address of this machine on a network, and the interface that it is."""
    return network.attrs["IPAM"]["Config"][0]["Gateway"], f"br-{network.id[:12]}"
