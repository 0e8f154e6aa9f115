"""Starts the real daemon on free ports in an empty folder, and talks to it over sockets."""
import functools
import json
import os
import pathlib
import socket
import subprocess
import time

SOURCE = pathlib.Path(os.environ.get("ETQ_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
TIMEOUT = 30  # for anything that must come
TSAN_TIMES = 5  # ThreadSanitizer takes five to ten times the memory, says its manual

RULES = """\
engine: 1
topic: test
phrases:
  bad: [плохо]
  mild: [ладно]
  thanks: [спасибо]
  bye: [до свидания]
rules:
  test.bad:
    title: Плохое слово
    severity: major
    points: 5
    forbid: {said: bad, by: agent}
  test.mild:
    title: Небрежное слово
    severity: info
    forbid: {said: mild, by: agent}
  wait.thanks:
    title: Нет благодарности
    severity: minor
    expect: {said: thanks, by: agent, after: hold.end, within: 500ms}
  end.bye:
    title: Не попрощался
    severity: minor
    expect: {said: bye, by: agent, before: call.end}
"""


def program(name):
    """The path of a built program."""
    folders = [pathlib.Path(os.environ["ETQ_BIN_DIR"])] if "ETQ_BIN_DIR" in os.environ else \
        sorted((SOURCE / "build").glob("*/bin"))
    for folder in folders:
        for path in (folder / name, folder / "daemon" / name, folder / "ctl" / name):
            if path.exists():
                return str(path)
    raise FileNotFoundError(f"{name} is not built: set ETQ_BIN_DIR")


def environment():
    env = dict(os.environ, LC_ALL="C.UTF-8")
    for name in ("NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "JOURNAL_STREAM", "WATCHDOG_USEC"):
        env.pop(name, None)
    # What freed memory the sanitizer keeps would look like growth.
    env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1:thread_local_quarantine_size_kb=64"
    return env


def run(*args, **kwargs):
    """The daemon with these arguments, to its end."""
    return subprocess.run([program("etiquetted"), *map(str, args)], capture_output=True, text=True, timeout=TIMEOUT,
                          env=environment(), check=False, **kwargs)


def utterance(call="c1", text="всё плохо", by="agent", **fields):
    return {"type": "utterance", "call": call, "by": by, "text": text, **fields}


class Client:
    """One connection: lines out, lines in."""

    def __init__(self, port, receive_buffer=None, source=None):
        self.socket = socket.socket()
        if source:
            self.socket.bind((source, 0))
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(TIMEOUT)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pending = b""

    def send(self, *messages):
        """Objects become lines; bytes go as they are."""
        self.socket.sendall(b"".join(
            m if isinstance(m, bytes) else json.dumps(m, ensure_ascii=False).encode() + b"\n" for m in messages))

    def line(self):
        """The next line, or None at the end."""
        while b"\n" not in self.pending:
            data = self.socket.recv(65536)
            if not data:
                assert not self.pending, f"half a line: {self.pending[:100]}"
                return None
            self.pending += data
        line, self.pending = self.pending.split(b"\n", 1)
        return json.loads(line)

    def until(self, kind, **fields):
        """All messages up to the first of that type that has these fields."""
        got = []
        while True:
            message = self.line()
            assert message is not None, f"the end came before {kind} {fields}: {got[-3:]}"
            got.append(message)
            if message["type"] == kind and all(message.get(k) == v for k, v in fields.items()):
                return got

    def rest(self):
        """All messages up to the end."""
        got = []
        while (message := self.line()) is not None:
            got.append(message)
        return got

    def ended(self):
        try:
            return self.line() is None
        except ConnectionResetError:
            return True

    def finish(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Closes so that the other side gets an error."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def close(self):
        self.socket.close()


@functools.cache
def thread_sanitizer():
    """Is the daemon built with it?"""
    return b"__tsan_init" in pathlib.Path(program("etiquetted")).read_bytes()


class Daemon:
    def __init__(self, folder, rules=RULES, args=(), preexec=None, env=(), through=(), **settings):
        self.folder = pathlib.Path(folder)
        self.rules = self.folder / "rules.yaml"
        self.rules.write_text(rules, encoding="utf-8")
        self.log_path = self.folder / "log"
        given = {"ingest.listen": "127.0.0.1:0", "subscriber.listen": "127.0.0.1:0"}
        given.update({name.replace("__", "."): value for name, value in settings.items()})
        options = [f"--set={name}={value}" for name, value in given.items()]
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [*through, program("etiquetted"), "--rules", str(self.rules), "--print-ports", *options, *args],
                cwd=folder, stdout=subprocess.PIPE, stderr=log, preexec_fn=preexec, env={**environment(), **dict(env)},
                close_fds=preexec is None)
        line = self.process.stdout.readline()
        assert line, f"the daemon did not start: {self.log()}"
        self.ports = json.loads(line)
        self.clients = []

    def log(self):
        return self.log_path.read_text(encoding="utf-8")

    def client(self, port, **kwargs):
        self.clients.append(Client(self.ports[port], **kwargs))
        return self.clients[-1]

    def sender(self, **kwargs):
        return self.client("ingest", **kwargs)

    def subscriber(self, since="now", filter=None, **kwargs):
        """A connection that has subscribed."""
        client = self.client("subscribe", **kwargs)
        client.send({"type": "subscribe", "from": since, **({"filter": filter} if filter else {})})
        client.subscribed = client.line()
        assert client.subscribed["type"] == "subscribed", client.subscribed
        return client

    def stats(self):
        """Asks again for a while when others have all the connections."""
        end = time.monotonic() + TIMEOUT
        while True:
            client, said = Client(self.ports["subscribe"]), None
            try:
                client.send({"type": "stats"})
                said = client.line()
            except ConnectionError:  # refused before it had asked
                pass
            client.close()
            if said and said["type"] == "stats":
                return said["values"]
            assert not said or said.get("reason") == "too-many-connections", said
            assert time.monotonic() < end, said
            time.sleep(0.01)

    def wait_stats(self, **wanted):
        """Until the statistics are so; each is a number or a condition."""
        end = time.monotonic() + TIMEOUT
        while True:
            stats = self.stats()
            if all(want(stats[name]) if callable(want) else stats[name] == want for name, want in wanted.items()):
                return stats
            assert time.monotonic() < end, {name: stats[name] for name in wanted}
            time.sleep(0.01)

    def wait_log(self, text, times=1):
        end = time.monotonic() + TIMEOUT
        while self.log().count(text) < times:
            assert time.monotonic() < end, f"{text!r} is not in the log:\n{self.log()}"
            time.sleep(0.01)

    def memory(self):
        """Resident bytes; with ThreadSanitizer the program's share, as most of them are its notes on each word."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as statm:
            resident = int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")
        return resident // TSAN_TIMES if thread_sanitizer() else resident

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        return self.process.wait(TIMEOUT)

    def stop(self):
        """Ends it however it is, and says whether all was well."""
        for client in self.clients:
            client.close()
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.stdout.close()
        log = self.log()
        assert status == 0, f"exit status {status}:\n{log[-4000:]}"
        assert "Sanitizer" not in log and "runtime error" not in log, log[-4000:]
