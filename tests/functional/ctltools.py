"""What the tests of etiquettectl share: the programs, a daemon, and a stand-in for one."""
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

SOURCE = Path(os.environ.get("ETQ_SOURCE_DIR", Path(__file__).resolve().parents[2]))
BIN = Path(os.environ.get("ETQ_BIN_DIR", SOURCE / "build/asan/bin"))
CTL = BIN / "etiquettectl"
DATA = SOURCE / "tests/data/ctl"
DEMO = SOURCE / "tests/data/demo"
RULES = DATA / "rules.yaml"
CALL = DATA / "call.txt"
PATIENCE = 60


def environment(**changes):
    env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "LANG", "LC_ALL")}
    env.update(changes)
    return env


def ctl(*args, data=b"", timeout=PATIENCE, cwd=None, **env):
    """Runs etiquettectl to its end; output as text."""
    if isinstance(data, str):
        data = data.encode()
    done = subprocess.run([str(CTL), *map(str, args)], input=data, capture_output=True,
                          timeout=timeout, cwd=cwd, env=environment(**env))
    done.out = done.stdout.decode()
    done.err = done.stderr.decode()
    return done


def events(text):
    return [json.loads(line) for line in text.splitlines()]


def options_of(help_text):
    """The long options that a --help names, in its order."""
    return re.findall(r"^ +(?:-\w, )?--([a-z-]+)", help_text.split("\nOptions:\n", 1)[1], re.MULTILINE)


def commands():
    """The commands that `etiquettectl --help` names."""
    table = ctl("--help").out.split("Commands:\n", 1)[1].split("\n\n", 1)[0]
    names = [re.match(r"  ([a-z]+(?: [a-z]+)?)", line).group(1) for line in table.splitlines()]
    assert len(names) == 8, names
    return names


class Daemon:
    """A real etiquetted on free ports."""

    def __init__(self, folder, *args, rules=RULES):
        ports = Path(folder) / "ports"
        self.log_path = Path(folder) / "log"
        self.log = open(self.log_path, "wb")
        self.process = subprocess.Popen(
            [str(BIN / "etiquetted"), "--ingest", "127.0.0.1:0", "--subscribe", "127.0.0.1:0",
             "--ports-file", str(ports), *([] if rules is None else ["--rules", str(rules)]), *args],
            stdout=self.log, stderr=self.log, env=environment())
        until = time.monotonic() + PATIENCE
        while not ports.exists():
            assert self.process.poll() is None, self.log_path.read_text()
            assert time.monotonic() < until, "the daemon does not get ready"
            time.sleep(0.02)
        numbers = json.loads(ports.read_text())
        self.ingest = f"127.0.0.1:{numbers['ingest']}"
        self.subscribe = f"127.0.0.1:{numbers['subscribe']}"
        self.ingest_port, self.subscribe_port = numbers["ingest"], numbers["subscribe"]

    def stop(self):
        """Its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE)
        self.log.close()
        return status

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        status = self.stop()
        if exc[0] is None:
            assert status == 0, self.log_path.read_text()


class Line:
    """One end of a connection that carries lines."""

    def __init__(self, sock):
        sock.settimeout(PATIENCE)
        self.sock = sock
        self.file = sock.makefile("rb")

    def get(self):
        """The next line as an object; None at the end."""
        line = self.file.readline()
        return json.loads(line) if line else None

    def raw(self):
        return self.file.readline()

    def left(self):
        """Waits until the other end has gone; a reset, too: it may go with what was sent to it unread."""
        with contextlib.suppress(ConnectionResetError):
            while self.file.readline():
                pass

    def put(self, obj):
        line = obj if isinstance(obj, (bytes, str)) else json.dumps(obj, ensure_ascii=False)
        if isinstance(line, str):
            line = line.encode() + b"\n"
        self.sock.sendall(line)

    def close(self):
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.file.close()
        self.sock.close()


class Stand:
    """Stands in for a daemon: hands each connection to a function, in its turn, on a thread."""

    def __init__(self, *parts):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE)
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.parts = parts
        self.error = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            for part in self.parts:
                line = Line(self.listener.accept()[0])
                try:
                    part(line)
                finally:
                    line.close()
        except BaseException as error:  # pylint: disable=broad-except
            self.error = error

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.thread.join(PATIENCE)
        self.listener.close()
        if exc[0] is None:
            assert not self.thread.is_alive(), "not all of the conversation took place"
            if self.error:
                raise self.error


def finding(sequence, call="k1", rule="hold.no-thanks", severity="major", **data):
    """An event as the daemon writes it."""
    return {
        "specversion": "1.0", "id": f"{sequence:032x}", "source": "/etiquetted",
        "type": data.pop("type", "etiquette.finding"), "subject": call,
        "datacontenttype": "application/json",
        "severitytext": severity, "severitynumber": 17,
        "data": {
            "finding": f"{sequence:032x}", "rule": rule, "topic": rule.split(".", maxsplit=1)[0],
            "title": {"ru": "Нет благодарности", "en": "No thanks"}, "severity": severity,
            "points": 1, "call": {"id": call, "agent": {"name": "Ирина"}, "queue": "sales"},
            "t": 65400, "raised": 70000, "by": "agent", "hits": 0, "words": [],
            "trigger": {"kind": "hold.end", "t": 65400}, "say_instead": "Спасибо за ожидание!",
            "inferred": False, "rules_version": "0123456789abcdef", **data,
        },
        "sequence": str(sequence), "sequencetype": "Integer",
        "recordedtime": "2026-11-23T09:01:35.012Z",
    }
