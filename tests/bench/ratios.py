"""The ratios that are held to a mark: each is taken within a round, then the median of the rounds counts."""
import collections
import statistics

# value = over / under of the same round; mark: at least (">=") or at most ("<=") so much.
Ratio = collections.namedtuple("Ratio", "name over under mark what")

RATIOS = [
    Ratio("floor", "us_floor", "us_ours", ">= 0.6", "lines a second, of what only parsing JSON gives"),
    Ratio("floor_store_crash", "wall_floor", "wall_ours_store_crash", ">= 0.5", "the same, store at crash, by the clock"),
    Ratio("floor_store_power", "wall_floor", "wall_ours_store_power", ">= 0.45", "the same, store at power, by the clock"),
    Ratio("syslog_ng", "us_syslog_ng", "us_ours", ">= 7", "lines a second, times syslog-ng"),
    Ratio("node", "us_node", "us_ours", ">= 6", "lines a second, times Node"),
    Ratio("asyncio", "us_asyncio", "us_ours", ">= 19", "lines a second, times asyncio"),
    Ratio("sec", "us_sec", "us_ours", ">= 40", "lines a second, times SEC"),
    Ratio("nats_100", "us_delivery_nats_100", "us_delivery_ours_100", ">= 1.5", "deliveries to 100, times nats-server"),
    Ratio("nats_1000", "us_delivery_nats_1000", "us_delivery_ours_1000", ">= 1.5", "deliveries to 1,000, times nats-server"),
    Ratio("redis_100", "us_delivery_redis_100", "us_delivery_ours_100", ">= 0.9", "deliveries to 100, times redis"),
    Ratio("redis_1000", "us_delivery_redis_1000", "us_delivery_ours_1000", ">= 0.9", "deliveries to 1,000, times redis"),
    Ratio("patterns_200", "us_patterns_200", "us_patterns_40", "<= 1.3", "cost of a line, 200 patterns for 40"),
    Ratio("patterns_1000", "us_patterns_1000", "us_patterns_40", "<= 2", "cost of a line, 1,000 patterns for 40"),
    Ratio("patterns_5000", "us_patterns_5000", "us_patterns_40", "<= 5", "cost of a line, 5,000 patterns for 40"),
    Ratio("calls_50000", "us_calls_50000", "us_calls_1000", "<= 1.3", "cost of a line, 50,000 open calls for 1,000"),
    Ratio("connections_100", "us_ours_100_connections", "us_ours", "<= 1.3", "cost of a line, 100 connections for one"),
]
# Other marks: of values, or of two values, that are no keys of the JSON's ratios.
OTHERS = [
    Ratio("fan_p99_redis", "p99_fan_ours_1000", "p99_fan_redis_1000", "<= 1", "99th percentile to 1,000 subscribers, of that of redis"),
    Ratio("latency_syslog_ng", "p99_ours_5000", "p99_syslog_ng_5000", "<= 1", "99th percentile at 5,000 lines a second, of syslog-ng's"),
    Ratio("latency_ms_20000", "p99_ours_store_crash_20000", None, "<= 5", "99th percentile at 20,000 lines a second, store at crash, ms"),
    Ratio("bytes_call", "bytes_call_50000", None, "<= 2048", "bytes of an open call"),
    Ratio("bytes_sender", "bytes_sender", None, "<= 8192", "bytes of an idle sender"),
    Ratio("bytes_subscriber", "bytes_subscriber", None, "<= 12288", "bytes of a subscriber"),
]


def holds(ratio, value):
    """Is the mark met?"""
    sign, bound = ratio.mark.split()
    return value >= float(bound) if sign == ">=" else value <= float(bound)


def compute_one(ratio, values, reasons):
    """Median and spread over the rounds; without values null and why."""
    lacking = [name for name in (ratio.over, ratio.under) if name and not values.get(name)]
    if lacking:
        reason = reasons.get("store") if "store" in " ".join(lacking) else None
        return {"median": None, "spread": None, "reason": reason or f"not measured: {', '.join(lacking)}"}
    unders = values[ratio.under] if ratio.under else [1.0] * len(values[ratio.over])
    each = [over / under if under else float("inf") for over, under in zip(values[ratio.over], unders)]
    return {"median": statistics.median(each), "spread": [min(each), max(each)]}


def compute(values, reasons):
    """All that go into the JSON."""
    return {ratio.name: compute_one(ratio, values, reasons) for ratio in RATIOS}
