"""Kills the daemon at random moments, many times, and compares what came of it with an offline check.

Half of the kills come from outside at a random time; the others from a file layer that fails at a random operation,
with what was not synced kept in part (a power failure) or as a whole (a kill between write and sync). Meanwhile a
sender sends calls, and sends again what was not acknowledged; a subscriber reads and goes on behind what it has.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 60

AGENT = ["Добрый день, Северный склад, меня зовут Ирина", "Алло", "Секундочку", "Подождите минуту", "Спасибо за ожидание",
         "Ну это самое, короче, я не знаю", "Как вас зовут?", "Всего доброго, до свидания", "Вы что, глухой?",
         "Уточните номер заказа, пожалуйста", "Сейчас посмотрю в базе", "Заказ уже в пути", "ага", "Чем могу помочь?"]
CUSTOMER = ["Здравствуйте", "Где мой заказ?", "Меня зовут Пётр", "Вы издеваетесь?", "Спасибо, всё понятно", "Алло, вы тут?",
            "Пять пять три один", "Идиоты какие-то", "Хорошо, подожду", "До свидания"]


class Calls:
    """Lines of calls that never end: some are open at any time."""

    def __init__(self, rng, at_once):
        self.rng, self.at_once = rng, at_once
        self.open, self.n = {}, 0
        self.lines = []  # all of them, in order

    def begin(self):
        self.n += 1
        call = f"call-{self.n}"
        self.open[call] = {"t": 0, "left": self.rng.randint(3, 30), "hold": False, "u": 0}
        return {"type": "call.start", "call": call, "direction": self.rng.choice(["inbound", "outbound"]),
                "started_at": "2026-11-23T09:00:00Z", "rings": self.rng.randint(1, 6), "queue": "sales",
                "agent": {"id": "a7", "name": "Ирина"}, "company": "Северный склад"}

    def go_on(self, call):
        state = self.open[call]
        state["t"] += self.rng.randint(300, 20000)
        state["left"] -= 1
        if state["left"] <= 0:
            return self.end(call)
        if state["hold"] or self.rng.random() < 0.08:
            state["hold"] = not state["hold"]
            return {"type": "hold.start" if state["hold"] else "hold.end", "call": call, "t": state["t"]}
        by = self.rng.choice(["agent", "customer"])
        state["u"] += 1
        return {"type": "utterance", "call": call, "id": f"u{state['u']}", "t": state["t"], "by": by,
                "text": self.rng.choice(AGENT if by == "agent" else CUSTOMER)}

    def end(self, call):
        state = self.open.pop(call)
        return {"type": "call.end", "call": call, "t": state["t"] + 500,
                "by": self.rng.choice(["agent", "customer", "system"])}

    def take(self, message):
        self.lines.append(json.dumps(message, ensure_ascii=False).encode())

    def make(self, n):
        for _ in range(n):
            if len(self.open) < self.at_once:
                self.take(self.begin())
            else:
                self.take(self.go_on(self.rng.choice(list(self.open))))

    def end_all(self):
        for call in list(self.open):
            self.take(self.end(call))


class Lines:
    """A socket as lines; the end, however it comes, is None."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pending = b""

    def send(self, data):
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def line(self):
        while b"\n" not in self.pending:
            try:
                data = self.socket.recv(1 << 16)
            except TimeoutError:
                raise
            except OSError:
                data = b""
            if not data:
                return None
            self.pending += data
        line, self.pending = self.pending.split(b"\n", 1)
        return line

    def close(self):
        self.socket.close()


class Sender:
    """Sends the lines in order; what was acknowledged never again."""

    def __init__(self, calls):
        self.calls = calls
        self.acked = 0
        self.errors = collections.Counter()
        self.sent = 0  # more than once, at most

    def run(self, port, batch, pause):
        """Until the connection or the lines end."""
        base = self.acked
        try:
            connection = Lines(port)
        except OSError:
            return
        writer = threading.Thread(target=self.write, args=(connection, base, batch, pause))
        writer.start()
        while self.acked < self.target and (line := connection.line()) is not None:
            message = json.loads(line)
            if message["type"] == "ack":
                self.acked = base + message["n"]
            elif message["type"] == "error":
                number = base + message["n"]
                known = number <= self.resent and message["code"] in ("late", "call-ended", "unknown-call")
                self.errors["again: " + message["code"] if known else message["code"]] += 1
        self.resent = max(self.resent, self.sent)
        connection.close()
        writer.join()

    resent = 0

    def write(self, connection, base, batch, pause):
        at = base
        while at < self.target:
            data = b"".join(line + b"\n" for line in self.calls.lines[at:min(at + batch, self.target)])
            at = min(at + batch, self.target)
            self.sent = max(self.sent, at)
            if not connection.send(data):
                return
            time.sleep(pause)


