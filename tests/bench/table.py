"""The report as text: medians, and ratios against their marks."""
import statistics

from ratios import OTHERS, RATIOS, compute_one, holds

LINES = [("us_floor", "floor: only json-c"), ("us_ours", "etiquetted, full Russian pack, 3 % matter"),
         ("us_ours_25", "etiquetted, full Russian pack, 25 % matter"), ("us_ours_first", "etiquetted, the peers' three rules"),
         ("us_ours_100_connections", "etiquetted, 100 connections"), ("us_ours_store_crash", "etiquetted, store at crash"),
         ("us_ours_store_power", "etiquetted, store at power"), ("us_syslog_ng", "syslog-ng, three rules"),
         ("us_node", "Node, three rules"), ("us_asyncio", "asyncio, three rules"), ("us_sec", "SEC, three rules"),
         *[(f"us_patterns_{n}", f"etiquetted, {n} patterns") for n in (40, 200, 1000, 5000)],
         *[(f"us_calls_{n}", f"etiquetted, {n} open calls") for n in (1000, 10000, 50000)]]
SERVERS = [("ours", "etiquetted"), ("nats", "nats-server"), ("redis", "redis"), ("mosquitto", "mosquitto")]
WAYS = [("us_delivery", "us a delivery, 50,000 (quick: 100,000) deliveries a second"), ("us_burst", "us a delivery, as fast as possible"),
        ("p50_fan", "ms to a subscriber, median"), ("p99_fan", "ms to a subscriber, 99th percentile")]
LATENCIES = [("ours_5000", "etiquetted, 5,000 lines a second"), ("syslog_ng_5000", "syslog-ng, 5,000 lines a second"),
             ("ours_20000", "etiquetted, 20,000 lines a second"), ("ours_store_crash_20000", "the same, store at crash")]


def section(title, rows):
    """A heading and its rows; nothing without rows."""
    return ["", title, "", *[f"  {row}" for row in rows]] if rows else []


def show(values, name):
    """Median, and the range of the rounds."""
    if not values.get(name):
        return f"{'–':>9} {'':>19}"
    v = values[name]
    return f"{statistics.median(v):9.2f} {f'({min(v):.2f} … {max(v):.2f})':>19}"


def one_ratio(ratio, got):
    """A line of the second table."""
    if got["median"] is None:
        return f"  {ratio.name:18} {'–':>9} {'':19} {ratio.mark:>8}  ?      {ratio.what}: {got['reason']}"
    spread = f"({got['spread'][0]:.2f} … {got['spread'][1]:.2f})"
    verdict = "ok    " if holds(ratio, got["median"]) else "MISSED"
    return f"  {ratio.name:18} {got['median']:9.2f} {spread:>19} {ratio.mark:>8}  {verdict} {ratio.what}"


def text(values, ratios, reasons, machine):
    """All of it."""
    out = [machine]
    out += section("microseconds of CPU a line of 248 bytes: median of the rounds (and their range)",
                   [f"{what:44} {show(values, name)}  {rate(values, name)}" for name, what in LINES if name in values])
    for prefix, what in WAYS:
        rows = [f"{label:14} {show(values, f'{prefix}_{name}_100')} {show(values, f'{prefix}_{name}_1000')}"
                for name, label in SERVERS if f"{prefix}_{name}_100" in values or f"{prefix}_{name}_1000" in values]
        out += section(what, [f"{'subscribers':14} {'100':>9} {'':19} {'1000':>9}", *rows] if rows else [])
    sizes = [f"{label} {statistics.median(values[f'bytes_delivery_{name}']):.0f}"
             for name, label in SERVERS if f"bytes_delivery_{name}" in values]
    out += section("bytes of a delivery", [", ".join(sizes)] if sizes else [])
    out += section("ms from a line to its finding at a subscriber: median, 99th percentile",
                   [f"{what:44} {show(values, f'p50_{name}')} {show(values, f'p99_{name}')}"
                    for name, what in LATENCIES if f"p50_{name}" in values])
    out += ["", "ratios and marks: median of the rounds (and their range)", ""]
    out += [one_ratio(ratio, ratios[ratio.name]) for ratio in RATIOS]
    out += [one_ratio(ratio, compute_one(ratio, values, reasons)) for ratio in OTHERS]
    out += [f"not measured, {name}: {why}" for name, why in reasons.items()]
    return "\n".join(out)


def rate(values, name):
    """Lines a second of one core."""
    return f"{1e6 / statistics.median(values[name]):9.0f} lines/s" if values.get(name) and min(values[name]) > 0 else ""
