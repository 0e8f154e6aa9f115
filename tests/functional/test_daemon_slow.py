"""Subscribers that do not read: bounded, told, and nobody else's trouble."""
import threading

import pytest

from harness import utterance

MIB = 1024 * 1024
CALLS, EACH = 40, 200


def flood(daemon, turn=0):
    """Far more events than the kernel's and the daemon's buffers for one connection hold."""
    sender = daemon.sender()
    for call in range(CALLS):
        sender.send(*(utterance(call=f"{turn}-{call}", t=i * 1000, text="плохо " * 20) for i in range(EACH)))
        sender.until("ack", n=(call + 1) * EACH)
    sender.close()


def slow_settings(**more):
    return {"subscriber__queue_bytes": "64KiB", "ring__bytes": "4MiB", **more}


def covered(messages):
    """The sequence numbers that events and gaps account for, in order."""
    numbers = []
    for message in messages:
        if message["type"] == "gap":
            numbers += range(message["from"], message["to"] + 1)
        elif "sequence" in message and message["type"] != "heartbeat":
            numbers.append(int(message["sequence"]))
    return numbers


def test_one_stalled_subscriber_is_told_of_its_gap(start):
    daemon = start(**slow_settings())
    stalled = daemon.subscriber(receive_buffer=4096)
    reads = daemon.subscriber()
    total = CALLS * EACH
    sender = daemon.sender()
    got = []
    for call in range(CALLS):
        sender.send(*(utterance(call=f"c{call}", t=i * 1000, text="плохо " * 20) for i in range(EACH)))
        sender.until("ack", n=(call + 1) * EACH)
        got += [reads.line() for _ in range(EACH)]
    assert [int(m["sequence"]) for m in got] == list(range(1, total + 1))

    stats = daemon.stats()
    assert (stats["subscribers_slow"], stats["slow_begins"], stats["slow_ends"]) == (1, 1, 0)
    assert "is slow" in daemon.log()
    messages, n = [], 0
    while n < total:
        messages.append(stalled.line())
        n = covered(messages[-1:])[-1]
    assert covered(messages) == list(range(1, total + 1))
    assert "gap" in [m["type"] for m in messages]
    stats = daemon.wait_stats(subscribers_slow=0)
    assert (stats["slow_begins"], stats["slow_ends"]) == (1, 1)
    assert stats["gap_events"] == sum(m["to"] - m["from"] + 1 for m in messages if m["type"] == "gap")
    assert daemon.log().count("is slow") == 1 and daemon.log().count("has caught up") == 1


def test_one_that_is_only_a_little_slow_loses_nothing(start):
    daemon = start(subscriber__queue_bytes="64KiB")
    stalled = daemon.subscriber(receive_buffer=4096)
    flood(daemon)
    total = CALLS * EACH
    assert daemon.stats()["subscribers_slow"] == 1
    assert [int(stalled.line()["sequence"]) for _ in range(total)] == list(range(1, total + 1))
    assert daemon.wait_stats(subscribers_slow=0)["gaps"] == 0


def test_it_is_closed_where_so_configured(start):
    daemon = start(**slow_settings(subscriber__overrun="close"))
    stalled = daemon.subscriber(receive_buffer=4096)
    flooding = threading.Thread(target=flood, args=(daemon,))
    flooding.start()
    stats = daemon.wait_stats(closed_slow=1)
    assert stats["gaps"] == 1
    messages = stalled.rest()  # at once: what is left is kept for a few seconds
    flooding.join()
    assert messages[-1]["type"] == "bye" and messages[-1]["reason"] == "slow"
    assert messages[-2]["type"] == "gap"
    numbers = covered(messages[:-1])
    assert numbers == list(range(1, len(numbers) + 1))
    daemon.wait_stats(subscribers_open=1)


