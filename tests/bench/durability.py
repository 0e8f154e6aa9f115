"""What durability costs: latencies at a steady rate, and how much goes through, for each of its settings in one run."""
import argparse
import json
import pathlib
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "functional"))
from harness import Daemon, utterance  # noqa: E402  the folder is known only now

TEXTS = ["Добрый день, чем могу помочь?", "сейчас посмотрю в базе", "заказ уже в пути", "всё плохо", "хорошо, спасибо",
         "минуту, уточню", "адрес верный?", "привезут завтра утром", "до свидания", "угу"]


def lines(name, n, calls):
    """Lines of so many calls at once, one in ten with a finding."""
    return [json.dumps(utterance(call=f"{name}-{i % calls}", t=i // calls * 2000, text=TEXTS[i // calls % len(TEXTS)]),
                       ensure_ascii=False).encode() + b"\n" for i in range(n)]


def pump(client, data, rate):
    """All of it at that rate (0: as fast as it goes); returns when all is acknowledged."""
    sender = threading.Thread(target=write, args=(client, data, rate))
    sender.start()
    while client.line().get("n") != len(data):
        pass
    sender.join()


def write(client, data, rate):
    begun, step = time.monotonic(), max(1, rate // 200) if rate else 500
    for at in range(0, len(data), step):
        client.send(b"".join(data[at:at + step]))
        ahead = at / rate - (time.monotonic() - begun) if rate else 0
        if ahead > 0:
            time.sleep(ahead)


def probe(daemon, stop, acks, findings):
    sender, subscriber = daemon.sender(), daemon.subscriber(filter={"calls": ["probe"]})
    n = 0
    while not stop.is_set():
        begun = time.monotonic()
        sender.send(utterance(call="probe", t=n * 1000))
        n += 1
        while subscriber.line()["type"] != "etiquette.finding":
            pass
        findings.append(time.monotonic() - begun)
        begun = time.monotonic()
        sender.send(utterance(call="quiet", t=n * 1000, text="угу"))
        while sender.line()["n"] != 2 * n:
            pass
        acks.append(time.monotonic() - begun)
        time.sleep(0.003)


def told(times):
    times.sort()
    return f"{times[len(times) // 2] * 1000:6.2f} {times[len(times) * 99 // 100] * 1000:6.2f}"


def measure(durability, options):
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(folder, store__path=pathlib.Path(folder) / "s.db", store__durability=durability,
                        log__level="error")
        stop, acks, findings = threading.Event(), [], []
        prober = threading.Thread(target=probe, args=(daemon, stop, acks, findings))
        prober.start()
        pump(daemon.sender(), lines("paced", options.rate * options.seconds, 500), options.rate)
        stop.set()
        prober.join()
        parts = [lines(f"fast-{i}", options.lines // 4, 200) for i in range(4)]
        threads = [threading.Thread(target=pump, args=(daemon.sender(), part, 0)) for part in parts]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        through = options.lines / (time.monotonic() - begun)
        daemon.stop()
    return told(acks), told(findings), through


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=5000, help="lines a second, for the latencies")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--lines", type=int, default=400000, help="for what goes through")
    options = parser.parse_args()
    results = {name: measure(name, options) for name in ("memory", "crash", "power")}
    print(f"at {options.rate} lines/s, median and 99th percentile in ms; then as fast as it goes")
    print("durability   to the ack      to a subscriber   lines/s   of memory")
    for name, (acks, findings, through) in results.items():
        print(f"{name:10} {acks}   {findings}   {through:9.0f}   {through / results['memory'][2]:.2f}")


if __name__ == "__main__":
    main()
