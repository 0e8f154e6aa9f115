"""A disk that is full, or fails: nothing acknowledged is lost, and all goes on without help when there is room."""
import os
import pathlib
import resource
import subprocess
import threading

import pytest

from harness import Client, utterance

KIB = 1024


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 3 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("only root may mount a file system")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


class Flood:
    """Sends until it is told to stop, and remembers what was acknowledged."""

    def __init__(self, daemon):
        self.client = daemon.sender()
        self.sent = self.acked = 0
        self.stop = False
        self.reader = threading.Thread(target=self.read)
        self.writer = threading.Thread(target=self.write)
        self.reader.start()
        self.writer.start()

    def write(self):
        while not self.stop:
            self.client.send(*(utterance(call=f"c{self.sent}", t=i * 1000, text="плохо " * 20) for i in range(50)))
            self.sent += 50

    def read(self):
        while (message := self.client.line()) is not None:
            assert message["type"] == "ack", message
            self.acked = message["n"]

    def finish(self):
        self.stop = True
        self.writer.join()
        self.client.finish()
        self.reader.join()
        assert self.acked == self.sent


def numbers(subscriber, n):
    return [int(subscriber.line()["sequence"]) for _ in range(n)]


def check(daemon, make_room):
    flood = Flood(daemon)
    subscriber = daemon.subscriber("earliest")
    daemon.wait_log("nothing is taken in and acknowledged until that is over")
    stats = daemon.wait_stats(ready=0)
    assert stats["store_failures"] >= 1 and stats["ingest_blocked"] >= 1
    assert "not taken" not in daemon.log()
    acked = daemon.wait_stats(lines=lambda n: n > 0)["acks"]
    # It says so once, reads no more, and its memory does not grow.
    before = daemon.memory()
    lines = daemon.stats()["lines"]
    for _ in range(20):
        assert daemon.stats()["acks"] == acked
    assert daemon.stats()["lines"] == lines and daemon.memory() - before < 1024 * KIB
    assert daemon.log().count("nothing is taken in") == 1
    make_room()
    daemon.wait_log("can be written again")
    flood.finish()
    assert daemon.stats()["ready"] == 1
    assert daemon.stats()["events"] == flood.sent
    assert numbers(subscriber, flood.sent) == list(range(1, flood.sent + 1))
    return flood.sent


def test_full_and_freed_again(start, small_disk):
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 1500 * KIB)
    daemon = start(store__path=small_disk / "store.db", store__queue_bytes="64KiB", store__retain_size="900KiB",
                   ring__events=100000)

    def make_room():
        subprocess.run(["mount", "-o", "remount,size=256m", small_disk], check=True)
        ballast.unlink()

    check(daemon, make_room)


def test_a_file_that_may_not_grow(start, tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * KIB, resource.RLIM_INFINITY))

    daemon = start(store__path=tmp_path / "store.db", store__queue_bytes="64KiB", preexec=limit)

    def make_room():
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    sent = check(daemon, make_room)
    daemon.process.kill()
    daemon.wait()
    daemon.stop = lambda: None
    again = start(store__path=tmp_path / "store.db")
    assert numbers(again.subscriber("earliest"), sent) == list(range(1, sent + 1))


def test_stopping_while_it_is_full(start, tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (256 * KIB, resource.RLIM_INFINITY))

    daemon = start(store__path=tmp_path / "store.db", store__queue_bytes="64KiB", preexec=limit,
                   shutdown__timeout="200ms")
    client = daemon.sender()
    client.send(*(utterance(call=f"c{i}", t=0, text="плохо " * 20) for i in range(1000)))
    daemon.wait_log("nothing is taken in")
    daemon.process.terminate()
    assert daemon.wait() == 0
    assert "has to be sent again" in daemon.log()
    acked = 0
    try:
        while (message := client.line()) is not None:
            acked = message.get("n", acked)
    except ConnectionResetError:
        pass  # it had not read all that was sent
    again = start(store__path=tmp_path / "store.db")
    assert again.stats()["ring_last"] >= acked
    client = again.sender()
    client.send(*(utterance(call=f"c{i}", t=0, text="плохо " * 20) for i in range(acked, 1000)))
    client.until("ack", n=1000 - acked)
    assert numbers(again.subscriber("earliest"), 1000) == list(range(1, 1001))
