"""``VERIFY.txt``: how a stranger checks a bag without any of our software; also a script that does it."""

from datetime import datetime

from harness.evidence.signing import DEMO_WORDS, SigningIdentity

_TEXT = """\
# HOW TO CHECK THIS EVIDENCE
#
# It takes OpenSSL 3 and a POSIX shell with sha256sum, find, sed, sort and diff. None of our software is needed.
{demo}#
# 1. Get the ROOT CERTIFICATE of the laboratory by ANOTHER WAY than this folder: from its web site, by letter, or by
#    a call to a number that you know. Whoever forges a folder also forges the certificates and fingerprints in it,
#    so signer-chain.pem is here for reading, never for trusting. The laboratory should name this SHA-256 fingerprint:
#      {fingerprint}
#    To see that of the file that you got: openssl x509 -in root.pem -noout -fingerprint -sha256
#
# 2. Read the lines below. Then run them all, in this folder: sh VERIFY.txt /path/to/root.pem
#    or type them one by one from "openssl" on, with ROOT set to that file and LIST to any scratch file outside.
#    Each must end with exit code 0. What diff prints is a file added, left out or renamed.
#
set -eu
ROOT=${{1:?give the file of the root certificate}}
LIST=$(mktemp)
trap 'CODE=$?; rm -f "$LIST"; test $CODE = 0 || echo "NOT VERIFIED: do not rely on this folder, whatever is above"' EXIT
# The manifest is signed by a certificate under your root:
openssl cms -verify -binary -inform DER -in manifest.p7s -content manifest-sha256.txt -CAfile "$ROOT" \
-no-CApath -no-CAstore -purpose any -out /dev/null
{timestamp}# Every file is as the manifests say:
sha256sum --check --strict --quiet manifest-sha256.txt
sha256sum --check --strict --quiet tagmanifest-sha256.txt
# There is no other file, no link, and none is missing:
find . ! -type d ! -type f | sed 's/^/a link or device: /' | diff /dev/null -
find . -type f ! -path ./tagmanifest-sha256.txt | sed 's,^[.]/,,' | LC_ALL=C sort > "$LIST"
cat manifest-sha256.txt tagmanifest-sha256.txt | sed 's/^[0-9a-f]*  //' | LC_ALL=C sort | diff - "$LIST"
echo "intact, and signed under $ROOT"
"""

_DEMO = f"""\
#
# {DEMO_WORDS}: the signer is a demonstration key that any user makes for himself. It shows that the
# folder was not changed by accident, and nothing about who made it.
"""

_TIMESTAMP = """\
# A timestamp authority saw the signature at {moment} (for this one give its root certificate second;
# once the signer's certificate has expired, add "-attime {seconds}" to the line above):
test -z "${{2:-}}" || openssl ts -verify -data manifest.p7s -in manifest.p7s.tsr -CAfile "$2" > /dev/null
"""


def verify_text(identity: SigningIdentity, timestamp: datetime | None) -> bytes:
    """The text for a bag by this signer, with the time that its timestamp proves, if it has one."""
    stamped = (
        "" if timestamp is None else _TIMESTAMP.format(moment=timestamp.isoformat(), seconds=int(timestamp.timestamp()))
    )
    text = _TEXT.format(demo=_DEMO if identity.demo else "", fingerprint=identity.root_fingerprint, timestamp=stamped)
    return text.encode()
