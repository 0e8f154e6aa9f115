#!/usr/bin/env python3
"""The job as an asyncio daemon: peer_asyncio.py INGEST_PORT OUT_PORT. Lines come in on one port, findings go out on the other."""
import asyncio
import json
import re
import sys

FILLER = re.compile(r"\b(?:ну|как бы|типа|короче|так сказать|это самое)\b", re.IGNORECASE)
ALLO = re.compile(r"\W*(?:(?:алло|слушаю|да)\W*)+", re.IGNORECASE)
THANKS = re.compile(r"\b(?:спасибо|благодарю) за ожидание\b", re.IGNORECASE)
TURNS = 2


class Call:
    """What is known of an open call."""

    __slots__ = ("greeted", "due")

    def __init__(self):
        self.greeted = False
        self.due = 0


class Ingest(asyncio.Protocol):
    """A sender."""

    calls = {}
    subscribers = set()

    def __init__(self):
        self.rest = b""

    def data_received(self, data):
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        out = []
        for line in lines:
            self.judge(json.loads(line), out)
        if out:
            joined = "".join(out).encode()
            for transport in self.subscribers:
                transport.write(joined)

    def judge(self, line, out):
        """One line; findings go to out."""
        kind, name = line["type"], line["call"]
        call = self.calls.get(name)
        if call is None:
            call = self.calls[name] = Call()
        if kind == "utterance":
            if line["by"] == "agent":
                self.agent(call, line, out)
        elif kind == "hold.end":
            call.due = TURNS
        elif kind == "call.end":
            if call.due:
                self.find("hold.no-thanks", line, out)
            del self.calls[name]

    def agent(self, call, line, out):
        """The agent said something."""
        text = line["text"]
        if FILLER.search(text):
            self.find("speech.filler", line, out)
        if not call.greeted:
            call.greeted = True
            if ALLO.fullmatch(text):
                self.find("greeting.allo-only", line, out)
        if call.due:
            if THANKS.search(text):
                call.due = 0
            else:
                call.due -= 1
                if not call.due:
                    self.find("hold.no-thanks", line, out)

    @staticmethod
    def find(rule, line, out):
        """A finding."""
        out.append(json.dumps({"type": "finding", "rule": rule, "subject": line["call"], "t": line["t"],
                               "utterance": line.get("id"), "text": line.get("text")}, ensure_ascii=False,
                              separators=(",", ":")) + "\n")


class Out(asyncio.Protocol):
    """A subscriber."""

    transport = None

    def connection_made(self, transport):
        self.transport = transport
        Ingest.subscribers.add(transport)

    def connection_lost(self, exc):
        Ingest.subscribers.discard(self.transport)


async def main(ingest, out):
    """Serves for ever."""
    loop = asyncio.get_running_loop()
    await loop.create_server(Out, "127.0.0.1", out)
    server = await loop.create_server(Ingest, "127.0.0.1", ingest)
    await server.serve_forever()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
