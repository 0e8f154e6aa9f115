// The job as a Node daemon: peer_node.js INGEST_PORT OUT_PORT. Lines come in on one port, findings go out on the other.
"use strict";
const net = require("net");

// \b knows no Cyrillic, and \p{L} with look-behind is slower than naming what may stand before and after.
const FILLER = /(?:^|[^а-яё])(?:ну|как бы|типа|короче|так сказать|это самое)(?![а-яё])/i;
const ALLO = /^[^а-яё]*(?:(?:алло|слушаю|да)(?![а-яё])[^а-яё]*)+$/i;
const THANKS = /(?:^|[^а-яё])(?:спасибо|благодарю) за ожидание(?![а-яё])/i;
const TURNS = 2;

const calls = new Map();
const subscribers = new Set();

function found(rule, line) {
	return JSON.stringify({ type: "finding", rule, subject: line.call, t: line.t, utterance: line.id, text: line.text }) + "\n";
}

function agent(call, line) {
	let out = "";
	if (FILLER.test(line.text)) out += found("speech.filler", line);
	if (!call.greeted) {
		call.greeted = true;
		if (ALLO.test(line.text)) out += found("greeting.allo-only", line);
	}
	if (call.due) {
		if (THANKS.test(line.text)) call.due = 0;
		else if (--call.due === 0) out += found("hold.no-thanks", line);
	}
	return out;
}

function judge(line) {
	let call = calls.get(line.call);
	if (!call) calls.set(line.call, (call = { greeted: false, due: 0 }));
	switch (line.type) {
	case "utterance":
		return line.by === "agent" ? agent(call, line) : "";
	case "hold.end":
		call.due = TURNS;
		return "";
	case "call.end":
		calls.delete(line.call);
		return call.due ? found("hold.no-thanks", line) : "";
	}
	return "";
}

net.createServer((socket) => {
	let rest = "";
	socket.setEncoding("utf8");
	socket.on("data", (data) => {
		const lines = (rest + data).split("\n");
		rest = lines.pop();
		let out = "";
		for (const line of lines) out += judge(JSON.parse(line));
		if (out) for (const s of subscribers) s.write(out);
	});
	socket.on("error", () => {});
}).listen(Number(process.argv[2]), "127.0.0.1");

net.createServer((socket) => {
	subscribers.add(socket);
	socket.on("close", () => subscribers.delete(socket));
	socket.on("error", () => {});
}).listen(Number(process.argv[3]), "127.0.0.1");
