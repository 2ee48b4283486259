import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.supply.signatures import ALIASES, BANNERS, MOST_VERSIONS, find_libraries, same_library

# what the libraries themselves print, from their sources
REAL = {
    "busybox": (b"BusyBox v1.36.1 (2024-01-01 00:00:00 UTC)", "1.36.1"),
    "bzip2": (b"\n\nbzip2/libbzip2: internal error number %d.\n", ""),
    "chibios": (b"ChibiOS: 88b84600", "88b84600"),
    "curl": (b"libcurl/8.5.0 OpenSSL/3.0.13", "8.5.0"),
    "dnsmasq": (b"dnsmasq-2.90", "2.90"),
    "dropbear": (b"SSH-2.0-dropbear_2022.83", "2022.83"),
    "expat": (b"expat_2.6.2", "2.6.2"),
    "ffmpeg": (b"FFmpeg version 6.1.1", "6.1.1"),
    "freertos": (b"FreeRTOS Kernel V10.5.1", "10.5.1"),
    "gnutls": (b"GnuTLS 3.8.3", "3.8.3"),
    "gstreamer": (b"GStreamer 1.22.0", "1.22.0"),
    "hostapd": (b"hostapd v2.10", "2.10"),
    "libjpeg-turbo": (b"libjpeg-turbo version 2.1.5 (build 1)", "2.1.5"),
    "libpng": (b"libpng version 1.6.43", "1.6.43"),
    "linux": (b"Linux version 6.1.90 (gcc)", "6.1.90"),
    "littlefs": (b"Corrupted dir pair at {0x%x, 0x%x}", ""),
    "lwip": (b"Server: lwIP/2.1.2 (http://savannah.nongnu.org/projects/lwip)", "2.1.2"),
    "mbedtls": (b"Mbed TLS 3.6.2", "3.6.2"),
    "mosquitto": (b"mosquitto version 2.0.18", "2.0.18"),
    "nuttx": (b"NuttX-12.4.0", "12.4.0"),
    "openssh": (b"OpenSSH_9.6p1", "9.6p1"),
    "openssl": (b"OpenSSL 1.0.2k  26 Jan 2017", "1.0.2k"),
    "sqlite": (b"2024-01-30 16:01:20 e876e51a0ed5c5b3126f52e532044363a014bc594cfefa87ffb5b82257cc467a\0", ""),
    "u-boot": (b"U-Boot SPL 2023.04 (Apr 01 2023)", "2023.04"),
    "wolfssl": (b"wolfSSL 5.6.6", "5.6.6"),
    "wpa_supplicant": (b"wpa_supplicant v2.10", "2.10"),
    "zephyr": (b"*** Booting Zephyr OS build v3.5.0 ***", "3.5.0"),
    "zlib": (b" deflate 1.2.13 Copyright 1995-2022 Jean-loup Gailly and Mark Adler ", "1.2.13"),
}


def test_every_banner_has_its_example():
    assert set(REAL) == set(BANNERS)
    assert set(ALIASES) <= {*BANNERS, "mavlink"}


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_library_is_found_by_its_own_words(name):
    text, version = REAL[name]
    found = [item for item in find_libraries({"a.bin": b"\xff" * 100 + text + b"\0\xff"}) if item.name == name]
    assert [(item.version, item.path) for item in found] == [(version, "a.bin")]
    assert found[0].offset >= 100
    assert find_libraries({"a.bin": b"\xff" * 100}) == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"mavlink 2.0.0\0", [("mavlink", "2.0.0")]),
        (b"x\0ZLIB v1.3.1\0", [("zlib", "1.3.1")]),
        (b"notzlib 1.3.1\0", []),
        (b"zlib 1.3.1", []),
        (b"zlib 1\0", []),
        (b"somebody 1.3.1\0", []),
    ],
)
def test_a_mark_is_a_name_a_version_and_the_end_of_the_text(text, wanted):
    assert [(item.name, item.version) for item in find_libraries({"a": text})] == wanted


def test_each_version_is_told_once_a_file_and_not_without_end():
    assert len(find_libraries({"a": b"zlib 1.3.1\0" * 50, "b": b"zlib 1.3.1\0"})) == 2
    text = b"".join(b"libcurl/1.%d.0 " % number for number in range(50))
    assert len(find_libraries({"a": text})) == MOST_VERSIONS


@pytest.mark.parametrize(("name", "library"), [("Mbed TLS", "mbedtls"), ("libssl", "openssl"), ("zlib1g", "zlib")])
def test_a_library_goes_by_several_names(name, library):
    assert same_library(name, library) and not same_library(name, "freertos")


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(max_size=5), st.binary(max_size=300), max_size=3))
def test_any_bytes_are_searched(files):
    find_libraries(files)