class Subscriber:
    """Reads everything, over all connections; the same number twice must be the same event."""

    def __init__(self):
        self.events = []
        self.wrong = []

    def run(self, port):
        try:
            connection = Lines(port)
        except OSError:
            return
        connection.send(json.dumps({"type": "subscribe", "from": len(self.events) + 1}).encode() + b"\n")
        self.connection = connection
        while (line := connection.line()) is not None:
            message = json.loads(line)
            if message["type"] == "subscribed" and message["from"] != len(self.events) + 1:
                self.wrong.append(f"subscribed at {message['from']}, not {len(self.events) + 1}")
            elif "sequence" in message and message["type"] != "heartbeat":
                if int(message["sequence"]) != len(self.events) + 1:
                    self.wrong.append(f"number {message['sequence']}, not {len(self.events) + 1}")
                self.events.append(message)
            elif message["type"] in ("gap", "error"):
                self.wrong.append(str(message))
        connection.close()


class Daemon:
    def __init__(self, options, folder, fault):
        self.log = open(folder / "log", "ab")
        env = {k: v for k, v in os.environ.items() if k not in ("NOTIFY_SOCKET", "STATE_DIRECTORY")}
        self.process = subprocess.Popen(
            [options.bin / "etiquetted-crash", "--ingest", "127.0.0.1:0", "--subscribe", "127.0.0.1:0", "--print-ports",
             "--store", folder / "store.db", "--set", "store.durability=" + options.durability,
             "--set", "log.level=notice", "--set", "ring.events=64"],
            stdout=subprocess.PIPE, stderr=self.log, env={**env, **fault})
        line = self.process.stdout.readline()
        self.ports = json.loads(line) if line else None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()
        return self.process.returncode


def kept(folder):
    """Lines that the store has, by call; calls that are over."""
    with tempfile.TemporaryDirectory(dir=folder) as copy:
        for end in ("", "-wal"):
            if (folder / f"store.db{end}").exists():
                shutil.copy(folder / f"store.db{end}", copy)
        with sqlite3.connect(f"{copy}/store.db") as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'position'").fetchone():
                return {}, set()
            lines = collections.defaultdict(set)
            names = dict(db.execute("SELECT no, id FROM calls"))
            for heads, texts in db.execute("SELECT heads, texts FROM journal ORDER BY no"):
                at = 0
                for call, _, _, size in struct.iter_unpack("<QqqI", heads):
                    lines[names.get(call)].add(texts[at:at + size].decode())
                    at += size
            gone = {call for (call,) in db.execute("SELECT id FROM calls WHERE gone IS NOT NULL")}
        db.close()
    return lines, gone


def missing_lines(calls, sender, folder):
    lines, gone = kept(folder)
    lost = []
    for line in calls.lines[:sender.acked]:
        text = line.decode()
        call = json.loads(text)["call"]
        if call not in gone and text not in lines[call]:
            lost.append(text)
    return lost


def one_round(options, folder, rng, calls, sender, subscriber, counts):
    """Starts, lets it work, ends it by force."""
    fault = {}
    kind = rng.choice(["outside", "power", "write"])
    if kind != "outside":
        fault = {"ETQ_FAULT": f"{rng.randrange(1 << 40)}:{options.mean}", "ETQ_FAULT_LOG": str(folder / "faults")}
        if kind == "write":
            fault["ETQ_FAULT_KEEP"] = "1"
    # Without syncs a power failure may take what was acknowledged: that is what `crash` does not promise.
    if kind == "power" and options.durability != "power":
        fault["ETQ_FAULT_KEEP"] = "1"
    daemon = Daemon(options, folder, fault)
    if daemon.ports:
        calls.make(rng.randint(20, 400))
        sender.target = len(calls.lines)
        threads = [threading.Thread(target=sender.run, args=(daemon.ports["ingest"], rng.randint(1, 40),
                                                             rng.choice([0, 0.0005, 0.003]))),
                   threading.Thread(target=subscriber.run, args=(daemon.ports["subscribe"],))]
        for thread in threads:
            thread.start()
        until = time.monotonic() + (rng.random() * 0.15 if kind == "outside" else 0.6)
        while time.monotonic() < until and daemon.process.poll() is None and sender.acked < sender.target:
            time.sleep(0.001)
    else:
        threads = []
        counts["while starting"] += 1
        daemon.process.wait(PATIENCE)
    status = daemon.process.poll()
    counts["by the file layer" if status == -signal.SIGKILL else "from outside" if status is None else "OTHER"] += 1
    if status not in (None, -signal.SIGKILL):
        raise SystemExit(f"exit status {status}:\n" + (folder / "log").read_text()[-3000:])
    daemon.kill()
    for thread in threads:
        thread.join(PATIENCE)


def finish(options, folder, calls, sender, subscriber):
    """A last life without failures, in which everything ends."""
    daemon = Daemon(options, folder, {})
    calls.end_all()
    sender.target = len(calls.lines)
    reading = threading.Thread(target=subscriber.run, args=(daemon.ports["subscribe"],))
    reading.start()
    sender.run(daemon.ports["ingest"], 100, 0)
    assert sender.acked == sender.target, "not all was acknowledged in the end"
    daemon.process.terminate()
    daemon.process.wait(PATIENCE)
    reading.join(PATIENCE)
    return daemon.process.returncode


