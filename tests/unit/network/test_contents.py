import ssl

import pytest

from harness.network.contents import Contents, read_contents
from harness.network.decode import ACK, Frame
from harness.network.flows import Flow


def flow(*payloads, protocol="tcp", replies=()):
    def frames(parts):
        place, made = 0, []
        for part in parts:
            made.append(Frame(number=1, time=0.0, size=60, protocol=protocol, payload=part, kind=ACK, sequence=place))
            place += len(part)
        return made

    ends = {"initiator": ("10.0.0.2", 5000), "responder": ("192.0.2.1", 443)}
    return Flow(protocol=protocol, by_article=True, sent=frames(payloads), received=frames(replies), **ends)


def hello(name="host.example"):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    return outgoing.read()


def test_the_name_in_a_hello_of_several_segments():
    data = hello()
    read = read_contents(flow(data[:60], data[60:]))
    assert (read.application, read.server_name, read.hidden, read.plain) == ("tls", "host.example", False, "")
    assert read_contents(flow(data[:60])) == Contents(application="tls")


def test_the_certificate_that_tls_1_2_shows_in_clear(authority):
    client, server = ssl.create_default_context(), authority.context("host.example")
    client.maximum_version, client.check_hostname, client.verify_mode = ssl.TLSVersion.TLSv1_2, False, ssl.CERT_NONE
    ends = [ssl.MemoryBIO() for _ in range(4)]
    one = client.wrap_bio(ends[0], ends[1], server_hostname="host.example")
    two = server.wrap_bio(ends[2], ends[3], server_side=True)
    with pytest.raises(ssl.SSLWantReadError):
        one.do_handshake()
    asked = ends[1].read()
    ends[2].write(asked)
    with pytest.raises(ssl.SSLWantReadError):
        two.do_handshake()
    answer = ends[3].read()
    assert "host.example" in read_contents(flow(asked, replies=[answer])).subject
    assert read_contents(flow(asked, replies=[answer[:200]])).subject == ""
    damaged = answer.replace(b"host.example", b"host\xff\xff\xff\xff\xff\xff\xff\xff")
    assert read_contents(flow(asked, replies=[damaged])).application == "tls"


@pytest.mark.parametrize(
    ("payload", "plain", "name"),
    [
        (b"GET /a HTTP/1.1\r\nHost: Spy.example:8080\r\n\r\n", "HTTP", "spy.example"),
        (b"GET /a HTTP/1.1\r\n\r\n", "HTTP", ""),
        (b"\x10\x20\0\x04MQTT\4", "MQTT", ""),
        (b"DESCRIBE rtsp://x RTSP/1.0\r\n", "RTSP", ""),
        (b"USER pilot\r\n", "FTP or POP3", ""),
        (b'{"latitude": 35.6}', "JSON", ""),
        (b"position 35.67620,139.65030", "text", ""),
        (b"\x80\x81\x82" * 9, "", ""),
        (b"", "", ""),
    ],
)
def test_what_leaves_in_clear_is_told(payload, plain, name):
    read = read_contents(flow(payload))
    assert (read.plain, read.server_name) == (plain, name)


def test_a_datagram_in_clear():
    assert read_contents(flow(b"35.6762,139.6503,420", protocol="udp")).plain == "text"
    assert read_contents(flow(b"x", protocol="icmp")) == Contents()
    assert read_contents(flow(b"\xc0\0\0\0\1\x08" + bytes(40), protocol="udp")).application == "quic"
