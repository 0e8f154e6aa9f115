"""A whole life of the daemon in which one allocation fails, each time another one.

ETQ_OOM_STRIDE=1 makes it every single one, from ETQ_OOM_FIRST on; by default it is a sample of them.
"""
import json
import os
import pathlib
import signal
import subprocess

import pytest

from harness import RULES, TIMEOUT, Client, environment, utterance

SAMPLES = 60
LINES = [{"type": "call.start", "call": "a", "queue": "sales", "agent": {"id": "a7", "name": "Ирина"}},
         *(utterance(call="a", id=f"u{i}", t=i * 1000, text="всё плохо") for i in range(5)),
         {"type": "hold.start", "call": "a", "t": 6000}, {"type": "hold.end", "call": "a", "t": 7000},
         utterance(call="b", id="p", t=0, text="ладно, пл", final=False),
         utterance(call="b", id="p", t=0, text="ладно, плохо"),
         utterance(call="a", id="last", t=9000, text="угу"),
         {"type": "call.end", "call": "a", "t": 12000, "by": "agent"}]
EXPECTED = sorted([("a", "test.bad")] * 5 + [("a", "wait.thanks"), ("a", "end.bye"), ("b", "test.bad"), ("b", "test.mild")])


class Life:
    def __init__(self, folder, **env):
        (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
        self.log = folder / "log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [pathlib.Path(os.environ["ETQ_BIN_DIR"]) / "etiquetted-oom", "--ingest", "127.0.0.1:0", "--subscribe",
                 "127.0.0.1:0", "--print-ports", "--rules", folder / "rules.yaml", "--store", folder / "s.db",
                 "--set", "calls.lateness=1h"],
                stdout=subprocess.PIPE, stderr=log, env={**environment(), **env})
        line = self.process.stdout.readline()
        self.ports = json.loads(line) if line else None

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(TIMEOUT)
        self.process.stdout.close()
        text = self.log.read_text(encoding="utf-8")
        assert status in (0, 1, 2) and "Sanitizer" not in text and "runtime error" not in text, f"{status}\n{text[-3000:]}"
        return status


def send(port, lines):
    """Sends until each is acknowledged and none was refused for want of memory; at most a few times."""
    refused = set()
    for _ in range(4):
        client = Client(port)
        try:
            client.send(*lines)
            done = 0
            refused = set()
            while done < len(lines) and (message := client.line()) is not None:
                if message["type"] == "ack":
                    done = message["n"]
                elif message["type"] == "error" and message["code"] == "out-of-memory":
                    refused.add(message["n"])
            if done == len(lines) and not refused:
                return
        except (ConnectionError, AssertionError):
            pass
        finally:
            client.close()
    raise AssertionError(f"not taken: {refused}")


def use(ports):
    """Everything that a daemon does; what fails on the way is what may fail."""
    try:
        watcher = Client(ports["subscribe"])
        watcher.send({"type": "subscribe", "name": "qa", "filter": {"rules": ["*"]}})
        send(ports["ingest"], LINES[:6])
        for _ in range(2):
            watcher.line()
        watcher.send({"type": "ack", "sequence": 1}, {"type": "stats"})
        late = Client(ports["subscribe"])
        late.send({"type": "subscribe", "from": 1})
        late.line()
        late.close()
        watcher.close()
    except (ConnectionError, AssertionError):
        pass


def whole_life(folder, **env):
    life = Life(folder, **env)
    if life.ports:
        use(life.ports)
        life.process.send_signal(signal.SIGHUP)
        send(life.ports["ingest"], LINES)
    return life.end()


def check(folder):
    """The next life has everything, once."""
    life = Life(folder)
    assert life.ports, life.log.read_text(encoding="utf-8")[-2000:]
    send(life.ports["ingest"], LINES)
    client = Client(life.ports["subscribe"])
    client.send({"type": "subscribe", "from": 1, "filter": {"rules": ["*"]}})
    assert client.line()["type"] == "subscribed"
    events = [client.line() for _ in EXPECTED]
    assert sorted((e["subject"], e["data"]["rule"]) for e in events) == EXPECTED
    assert len({e["id"] for e in events}) == len(EXPECTED)
    client.close()
    assert life.end() == 0


@pytest.fixture(scope="module")
def total(tmp_path_factory):
    folder = tmp_path_factory.mktemp("count")
    assert whole_life(folder, ETQ_OOM_LOG=str(folder / "n")) == 0
    check(folder)
    return int((folder / "n").read_text())


def test_an_allocation_fails(total, tmp_path):
    assert total > 200
    stride = int(os.environ.get("ETQ_OOM_STRIDE", max(1, total // SAMPLES)))
    for n in range(int(os.environ.get("ETQ_OOM_FIRST", 1 + total % stride)), total + 1, stride):
        folder = tmp_path / str(n)
        folder.mkdir()
        try:
            whole_life(folder, ETQ_OOM=str(n))
            check(folder)
        except Exception as error:
            raise AssertionError(f"allocation {n} of {total}: {error}\n{(folder / 'log').read_text()[-1500:]}") from error
