"""The senders of load.py: made-up calls, all open at once, over some connections."""
import json
import pathlib
import random
import selectors
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "functional"))
import generate  # noqa: E402  pylint: disable=wrong-import-position

PLACEHOLDER = b'"call": "@"'


def templates(seed, count=500):
    """Calls as lists of encoded lines, without their ids."""
    return [[json.dumps(line, ensure_ascii=False).encode() + b"\n" for _, line in generate.call(f"{seed}/{i}", "@")]
            for i in range(count)]


class Callers:
    """One call in each slot at any time, a line of each in turn, in an order that changes every time round."""

    def __init__(self, args):
        self.rng = random.Random(args.seed)
        self.templates = templates(args.seed)
        self.slots = [None] * args.calls
        self.order = []
        self.started = 0
        self.begin_new = True
        for slot in range(args.calls):  # the first ones are under way already
            self.begin(slot)
            queue = self.slots[slot]
            del queue[:self.rng.randrange(len(queue) - 1)]

    def begin(self, slot):
        self.started += 1
        name = b'"call": "L%d"' % self.started
        self.slots[slot] = [line.replace(PLACEHOLDER, name) for line in self.rng.choice(self.templates)]

    def lines(self):
        """(slot, its next line; with a call's last one also the first of its successor); None when all are over."""
        if not self.order:
            self.order = [i for i, queue in enumerate(self.slots) if queue]
            self.rng.shuffle(self.order)
        if not self.order:
            return None
        slot = self.order.pop()
        out = [self.slots[slot].pop(0)]
        if not self.slots[slot] and self.begin_new:
            self.begin(slot)
            out.append(self.slots[slot].pop(0))
        return slot, out


class Sender:
    """One connection to the ingest port."""

    def __init__(self, port, selector):
        self.selector = selector
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.out, self.pending = bytearray(), b""
        self.sent = self.acked = 0
        self.errors = []
        selector.register(self.socket, selectors.EVENT_READ, self)

    def put(self, line):
        self.out += line
        self.sent += 1

    def flush(self):
        try:
            while self.out:
                del self.out[:self.socket.send(self.out[:1 << 16])]
        except BlockingIOError:
            pass
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.out else 0)
        if self.selector.get_key(self.socket).events != events:
            self.selector.modify(self.socket, events, self)

    def take(self):
        data = self.socket.recv(1 << 16)
        if not data:
            raise RuntimeError("the daemon closed a sender's connection")
        *lines, self.pending = (self.pending + data).split(b"\n")
        for message in map(json.loads, lines):
            if message["type"] == "ack":
                self.acked = message["n"]
            else:
                self.errors.append(message)


def send_all(args, port, path, result):
    """A process of its own: sends at the rate until the time is over, then what is left of the calls."""
    selector = selectors.DefaultSelector()
    senders = [Sender(port, selector) for _ in range(args.senders)]
    callers = Callers(args)
    began, sent, done, give_up = time.monotonic(), 0, False, None
    with open(path, "wb") as copy:
        while not done or any(s.acked < s.sent for s in senders):
            now = time.monotonic() - began
            callers.begin_new = now < args.seconds
            touched = set()
            while not done and sent < now * args.rate:
                item = callers.lines()
                if item is None:
                    done = True
                    break
                sender = senders[item[0] % args.senders]
                touched.add(sender)
                for line in item[1]:
                    sender.put(line)
                    copy.write(line)
                    sent += 1
            for sender in touched:
                sender.flush()
            for key, events in selector.select(0.005):
                if events & selectors.EVENT_READ:
                    key.data.take()
                if events & selectors.EVENT_WRITE:
                    key.data.flush()
            if done:
                give_up = give_up or time.monotonic() + 60
                if time.monotonic() > give_up:
                    break
    result.send({"lines": sent, "calls": callers.started, "seconds": time.monotonic() - began,
                 "acked": sum(s.acked for s in senders), "errors": [e for s in senders for e in s.errors]})
