"""The measured cases: each starts its server anew, measures once and gives values by name.

Throughput is in microseconds of CPU time of the server for each line, all its threads together: on a pinned core that
has nothing else to do this is the time that the line takes, and on a busy machine it stays about the same.
"""
import itertools
import socket
import time

import lines
import peers
from machine import CLIENT_CORE, SERVER_CORE, Failed

WORDS = [word for word in dict.fromkeys(" ".join(lines.AGENT + lines.CUSTOMER).split()) if len(word) > 3]
PATTERNS = (40, 200, 1000, 5000)
CALLS = (1000, 10000, 50000)
FAN = (100, 1000)


class Scale:
    """How much is measured."""

    def __init__(self, quick):
        self.lines = 100_000 if quick else 300_000
        self.slow = {"node": 50_000 if quick else 150_000, "syslog_ng": 50_000 if quick else 150_000,
                     "asyncio": 20_000 if quick else 60_000, "sec": 8_000 if quick else 20_000}
        self.patterns = 50_000 if quick else 150_000
        self.calls = 100_000 if quick else 200_000
        self.deliveries = 200_000 if quick else 1_000_000
        self.paced = 1.0 if quick else 4.0
        self.latency = 2 if quick else 6
        self.idle = 900 if quick else 5000
        self.mosquitto = not quick


