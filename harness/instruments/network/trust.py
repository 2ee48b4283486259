"""How an article comes to trust the bench's authority: the target installs it, or the operator does, once."""

import hashlib
import json
from pathlib import Path

from harness.errors import FileError
from harness.instruments.context import Context
from harness.instruments.gateway import Authority, Gateway
from harness.instruments.gateway.kept import open_root
from harness.instruments.operator import Operator
from harness.instruments.settings import GatewaySettings

KEY_TRUST = "network.trust"


class Trust:
    """The authority of a case, installed.

    Attributes:
        authority: that the article trusts on this bench.
    """

    def __init__(self, context: Context) -> None:
        """Make or open the authority, and have it installed.

        Raises:
            RigError: nobody can install it, the operator did not, or it ends too soon.
            FileError: its file, the file for the operator or the answer file is wrong.
        """
        known = {name: context.settings[name] for name in GatewaySettings.model_fields if name in context.settings}
        self._context, self._settings = context, GatewaySettings(**known)
        self._by_hand = context.sockets.trust is None and bool(self._settings.trust)
        self.authority = self._open()
        if self._by_hand:
            self._have_it_installed()
        else:
            install = context.need(context.sockets.trust, "way to trust the bench's authority")
            install(self.authority.trust_root)

    def prove(self, gateway: Gateway) -> None:
        """See that what an operator said of the article is so, as far as it has called a server of the bench.

        Raises:
            RigError: it called, and took no certificate.
        """
        called = [session for session in gateway.sessions if session.version or session.refused]
        if not self._by_hand or not called:
            return
        taken = sum(bool(session.version) for session in called)
        detail = f"of {len(called)} calls of the bench's servers {taken} took their certificate"
        remedy = f"; install {self._path} in the article" if not taken else ""
        self._context.check("trust.installed", taken > 0, detail + remedy)

    def _open(self) -> Authority:
        if not self._settings.authority:
            return Authority()
        path = self._context.bench / self._settings.authority
        root, made = open_root(path)
        if made:
            self._context.log.note(f"the bench made an authority of its own, kept in {path}")
        return Authority(root)

    @property
    def _path(self) -> Path:
        return self._context.bench / self._settings.trust

    def _have_it_installed(self) -> None:
        """Ask the operator, unless one has said so of this authority and this article before."""
        told = self._path.with_name(f"{self._path.name}.installed")
        wanted = {
            "article": self._context.declaration.article.id,
            "sha256": hashlib.sha256(self.authority.trust_root.encode()).hexdigest(),
        }
        before = _read(told)
        if before.items() >= wanted.items():
            self._context.log.note(str(before.get("answer")))
            return
        self._write(self._path, self.authority.trust_root)
        answers = self._context.bench / self._settings.answers if self._settings.answers else None
        operator = Operator(self._context.log.note, name=self._settings.operator, answers=answers)
        request = f"power the article by hand, install the authority {self._path} in it, and switch it off again"
        with self._context.aside():
            answer = operator.confirm(KEY_TRUST, request, within=self._settings.within)
        self._write(told, json.dumps(wanted | {"answer": str(answer)}) + "\n")

    @staticmethod
    def _write(path: Path, text: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise FileError(path, f"cannot be written: {error.strerror}") from error


def _read(path: Path) -> dict[str, object]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        # nobody has said so yet, or nobody can tell: then the operator is asked again
        return {}
    return told if isinstance(told, dict) else {}
