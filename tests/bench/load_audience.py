"""The subscribers of load.py, and what each of them should have got."""
import array
import collections
import json
import random
import re
import selectors
import socket
import time
import zlib

SEVERITIES = ["info", "minor", "major", "critical"]
SCORED = "etiquette.call.scored"
FINDINGS = ["etiquette.finding", "etiquette.finding.retracted"]
SEQUENCE = re.compile(rb'"sequence":"(\d+)"')


def filters(args):
    """As many as there are subscribers, all different in what they ask for; the first lets everything through."""
    rng = random.Random(args.seed + 1)
    rules = ["hold.*", "greeting.*", "speech.filler", "speech.profanity", "close.*", "*.no-*", "listen.*", "end.*", "x"]
    made = [{}]
    while len(made) < args.subscribers:
        parts = {}
        if rng.random() < 0.4:
            parts["severity"] = rng.choice(SEVERITIES)
        if rng.random() < 0.6:
            parts["rules"] = rng.sample(rules, rng.randrange(1, 4))
        if rng.random() < 0.4:
            parts["queues"] = rng.choice([["sales"], ["support"], ["sales", "support"], []])
        if rng.random() < 0.7:
            parts["agents"] = [f"a{n}" for n in rng.sample(range(9), rng.randrange(1, 3))]
        if rng.random() < 0.2:
            parts["types"] = rng.choice([[SCORED], FINDINGS, [SCORED, *FINDINGS]])
        if rng.random() < 0.1:
            parts["calls"] = [f"L{rng.randrange(1, 3 * args.calls)}" for _ in range(64)]
        if parts:
            made.append(parts)
    return made


def kind_passes(kind, parts):
    """Does the filter let such an event through? As doc/protocol.md says, in other words than the daemon's."""
    severity, rule, queue, agent = kind
    if rule is None:
        plain = parts.get("severity", "info") == "info" and "rules" not in parts
        if not (SCORED in parts["types"] if "types" in parts else plain):
            return False
    elif FINDINGS[0] not in parts.get("types", FINDINGS):
        return False
    elif SEVERITIES.index(severity) < SEVERITIES.index(parts.get("severity", "info")):
        return False
    if rule and "rules" in parts and not any(re.fullmatch(re.escape(r).replace(r"\*", ".*"), rule) for r in parts["rules"]):
        return False
    return all(value in parts.get(name, [value]) for name, value in (("queues", queue), ("agents", agent)))


def wanted(events, parts):
    """Numbers of the events that the filter lets through."""
    kinds = {kind: kind_passes(kind, parts) for kind in {event[:4] for event in events}}
    calls = set(parts["calls"]) if "calls" in parts else None
    return [n for n, event in enumerate(events, 1) if kinds[event[:4]] and (calls is None or event[4] in calls)]


class Subscriber:
    """One connection to the subscribe port; remembers numbers and checksums of what came."""

    def __init__(self, port, parts, stalled=False):
        self.parts = parts
        self.socket = socket.socket()
        if stalled:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(30)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(json.dumps({"type": "subscribe", "filter": parts}).encode() + b"\n")
        self.pending = b""
        self.numbers, self.sums = array.array("Q"), array.array("L")
        self.others = collections.Counter()
        self.gaps = []

    def take(self, on_event=None):
        """Reads what is there; how many events."""
        had = len(self.numbers)
        data = self.socket.recv(1 << 18)
        if not data:
            raise RuntimeError("the daemon closed a subscriber's connection")
        *lines, self.pending = (self.pending + data).split(b"\n")
        for line in lines:
            if line.startswith(b'{"specversion"'):
                self.numbers.append(int(SEQUENCE.search(line, max(0, len(line) - 200)).group(1)))
                self.sums.append(zlib.crc32(line))
                if on_event:
                    on_event(line)
            else:
                message = json.loads(line)
                self.others[message["type"]] += 1
                if message["type"] == "gap":
                    self.gaps.append((message["from"], message["to"]))
        return len(self.numbers) - had


class Audience:
    """All of them: one without a filter that the others are compared with, the filtered, and the stalled one."""

    def __init__(self, args, port):
        self.selector = selectors.DefaultSelector()
        self.reference = Subscriber(port, {})
        self.all = [Subscriber(port, parts) for parts in filters(args)[:-1]]
        self.stalled = Subscriber(port, {}, stalled=True)
        self.events = []  # what filters look at, by number - 1
        self.standing = set()
        self.scores = {}
        self.retracted = 0
        for one in [self.reference, *self.all]:
            self.selector.register(one.socket, selectors.EVENT_READ, one)

    def note(self, line):
        event = json.loads(line)
        data = event["data"]
        self.events.append((event["severitytext"], data.get("rule"), data["call"].get("queue"),
                            data["call"].get("agent", {}).get("id"), event["subject"]))
        if event["type"] == "etiquette.finding":
            self.standing.add(data["finding"])
        elif event["type"] == SCORED:
            self.scores[event["subject"]] = data["score"]
        else:
            self.standing.discard(data["finding"])
            self.retracted += 1

    def turn(self, timeout):
        """Reads from all that have something; how many events came."""
        events = 0
        for key, _ in self.selector.select(timeout):
            events += key.data.take(self.note if key.data is self.reference else None)
        return events

    def drain(self, quiet):
        """Reads until no event has come for so many seconds."""
        until = time.monotonic() + quiet
        while time.monotonic() < until:
            if self.turn(0.1):
                until = time.monotonic() + quiet

    def problems(self, last):
        """What the reference and the filtered ones got, held against what they should have got."""
        found = []
        if list(self.reference.numbers) != list(range(1, last + 1)):
            lost = sum(to - first + 1 for first, to in self.reference.gaps)
            return [f"the subscriber without a filter got {len(self.reference.numbers)} of {last} events, "
                    f"{lost} were told as gaps" + (": this machine is too busy to read them" if lost else "")]
        for i, one in enumerate(self.all):
            due = wanted(self.events, one.parts)
            if list(one.numbers) != due:
                found.append(f"subscriber {i} {one.parts}: {len(one.numbers)} events, not {len(due)}; {one.others}")
            elif any(one.sums[k] != self.reference.sums[n - 1] for k, n in enumerate(due)):
                found.append(f"subscriber {i}: the bytes of an event differ")
        return found

    def read_the_rest(self, last):
        """Lets the stalled one read at last; what is wrong with it."""
        one = self.stalled
        one.socket.setblocking(True)
        one.socket.settimeout(30)
        while max([*one.numbers[-1:], *(to for _, to in one.gaps[-1:])], default=0) < last:
            one.take()
        covered = set(one.numbers)
        for first, to in one.gaps:
            covered.update(range(first, to + 1))
        if covered != set(range(1, last + 1)) or list(one.numbers) != sorted(set(one.numbers)):
            return ["the stalled subscriber's events and gaps do not account for every number once, in order"]
        return []