class Inputs:
    """Files of lines, made once."""

    def __init__(self, bench, scale):
        self.bench, self.scale = bench, scale
        self.made = {}

    def get(self, opened, count, matter, rest=False, seed=1):
        """(beginnings of the calls, the lines)"""
        key = (opened, count, matter, rest, seed)
        if key not in self.made:
            name = "lines-" + "-".join(str(part) for part in key)
            warm, out = self.bench.path(f"{name}.warm"), self.bench.path(name)
            lines.write(out, opened, count, matter, seed, warm, rest)
            self.made[key] = warm, out
        return self.made[key]

    def head(self, count):
        """So many of the usual lines, and the last one."""
        key = ("head", count)
        if key not in self.made:
            out = self.bench.path(f"lines-head-{count}")
            with open(self.get(10000, self.scale.lines, 3)[1], encoding="utf-8") as f, open(out, "w", encoding="utf-8") as to:
                to.writelines(itertools.islice(f, count))
                to.write(lines.utterance(lines.random.Random(1), "last", 9999999, 0, "agent", "ну", lines.AGENT))
            self.made[key] = out
        return self.made[key]

    def patterns(self, count):
        """A rule file with so many phrases, ten to a rule."""
        key = ("patterns", count)
        if key not in self.made:
            rng = lines.random.Random(count)
            phrases, rules = ["engine: 1\n\nphrases:\n"], ["\nrules:\n"]
            for i in range(count // 10):
                phrases.append(f"  made-{i}:\n")
                for _ in range(10):
                    phrases.append(f'    - "{rng.choice(WORDS)} [{rng.choice(WORDS)}] {rng.choice(WORDS)} {rng.choice(WORDS)}"\n')
                rules.append(f"  made.rule-{i}:\n    title: {{ru: Правило {i}, en: Rule {i}}}\n    source: Образец.\n"
                             f"    say_instead: Иначе.\n    forbid: {{said: made-{i}, by: agent}}\n")
            out = self.bench.path(f"patterns-{count}.yaml")
            out.write_text("".join(phrases + rules), encoding="utf-8")
            self.made[key] = out
        return self.made[key]


def per_line(cpu, got):
    """Microseconds."""
    return cpu / got["lines"] * 1e6


class Cases:
    """All of them, in the order in which a round runs them."""

    def __init__(self, bench, scale):
        self.bench, self.scale = bench, scale
        self.inputs = Inputs(bench, scale)

    def all(self):
        """(name, what measures it)"""
        made = [("floor", self.floor), ("ours", self.ours), ("ours, 25 % matter", lambda: self.ours("_25", matter=25)),
                ("ours, three rules", lambda: self.ours("_first", rules=peers.FIRST)),
                ("ours, store at crash", lambda: self.ours("_store_crash", store="crash")),
                ("ours, store at power", lambda: self.ours("_store_power", store="power")),
                ("100 connections", lambda: self.ours("_100_connections", connections=100))]
        for name, server in (("syslog_ng", peers.SyslogNg), ("node", peers.Node), ("asyncio", peers.Asyncio), ("sec", peers.Sec)):
            made.append((name, lambda name=name, server=server: self.peer(name, server)))
        made += [(f"{n} patterns", lambda n=n: self.patterns(n)) for n in PATTERNS]
        made += [(f"{n} calls", lambda n=n: self.calls(n)) for n in CALLS]
        fans = [("ours", peers.EtiquettedFanout), ("nats", peers.Nats), ("redis", peers.Redis)]
        fans += [("mosquitto", peers.Mosquitto)] if self.scale.mosquitto else []
        for n in FAN:
            made += [(f"{name} to {n}", lambda name=name, server=server, n=n: self.fan(name, server, n)) for name, server in fans]
        made += [("latency", lambda: self.latency("ours", lambda: peers.Etiquetted(self.bench), 5000)),
                 ("latency, syslog-ng", lambda: self.latency("syslog_ng", lambda: peers.SyslogNg(self.bench), 5000)),
                 ("latency, store at crash", lambda: self.latency(
                     "ours_store_crash", lambda: peers.Etiquetted(self.bench, store="crash"), 20000)),
                 ("latency, no store", lambda: self.latency("ours", lambda: peers.Etiquetted(self.bench), 20000)),
                 ("memory", self.memory)]
        return made

    # ---- lines ----

    def floor(self):
        with peers.Floor(self.bench) as server:
            cpu, got = server.feed(self.inputs.get(10000, self.scale.lines, 3)[1])
            return {"us_floor": per_line(cpu, got), "wall_floor": got["seconds"] / got["lines"] * 1e6}

    def ours(self, tag="", matter=3, connections=1, **how):
        warm, main = self.inputs.get(10000, self.scale.lines, matter)
        with peers.Etiquetted(self.bench, **how) as server:
            server.feed(warm)
            cpu, got = server.feed(main, "-c", str(connections))
            return {f"us_ours{tag}": per_line(cpu, got), f"wall_ours{tag}": got["seconds"] / got["lines"] * 1e6,
                    f"found_ours{tag}": got["found"]}

    def peer(self, name, kind):
        main = self.inputs.head(self.scale.slow[name])
        with kind(self.bench) as server:
            if name == "sec":
                time.sleep(1)  # it has no port that tells when it is ready
            cpu, got = server.feed(main)
            return {f"us_{name}": per_line(cpu, got), f"found_{name}": got["found"]}

    def patterns(self, count):
        warm, main = self.inputs.get(10000, self.scale.patterns, 3)
        with peers.Etiquetted(self.bench, rules=self.inputs.patterns(count)) as server:
            server.feed(warm)
            cpu, got = server.feed(main)
            return {f"us_patterns_{count}": per_line(cpu, got)}

    def calls(self, count):
        """Cost of a line with so many calls open, and what one of them takes in memory."""
        warm, main = self.inputs.get(count, self.scale.calls, 3)
        with peers.Etiquetted(self.bench, ring__bytes="1MiB") as server:
            server.feed(self.inputs.get(500, 1, 0, seed=2)[0])
            before = server.server.memory()
            server.feed(warm)
            memory = (server.server.memory() - before) / count
            cpu, got = server.feed(main)
            return {f"us_calls_{count}": per_line(cpu, got), f"bytes_call_{count}": memory}

    # ---- subscribers ----

    def fan(self, name, kind, count):
        """Microseconds a delivery, at a steady rate and as fast as possible; times of the former."""
        messages = max(20, self.scale.deliveries // count)
        rate = 100_000 / count if self.scale.paced < 2 else 50_000 / count
        with kind(self.bench) as server:
            cpu, got = peers.fan_out(server, count, max(10, int(rate * self.scale.paced)), rate)
        with kind(self.bench) as server:
            fast, most = peers.fan_out(server, count, messages, 0)
        return {f"us_delivery_{name}_{count}": cpu / got["deliveries"] * 1e6,
                f"us_burst_{name}_{count}": fast / most["deliveries"] * 1e6,
                f"bytes_delivery_{name}": got["bytes"],
                f"p50_fan_{name}_{count}": got["p50"], f"p99_fan_{name}_{count}": got["p99"]}

    def latency(self, name, start, rate):
        main = self.inputs.head(min(rate * self.scale.latency, self.scale.lines))
        with start() as server:
            if isinstance(server, peers.Etiquetted):
                server.feed(self.inputs.get(10000, self.scale.lines, 3)[0])
            _, got = server.feed(main, "-r", str(rate))
            return {f"p50_{name}_{rate}": got["p50"], f"p99_{name}_{rate}": got["p99"]}

    # ---- memory ----

    def memory(self):
        """Bytes of an idle sender that has sent a line, of a subscriber that has read one finding."""
        count = self.scale.idle
        with peers.EtiquettedFanout(self.bench) as server:
            self.connect(server.ingest, 10, b'{"type":"utterance","call":"w","by":"customer","text":"x"}\n')
            before = server.server.memory()
            senders = self.connect(server.ingest, count, b'{"type":"utterance","call":"w","by":"customer","text":"x"}\n')
            between = server.server.memory()
            subscribers = self.connect(server.out, min(count, 1000), b'{"type":"subscribe"}\n')
            server.feed(self.inputs.head(1))
            after = server.server.memory()
            for s in senders + subscribers:
                s.close()
        return {"bytes_sender": (between - before) / count, "bytes_subscriber": (after - between) / len(subscribers)}

    @staticmethod
    def connect(port, count, said):
        """So many connections, each of which has had an answer."""
        made = []
        for _ in range(count):
            s = socket.create_connection(("127.0.0.1", port))
            s.sendall(said)
            s.recv(4096)
            made.append(s)
        return made

    def agree(self):
        """Do all that do the job find the same? Raises Failed if not."""
        warm, main = self.inputs.get(200, 3000, 25, rest=True)
        whole = self.bench.path("agree")
        whole.write_bytes(warm.read_bytes() + main.read_bytes())
        found = {}
        for kind in (lambda b: peers.Etiquetted(b, rules=peers.FIRST), peers.SyslogNg, peers.Node, peers.Asyncio, peers.Sec):
            with kind(self.bench) as server:
                out = self.bench.path("agree.out")
                server.feed(whole, "-w", str(out))
                found[type(server).__name__] = sorted(summary(line) for line in open(out, encoding="utf-8"))
        for name, theirs in found.items():
            theirs = [one for one in theirs if one]
            if theirs != [one for one in found["Etiquetted"] if one]:
                ours = [one for one in found["Etiquetted"] if one]
                raise Failed(f"{name} does not do the same job: {sorted(set(theirs) ^ set(ours))[:5]}; {len(theirs)} findings, ours {len(ours)}")
        return len(found["Node"])


def summary(line):
    """Call and rule of a finding, whoever wrote it; empty for what is no finding."""
    event = lines.json.loads(line)
    rule = event.get("rule") or event.get("data", {}).get("rule")
    return f"{event['subject']} {rule}" if rule else ""


def cores():
    """Said in the report."""
    return f"server on core {SERVER_CORE}, the rest on core {CLIENT_CORE}"