def test_one_that_never_reads_is_closed_in_the_end(start):
    daemon = start(**slow_settings(subscriber__stall_timeout="500ms"))
    stalled = daemon.subscriber(receive_buffer=4096)
    flood(daemon)
    daemon.wait_stats(closed_stalled=1, subscribers_open=1)
    assert stalled.socket.fileno() >= 0


def test_memory_is_bounded_whoever_does_not_read(start):
    daemon = start(**slow_settings())
    for _ in range(50):
        daemon.subscriber(receive_buffer=4096)
    flood(daemon)
    before = daemon.memory()
    for turn in range(1, 4):
        flood(daemon, turn)
    assert daemon.stats()["subscribers_slow"] == 50
    assert daemon.memory() - before < 8 * MIB


def test_replaying_much_is_not_being_slow(start):
    daemon = start(subscriber__queue_bytes="64KiB")
    flood(daemon)
    client = daemon.subscriber("earliest")
    total = CALLS * EACH
    assert [int(client.line()["sequence"]) for _ in range(total)] == list(range(1, total + 1))
    assert daemon.stats()["slow_begins"] == 0
    assert "is slow" not in daemon.log()


def pour(daemon, senders, lines):
    """As much as can be taken in, from all at once; returns when all is acknowledged."""
    def send(number):
        sender = daemon.sender()
        sender.send(*(utterance(call=f"{number}-{i // 50}", t=i % 50 * 1000) for i in range(lines)))
        sender.until("ack", n=lines)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(senders)]
    for thread in threads:
        thread.start()
    return threads


def test_one_that_has_room_loses_nothing_of_a_flood(start):
    daemon = start(subscriber__queue_bytes="64MiB", ring__bytes="4MiB")
    live = daemon.subscriber()
    for thread in pour(daemon, 5, 5000):
        thread.join()
    assert daemon.wait_stats(deliveries=25000)["gaps"] == 0
    assert [int(live.line()["sequence"]) for _ in range(25000)] == list(range(1, 25001))


def test_one_that_comes_late_catches_up_in_a_flood(start):
    daemon = start(subscriber__queue_bytes="64MiB", ring__bytes="4MiB")
    threads = pour(daemon, 5, 5000)
    late = [daemon.subscriber() for _ in range(3)]
    for thread in threads:
        thread.join()
    daemon.wait_stats(events=25000)
    for client in late:
        numbers = [int(client.line()["sequence"])]
        while numbers[-1] < 25000:
            numbers.append(int(client.line()["sequence"]))
        assert numbers == list(range(numbers[0], 25001))
    assert daemon.stats()["gaps"] == 0


def test_it_is_held_when_others_take_its_share_of_the_memory(start):
    daemon = start(subscriber__queue_bytes="1MiB", buffers__bytes="16MiB")
    stalled = daemon.subscriber(receive_buffer=4096)
    sender = daemon.sender()
    sender.send(*(utterance(call=f"c{i}", t=1000, text="плохо " * 20) for i in range(1000)))
    sender.until("ack", n=1000)
    assert daemon.wait_stats(deliveries=1000)["subscribers_slow"] == 0
    for _ in range(100):
        daemon.client("subscribe")
    daemon.wait_stats(subscribers_open=lambda n: n > 100)
    sender.send(utterance(call="last", t=1000))
    sender.until("ack", n=1001)
    daemon.wait_stats(subscribers_slow=1)  # it costs nothing until it reads
    assert [int(stalled.line()["sequence"]) for _ in range(1001)] == list(range(1, 1002))
    daemon.wait_stats(subscribers_slow=0, slow_begins=1, slow_ends=1)


def test_one_that_asks_without_reading_is_not_read_from(start):
    daemon = start(subscriber__queue_bytes="64KiB")
    client = daemon.subscriber(receive_buffer=4096)
    before = daemon.memory()
    client.socket.settimeout(1)
    with pytest.raises(TimeoutError):
        for _ in range(10000):
            client.send(b'{"type":"stats"}\n' * 1000)
    assert daemon.memory() - before < 8 * MIB
    assert daemon.stats()["replies_held"] >= 1
