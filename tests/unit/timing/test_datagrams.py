import socket

from harness.timing.datagrams import Datagrams


def test_it_hears_and_answers_a_peer_and_gives_up_after_its_patience():
    ours = Datagrams(0.05)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.settimeout(1.0)
        assert ours.wait() is None
        peer.sendto(b"question", ("127.0.0.1", ours.port))
        data, place = ours.wait()
        assert data == b"question"
        ours.send(b"answer", place)
        assert peer.recv(100) == b"answer"
    ours.close()
    ours.close()


def test_it_hears_where_it_is_told_to():
    ours = Datagrams(1.0, "127.0.0.2")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.sendto(b"question", ("127.0.0.2", ours.port))
        assert ours.wait()[0] == b"question"
    ours.close()
