"""As many connections as configured, or as the system allows."""
import resource

import pytest

from harness import Client, utterance


@pytest.mark.parametrize("port, group", [("ingest", "ingest"), ("subscribe", "subscriber")])
def test_one_connection_too_many(start, port, group):
    daemon = start(**{f"{group}__connections": 3})
    first = [daemon.client(port) for _ in range(3)]
    if port == "ingest":
        daemon.wait_stats(senders_open=3)
    else:
        for client in first:
            client.send({"type": "subscribe"})
            client.line()
    for _ in range(5):
        refused = daemon.client(port)
        assert refused.rest() == [{"type": "bye", "reason": "too-many-connections",
                                   "message": "as many as configured are connected"}]
    assert daemon.log().count("more are refused") == 1
    first[0].close()
    wait_until_taken(daemon, port)


def wait_until_taken(daemon, port):
    """A place has become free, as soon as the daemon has seen that the other is gone."""
    for _ in range(1000):
        client = Client(daemon.ports[port])
        client.send({"type": "stats"})
        answer = client.line()
        client.close()
        if answer["type"] != "bye":
            return
    raise AssertionError("never taken again")


def test_no_more_files(start):
    daemon = start(preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32)))
    assert "32 open files are allowed" in daemon.log()
    sender = daemon.sender()
    sender.send(utterance(t=0))
    sender.until("ack", n=1)
    more = [Client(daemon.ports["ingest"]) for _ in range(60)]
    daemon.wait_log("can be taken for now")
    sender.send(utterance(t=1000))
    sender.until("ack", n=2)
    for client in more[:50]:
        client.close()
    daemon.wait_log("are taken again")
    last = more[-1]
    last.send(utterance(t=2000))
    last.until("ack", n=1)
    assert daemon.stats()["accept_failures"] >= 1
    for client in more[50:]:
        client.close()


def test_idle_connections_are_cheap(start):
    daemon = start()
    before = daemon.memory()
    clients = [daemon.sender() for _ in range(500)]
    for client in clients:
        client.send(utterance(call="c", text="добрый день", t=0))
    for client in clients:
        client.until("ack", n=1)
    assert daemon.stats()["senders_open"] == 500
    assert (daemon.memory() - before) / 500 < 16 * 1024
