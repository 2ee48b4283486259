"""Libraries that betray themselves: the texts by which common ones say in a binary what they are.

A library without such a text, or with its texts stripped, is not seen: what is found is there, what is not found may
be. Each pattern is the library's own version banner or a message that only its source has; after these come marks of
the form ``name version`` with the zero byte that ends a C string.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# distinct versions of one library in one file; more is text about it, not the library
MOST_VERSIONS = 8
MOST_FOUND = 10_000

VERSION = rb"(\d{1,4}(?:\.\d{1,6}){1,3}[a-z]{0,2}\d{0,2})"
BANNERS: Mapping[str, bytes] = {
    "busybox": rb"BusyBox v" + VERSION,
    "bzip2": rb"bzip2/libbzip2: internal error|bzip2, a block-sorting file compressor.  Version " + VERSION,
    "chibios": rb"ChibiOS(?:/RT)?(?:[: ]{1,2}v?([0-9a-f]{8}\b|\d{1,2}\.\d{1,2}\.\d{1,2}))?",
    "curl": rb"libcurl/" + VERSION,
    "dnsmasq": rb"dnsmasq-" + VERSION,
    "dropbear": rb"SSH-2\.0-dropbear_(\d{4}\.\d{1,3})",
    "expat": rb"expat_" + VERSION,
    "ffmpeg": rb"FFmpeg version n?" + VERSION,
    "freertos": rb"FreeRTOS(?: Kernel)? V" + VERSION,
    "gnutls": rb"GnuTLS " + VERSION,
    "gstreamer": rb"GStreamer " + VERSION,
    "hostapd": rb"hostapd v" + VERSION,
    "libjpeg-turbo": rb"libjpeg-turbo version " + VERSION,
    "libpng": rb"libpng version " + VERSION,
    "linux": rb"Linux version " + VERSION,
    "littlefs": rb"Corrupted dir pair at \{0x",
    "lwip": rb"lwIP/" + VERSION,
    "mbedtls": rb"bed TLS " + VERSION,
    "mosquitto": rb"mosquitto version " + VERSION,
    "nuttx": rb"NuttX[- ](?:RTOS )?v?" + VERSION,
    "openssh": rb"OpenSSH_" + VERSION,
    "openssl": rb"OpenSSL " + VERSION + rb" {1,2}\d{1,2} [A-Z][a-z]{2} 20\d\d",
    "sqlite": rb"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d [0-9a-f]{40}(?:[0-9a-f]{24})?\0",
    "u-boot": rb"U-Boot (?:SPL )?(20\d\d\.\d\d(?:\.\d{1,2})?)",
    "wolfssl": rb"wolfSSL " + VERSION,
    "wpa_supplicant": rb"wpa_supplicant v" + VERSION,
    "zephyr": rb"Booting Zephyr OS (?:build|version) v?" + VERSION,
    "zlib": rb" (?:in|de)flate " + VERSION + rb" Copyright 1995-20\d\d",
}
# names that one library goes by, without case and punctuation
ALIASES: Mapping[str, tuple[str, ...]] = {
    "curl": ("libcurl", "curl"),
    "ffmpeg": ("libavcodec", "libavformat"),
    "linux": ("linuxkernel", "kernel"),
    "littlefs": ("lfs",),
    "mavlink": ("mavlinkc", "clibraryv2", "mavlinkv2"),
    "mbedtls": ("polarssl", "libmbedtls", "mbedcrypto"),
    "openssl": ("libssl", "libcrypto"),
    "sqlite": ("sqlite3", "libsqlite3"),
    "u-boot": ("dasuboot",),
    "zlib": ("libz", "zlib1g"),
}
# further names that are looked for as marks only
MARKED = ("mavlink", "uavcan", "libcanard", "px4", "ardupilot", "eigen", "lz4", "zstd", "cjson", "nanopb", "protobuf")
# the end of a mark; the name is looked for before it, since a search for many names at once is slow
MARK_END = re.compile(rb"[ /]v?" + VERSION + rb"\0")
MARK_NAME = re.compile(rb"(?<![\w.-])[A-Za-z][\w.-]*\Z")
LONGEST_NAME = 20
MARKS = {name.encode(): name for name in (*BANNERS, *MARKED)}
PATTERNS = {name: re.compile(banner) for name, banner in BANNERS.items()}


@dataclass(frozen=True, kw_only=True, order=True)
class Library:
    """A library that was found: name, version ("" where its text tells none), file, offset of the text, bytes."""

    name: str
    version: str
    path: str
    offset: int

    def __str__(self) -> str:
        return f"{self.name} {self.version or '(version not told)'} in {self.path} at {self.offset:#x}"


def find_libraries(files: Mapping[str, bytes]) -> tuple[Library, ...]:
    """Every library that tells itself in a file, each version once a file."""
    found: dict[tuple[str, str, str], Library] = {}
    for path, content in files.items():
        for library in _in_file(path, content):
            found.setdefault((library.name, library.version, library.path), library)
            if len(found) >= MOST_FOUND:
                return tuple(sorted(found.values()))
    return tuple(sorted(found.values()))


def simplified(name: str) -> str:
    """A name without case, spaces and punctuation."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def same_library(name: str, library: str) -> bool:
    """Whether a bill's `name` is that of a library of the signatures."""
    return simplified(name) in {simplified(library), *(simplified(other) for other in ALIASES.get(library, ()))}


def _in_file(path: str, content: bytes) -> Iterator[Library]:
    for name, pattern in PATTERNS.items():
        versions: set[str] = set()
        for match in pattern.finditer(content):
            version = (match.group(1) or b"").decode() if pattern.groups else ""
            if version not in versions:
                versions.add(version)
                yield Library(name=name, version=version, path=path, offset=match.start())
            if len(versions) >= MOST_VERSIONS:
                break
    for match in MARK_END.finditer(content):
        before = MARK_NAME.search(content, max(match.start() - LONGEST_NAME, 0), match.start())
        if before is not None and (library := MARKS.get(before.group().lower())):
            yield Library(name=library, version=match.group(1).decode(), path=path, offset=before.start())
