"""The settings of an article in a container, as a rig file writes them."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from harness.catalogue.model import Bytes, Many, Model, Text

Inside = Annotated[str, StringConstraints(pattern=r"^(/[^/\x00-\x1f]+)+$", max_length=1000)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]
Memory = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,9}[bkmg]?$")]
Interface = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,14}$")]


def _port(text: str) -> str:
    kind, _, number = text.partition(":")
    if kind not in ("tcp", "udp") or not number.isdecimal() or not 1 <= int(number) <= 65535:
        raise ValueError(f"{text!r} is no port of a container: give tcp:PORT or udp:PORT")
    return text


Port = Annotated[str, AfterValidator(_port)]


class VolumeSettings(Model):
    """What keeps its contents over power cycles, new in each case.

    Attributes:
        name: of the volume.
        path: where the article sees it.
    """

    name: Name
    path: Inside


class MediumSettings(Model):
    """A non-volatile medium of the article, whose image is a file in a volume.

    Attributes:
        name: as the declaration has it.
        file: path inside the container.
        size: as the maker states it, bytes.
    """

    name: Text
    file: Inside
    size: Bytes


class BoxSettings(Model):
    """How a container is made.

    Attributes:
        image: name or id of an image that the engine has.
        command: what runs in it; empty for the image's own.
        environment: variables of that command.
        capabilities: what it may do beyond the engine's default, as NET_ADMIN.
        engine: socket of the engine, as unix:///var/run/docker.sock, which is the default.
        memory: most that it may use, as 512m or 1g; no swap beyond it.
        cpus: most processors that it may use.
        pids: most processes that it may have.
        volumes: what keeps its contents over power cycles.
    """

    image: Text
    command: Many[str] = ()
    environment: dict[str, str] = Field(default_factory=dict)
    capabilities: Many[str] = ()
    engine: str = ""
    memory: Memory = "1g"
    cpus: float = Field(default=1.0, gt=0, le=1024, allow_inf_nan=False)
    pids: int = Field(default=256, gt=0, le=1_000_000)
    volumes: Many[VolumeSettings] = ()

    @property
    def limits(self) -> dict[str, Any]:
        """Memory, processors and processes, for the record."""
        return {"memory": self.memory, "cpus": self.cpus, "pids": self.pids}


class ContainerSettings(BoxSettings):
    """Settings of the target ``container``.

    Attributes:
        radio: ground station's end of the radio link: tcp:PORT, where the article listens, or udp:PORT, to which it
            sends at the host name ``bench``.
        observer: the trusted local port, which is only listened to; likewise.
        signing_key: file of the MAVLink 2 signing key, relative to the rig file.
        signing_key_inside: file in a volume where the bench puts a key of its own for each case, before first power.
        boot: longest time from power to the first heartbeat, s.
        grace: longest time from the order to shut down until the article is killed, s.
        firmware: version that the article must say it runs, as 4.5.7.
        interface: name of the network interface that the network role captures; empty for none. Needs root.
        credential_inside: file in a volume with the passphrase of the storage, disclosed for the bench.
        scene_inside: file in a volume with the text that the article's simulated camera sees.
        trust_inside: file in a volume with the authority (PEM) that the article trusts on this bench.
        media: non-volatile media, the main one first.
    """

    radio: Port
    observer: Port | None = None
    signing_key: str = ""
    signing_key_inside: Inside | None = None
    boot: float = Field(default=20.0, gt=0, le=600, allow_inf_nan=False)
    grace: float = Field(default=10.0, ge=0, le=120, allow_inf_nan=False)
    firmware: str = ""
    interface: Interface | None = None
    credential_inside: Inside | None = None
    scene_inside: Inside | None = None
    trust_inside: Inside | None = None
    media: Many[MediumSettings] = ()

    @model_validator(mode="after")
    def _one_key(self) -> "ContainerSettings":
        if self.signing_key and self.signing_key_inside:
            raise ValueError("signing_key is a key that is there, signing_key_inside one that is made: state one")
        return self

    @model_validator(mode="after")
    def _in_a_volume(self) -> "ContainerSettings":
        kept = ("signing_key_inside", "credential_inside", "scene_inside", "trust_inside")
        named = {name: getattr(self, name) for name in kept if getattr(self, name)}
        for name, path in {**named, **{f"media {medium.name}": medium.file for medium in self.media}}.items():
            if not any(path.startswith(f"{volume.path}/") for volume in self.volumes):
                raise ValueError(f"{name}: {path} lies in no volume, so it does not outlast the power: add a volume")
        return self

    @model_validator(mode="after")
    def _once(self) -> "ContainerSettings":
        for what, names in (
            ("volume", [volume.name for volume in self.volumes]),
            ("path of a volume", [volume.path for volume in self.volumes]),
            ("medium", [medium.name for medium in self.media]),
        ):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"the {what} {min(twice)} is there twice")
        return self