OWN = ("sequence", "sequencetype", "recordedtime")


def offline(options, folder, calls):
    """What `etiquettectl check` finds in the lines, by call."""
    with open(folder / "lines", "wb") as f:
        f.write(b"\n".join(calls.lines) + b"\n")
    done = subprocess.run([options.bin / "etiquettectl", "check", "--format", "native", "--output", "ndjson",
                           folder / "lines"], capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    found = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        event = json.loads(line)
        found[event["subject"]].append(event)
    return found


def standing(events):
    """Of one call: the findings that were not withdrawn, by id, and how often one was given while it stood."""
    found, twice = {}, 0
    for event in events:
        if event["type"] == "etiquette.call.scored":
            continue  # given some time after the end: not of all calls by now
        if event["type"].endswith(".retracted"):
            # Of one that does not stand: given twice as well.
            twice += found.pop(event["id"].removesuffix("-r"), None) is None
        else:
            twice += event["id"] in found
            found[event["id"]] = event
    return found, twice


def compare(expected, events):
    """
    Lost, duplicated and differing findings. A finding that later lines did not bear out is withdrawn; whether it is
    given at all depends on when the lines came, so that it is what stands in the end that must be equal.
    """
    got = collections.defaultdict(list)
    for event in events:
        got[event["subject"]].append({k: v for k, v in event.items() if k not in OWN})
    lost = duplicated = differing = 0
    for call in set(expected) | set(got):
        want, _ = standing(expected[call])
        have, twice = standing(got[call])
        lost += len(want.keys() - have.keys())
        differing += len(have.keys() - want.keys()) + sum(have[i] != want[i] for i in have.keys() & want.keys())
        duplicated += twice
    return lost, duplicated, differing


def stored(folder):
    with sqlite3.connect(folder / "store.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [json.loads(line) for (line,) in db.execute("SELECT line FROM events ORDER BY sequence")]


def main():
    parser = argparse.ArgumentParser(prog="script/crash-test", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100, help="kills (default: 100)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="the same course again, nearly")
    parser.add_argument("--mean", type=int, default=150, help="file operations until the file layer fails (150)")
    parser.add_argument("--calls", type=int, default=40, help="open at once (40)")
    parser.add_argument("--durability", choices=["power", "crash"], default="power")
    parser.add_argument("--bin", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--keep", action="store_true", help="leave the folder with the store")
    options = parser.parse_args()
    options.bin = options.bin.absolute()
    rng = random.Random(options.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="etiquetted-crash-"))
    calls, subscriber, counts = Calls(rng, options.calls), Subscriber(), collections.Counter()
    sender = Sender(calls)
    lost_lines, begun = 0, time.monotonic()
    for n in range(options.rounds):
        one_round(options, folder, rng, calls, sender, subscriber, counts)
        missing = missing_lines(calls, sender, folder)
        lost_lines += len(missing)
        for text in missing[:3]:
            print(f"round {n}: acknowledged and lost: {text}", file=sys.stderr)
        if subscriber.wrong:
            print(f"round {n}: {subscriber.wrong[:3]}", file=sys.stderr)
            break
        if (n + 1) % 100 == 0:
            print(f"{n + 1} kills, {sender.acked} lines acknowledged, {len(subscriber.events)} findings",
                  file=sys.stderr, flush=True)
    status = finish(options, folder, calls, sender, subscriber)
    lost, duplicated, differing = compare(offline(options, folder, calls), subscriber.events)
    kept_events = stored(folder)
    same = kept_events == subscriber.events
    faults = (folder / "faults").read_text().splitlines() if (folder / "faults").exists() else []
    places = collections.Counter(" ".join(line.split()[1:3]) for line in faults)
    open_writes = sum(1 for line in faults if line.split()[3] != "0" or "before-sync" in line)
    print(f"seed {options.seed}, {options.durability}: {options.rounds} kills in {time.monotonic() - begun:.0f} s: "
          + ", ".join(f"{n} {what}" for what, n in sorted(counts.items())))
    print(f"  of those by the file layer {open_writes} with writes not synced, between write and commit; "
          + ", ".join(f"{n} {place}" for place, n in sorted(places.items())))
    print(f"  {len(calls.lines)} lines in {calls.n} calls, {sender.acked} acknowledged, refused when sent again: "
          f"{dict(sender.errors)}")
    print(f"  {len(subscriber.events)} findings: {lost_lines} acknowledged lines lost, {lost} findings lost, "
          f"{duplicated} duplicated, {differing} differing; stored and received {'equal' if same else 'DIFFER'}")
    bad = (lost_lines or lost or duplicated or differing or not same or status or subscriber.wrong
           or any(not code.startswith("again: ") for code in sender.errors))
    if options.keep or bad:
        print(f"  the store is in {folder}")
    else:
        shutil.rmtree(folder)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
