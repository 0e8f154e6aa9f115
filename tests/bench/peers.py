"""What is measured: our daemon, the floor, and the peers, each with the best configuration that its manual allows."""
import pathlib
import shutil
import subprocess

from machine import CLIENT_CORE, Failed, Server, free_port, measure, pin

HERE = pathlib.Path(__file__).resolve().parent
FIRST = HERE / "peers" / "first.yaml"


class Bench:
    """Where things are."""

    def __init__(self, binaries, unpacked, folder):
        self.bin = pathlib.Path(binaries)
        self.unpacked = pathlib.Path(unpacked)
        self.folder = pathlib.Path(folder)
        self.feed = self.bin / "bench_feed"
        self.fanout = self.bin / "bench_fanout"

    def path(self, name):
        return self.folder / name

    def fill(self, template, **values):
        """A configuration file made of a template."""
        text = (HERE / "peers" / template).read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        out = self.path(template)
        out.write_text(text, encoding="utf-8")
        return out


class Listener:
    """A server with a port for lines and one for findings, or one that connects to us for the findings."""

    end = "mark"
    said = None
    out_option = "-o"

    def __init__(self, bench):
        self.bench = bench
        self.ingest, self.out = free_port(), free_port()
        self.server = self.start()

    def start(self):
        raise NotImplementedError

    def feed(self, lines, *options):
        """Sends the file; (seconds of CPU, what bench_feed measured)."""
        command = [self.bench.feed, "-e", self.end, *options]
        if self.out:
            command += [self.out_option, self.out]
        if self.said:
            command += ["-s", self.said]
        before = self.server.cpu()
        got = measure([*command, self.ingest, lines])
        return self.server.cpu() - before, got

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.stop()


class Floor(Listener):
    """Reads, splits, parses with json-c, and no more."""

    end = "close"

    def start(self):
        self.out = None
        return Server([self.bench.bin / "bench_floor", self.ingest], [self.ingest], self.bench.path("floor.log"))


class Etiquetted(Listener):
    """Ours."""

    end = "ack"
    said = '{"type":"subscribe"}'

    def __init__(self, bench, rules="ru", store=None, **settings):
        self.rules, self.store = rules, store
        # Calls must not end by themselves: their lines come slower than in life.
        self.settings = {"calls.idle": "1h", "calls.max": "1000000", "ingest.calls": "1000000", "ingest.connections": "10000",
                         "subscriber.connections": "10000",
                         **{name.replace("__", "."): value for name, value in settings.items()}}
        super().__init__(bench)

    def start(self):
        settings = dict(self.settings)
        if self.store:
            path = self.bench.path("store.db")
            for old in self.bench.folder.glob("store.db*"):
                old.unlink()
            settings |= {"store.path": path, "store.durability": self.store}
        command = [self.bench.bin / "etiquetted", "--ingest", f"127.0.0.1:{self.ingest}", "--subscribe", f"127.0.0.1:{self.out}",
                   "--rules", self.rules, *[f"--set={name}={value}" for name, value in settings.items()]]
        return Server(command, [self.ingest, self.out], self.bench.path("etiquetted.log"))


class Asyncio(Listener):
    """A Python daemon with re."""

    def start(self):
        return Server(["/usr/bin/python3", HERE / "peers" / "peer_asyncio.py", self.ingest, self.out], [self.ingest, self.out],
                      self.bench.path("asyncio.log"))


class Node(Listener):
    """A JavaScript daemon."""

    def start(self):
        return Server(["node", HERE / "peers" / "peer_node.js", self.ingest, self.out], [self.ingest, self.out],
                      self.bench.path("node.log"))


