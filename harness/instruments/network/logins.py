"""Credentials that are no secret, at every login of the article, and those that two units share (ENDP-09)."""

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.instruments.context import Context
from harness.instruments.figures import LoginFigures
from harness.instruments.gateway.prober import LURE_ADDRESS, Lure, Prober
from harness.instruments.network.credentials import Credential, derive_passwords, passwords_of, read_published
from harness.instruments.storage.unit import Unit
from harness.judgement import Count
from harness.targets.base import TargetWorld
from harness.timing import run_for
from harness.vehicle.codec import Codec, Identity

CODELESS = "codeless"
# a code that nobody has, for the fault
NOBODYS = "a code that nobody was given"
BOOT_TIME, PAUSE, LONGEST_DELAY, ANSWER = 8.0, 0.25, 120.0, 0.2
TELNET_PORTS = (23, 2323)
SHELLS = (b"# ", b"$ ", b"> ")
PARAMETER = b"SYSID_THISMAV"
LINK = 211


class LoginTrials:
    """Tries the logins of one unit, and compares it with another one."""

    def __init__(self, context: Context, *, article: str) -> None:
        self._context, self._world, self._article = context, context.world, article
        self._unit = Unit(context.world, context, "")
        wire = context.need(context.sockets.wire, "network interface")
        rng = random.Random(context.seed)
        self._lure = Lure(wire, rng)
        self._prober = Prober(wire, context.world, rng)
        self._printed = context.need(context.sockets.label, "label with serial, model and address")()

    def run(self, published: Path) -> LoginFigures:
        """Published and derived credentials at the operator's login, the radio and what asks for one on the network.

        Raises:
            RigError: the right code or key was not accepted, or no guess was looked at.
            FileError: the list cannot be read.
        """
        listed = read_published(published)
        self._context.log.note(f"list of {len(listed.credentials)} published credentials, dated {listed.dated}")
        derived = derive_passwords(self._printed)
        codes = tuple(dict.fromkeys((*passwords_of(listed.credentials), *derived)))
        shared = self._compare_units()
        self._world.power_off()
        self._world.power_on()
        run_for(self._world, BOOT_TIME)
        counts = [self._try_codes(codes), self._try_keys(codes)]
        counts += self._try_telnet(
            (*listed.credentials, *(Credential(name="admin", password=text) for text in derived))
        )
        total = Count(events=sum(each.events for each in counts), trials=sum(each.trials for each in counts))
        return LoginFigures(accepted_default_logins=total, shared_credentials=float(shared))

    def run_on_network(self, published: Path, *, most: int) -> int:
        """How many of the first `most` published credentials open what asks for a login on the network.

        Raises:
            RigError: the bench does not see the login of its own lure.
            FileError: the list cannot be read.
        """
        return sum(each.events for each in self._try_telnet(read_published(published).credentials[:most]))

    # -- the operator's login

    def _try_codes(self, codes: Sequence[str]) -> Count:
        """Only guesses that the article looked at are trials."""
        right = self._unit.maintenance.read_code()
        self._context.check("login.asked", bool(right), "the article asks for a login after a restart")
        tried, accepted = 0, []
        for code in codes:
            answer = self._enter(code)
            if answer == "not evaluated":
                self._context.log.note(f"after {tried} guesses none was looked at for {LONGEST_DELAY:g} s")
                break
            tried += 1
            if answer == "opened":
                accepted.append(code)
                self._lock_again()
        self._context.check("logins.evaluated", tried > 0, f"{tried} guesses at the operator's login were looked at")
        opened = self._enter(NOBODYS if self._context.fault == CODELESS else right) == "opened"
        self._context.check("twin.login", opened, "the operator's code at the same login after the guesses")
        self._tell("operator's login", accepted, tried)
        return _count(accepted, codes[:tried])

    def _enter(self, code: str) -> str:
        """What comes of a code, once the article looks at it."""
        end = self._world.now() + LONGEST_DELAY
        while (answer := self._unit.maintenance.log_in(code)) == "not evaluated" and self._world.now() < end:
            run_for(self._world, PAUSE)
        return answer

    def _lock_again(self) -> None:
        self._world.power_off()
        self._world.power_on()
        run_for(self._world, BOOT_TIME)

    # -- the radio

    def _try_keys(self, codes: Iterable[str]) -> Count:
        """Signing keys as ground stations make them of a pass phrase: its SHA-256; and the key of zeros."""
        keys = {code: hashlib.sha256(code.encode()).digest() for code in codes} | {"zeros": bytes(32)}
        accepted = [code for code, key in keys.items() if self._obeys(key)]
        right = self._context.need(self._context.sockets.radio_key, "signing key of the pairing")
        obeyed = self._obeys(bytes(32) if self._context.fault == CODELESS else right)
        self._context.check("twin.key", obeyed, "the same question, signed with the key of the pairing")
        self._tell("radio", accepted, len(keys))
        return _count(accepted, tuple(keys))

    def _obeys(self, key: bytes) -> bool:
        """Whether a question that is signed with `key` is answered."""
        lay = self._context.need(self._context.sockets.lay_cable, "way to lay another link")
        port, heard = lay(radio=True).ground, []
        asking, reading = (Codec(Identity(key=each, link=LINK), self._world) for each in (key, None))
        port.listen(lambda data: heard.extend(reading.decode(data)))
        port.send(asking.encode(mavlink.MAVLink_param_request_read_message(0, 0, PARAMETER, -1)))
        run_for(self._world, ANSWER)
        port.listen(None)
        return any(message.kind == "PARAM_VALUE" for message in heard)

    # -- the network

    def _try_telnet(self, credentials: Iterable[Credential]) -> list[Count]:
        tried = tuple(credentials)
        seen = self._asks_for_login(LURE_ADDRESS, TELNET_PORTS[0])
        self._context.check("login.lure", seen, "the login that the bench's own lure asks for on the network")
        return [self._try_port(port, tried) for port in TELNET_PORTS if self._asks_for_login(self._article, port)]

    def _asks_for_login(self, target: str, port: int) -> bool:
        return b"login:" in bytes(self._prober.talk(target, port).heard).lower()

    def _try_port(self, port: int, credentials: tuple[Credential, ...]) -> Count:
        accepted, looked_at = [], []
        for each in credentials:
            lines = (f"{each.name}\r\n".encode(), f"{each.password}\r\n".encode())
            heard = bytes(self._prober.talk(self._article, port, *lines).heard)
            if heard.endswith(SHELLS):
                accepted.append(f"{each.name}/{each.password}")
            if heard.endswith(SHELLS) or b"incorrect" in heard.lower():
                looked_at.append(f"{each.name}/{each.password}")
        self._tell(f"TCP {port}", accepted, len(looked_at))
        # a port that asks and never says yes or no counts as one guess that was not accepted
        return _count(accepted, looked_at or [""])

    # -- two units

    def _compare_units(self) -> int:
        """Credentials that this unit and a second one have in common."""
        other = self._context.world.another()
        other.power_on()
        run_for(other, BOOT_TIME)
        first, second = self._collect(self._world), self._collect(other)
        other.power_off()
        label = self._context.need(other.sockets.label, "label of the second unit")()
        two = label.get("serial") != self._printed.get("serial")
        self._context.check("units.two", two, "the two units have serial numbers of their own")
        missing = [name for name in first if not (first[name] and second.get(name))]
        detail = f"of {len(first)} kinds, not handed over: {', '.join(missing) or 'none'}"
        self._context.check("secrets.collected", bool(first) and not missing, detail)
        known = {value: name for name, value in first.items()}
        shared = sorted({known[value] for value in second.values() if value in known})
        self._context.log.note(
            f"compared in two units: {', '.join(sorted(first))}; shared: {', '.join(shared) or 'none'}"
        )
        return len(shared)

    def _collect(self, world: TargetWorld) -> Mapping[str, bytes]:
        context = replace(self._context, sockets=world.sockets)
        return context.need(world.sockets.secrets, "credentials of the unit, disclosed for the bench")()

    def _tell(self, where: str, accepted: list[str], tried: int) -> None:
        self._context.log.note(f"{where}: {len(accepted)} of {tried} accepted")


def _count(accepted: Sequence[str], tried: Sequence[str]) -> Count:
    """Guesses that differ in more than the case of letters: how many do in case hangs on what a label says."""
    yes, all_of_them = ({guess.casefold() for guess in guesses} for guesses in (accepted, tried))
    return Count(events=len(yes), trials=len(all_of_them))