class SyslogNg(Listener):
    """json-parser, filters, grouping-by; connects to us with what it finds."""

    out_option = "-l"

    def start(self):
        root = self.bench.unpacked / "usr"
        conf = self.bench.fill("syslog-ng.conf", INGEST=self.ingest, OUT=self.out)
        modules = next((root / "lib/syslog-ng").glob("[0-9]*"))
        command = [root / "sbin/syslog-ng", "-F", "--no-caps", "-f", conf, f"--module-path={modules}"]
        for option, name in (("-R", "persist"), ("-p", "pid"), ("-c", "ctl")):
            command += [option, self.bench.path(f"syslog-ng.{name}")]
        return Server(command, [self.ingest], self.bench.path("syslog-ng.log"), env={"LD_LIBRARY_PATH": f"{root}/lib/syslog-ng"})


class Sec(Listener):
    """The Simple Event Correlator; reads its standard input."""

    def start(self):
        conf = self.bench.fill("sec.conf", OUT=self.out)
        self.pipe = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=pin(CLIENT_CORE))
        return Server(["sec", f"-conf={conf}", "-input=-", "-notail", "-debug=3", "-bufsize=1"], [],
                      self.bench.path("sec.log"), stdin=self.pipe.stdout)

    def feed(self, lines, *options):
        before = self.server.cpu()
        got = measure([self.bench.feed, "-e", "mark", *options, "-l", self.out, "-", lines], stdout=self.pipe.stdin)
        return self.server.cpu() - before, got

    def __exit__(self, *_):
        self.server.stop()
        self.pipe.stdin.close()
        self.pipe.wait()


# ---- fan-out ----

class Nats(Listener):
    """nats-server."""

    kind = "nats"

    def start(self):
        self.out = self.ingest
        conf = self.bench.path("nats.conf")
        conf.write_text(f"host: 127.0.0.1\nport: {self.ingest}\nmax_pending: 1GB\nwrite_deadline: 60s\n", encoding="utf-8")
        return Server([self.bench.unpacked / "usr/sbin/nats-server", "-c", conf], [self.ingest], self.bench.path("nats.log"),
                      env={"GOMAXPROCS": "1"})


class Redis(Listener):
    """redis-server, publish and subscribe."""

    kind = "redis"

    def start(self):
        self.out = self.ingest
        command = ["redis-server", "--bind", "127.0.0.1", "--port", self.ingest, "--save", "", "--appendonly", "no",
                   "--maxclients", "20000", "--client-output-buffer-limit", "pubsub 0 0 0", "--dir", self.bench.folder]
        # In Debian the server is a name of the checker.
        return Server(command, [self.ingest], self.bench.path("redis.log"), executable="/usr/bin/redis-check-rdb")


class Mosquitto(Listener):
    """mosquitto, MQTT with quality of service 0."""

    kind = "mosquitto"

    def start(self):
        self.out = self.ingest
        conf = self.bench.path("mosquitto.conf")
        conf.write_text(f"listener {self.ingest} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nset_tcp_nodelay true\n",
                        encoding="utf-8")
        return Server([self.bench.unpacked / "usr/sbin/mosquitto", "-c", conf], [self.ingest], self.bench.path("mosquitto.log"))


class EtiquettedFanout(Etiquetted):
    """Ours: one short line in, one finding to each."""

    kind = "etiquetted"

    def __init__(self, bench):
        super().__init__(bench, rules=HERE / "peers" / "fanout.yaml")


def fan_out(server, subscribers, messages, rate):
    """(seconds of CPU, what bench_fanout measured)."""
    before = server.server.cpu()
    got = measure([server.bench.fanout, server.kind, server.ingest, server.out, subscribers, messages, rate])
    return server.server.cpu() - before, got


def missing():
    """Programs that a peer needs and that are not there."""
    return [name for name in ("node", "sec", "redis-check-rdb", "gnuplot") if not shutil.which(name)]


__all__ = ["Bench", "Failed", "Floor", "Etiquetted", "EtiquettedFanout", "Asyncio", "Node", "SyslogNg", "Sec", "Nats", "Redis",
           "Mosquitto", "FIRST", "fan_out", "missing"]
