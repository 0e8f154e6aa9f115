"""What a service manager passes in and is told."""
import os
import signal
import socket

import pytest

from harness import Client, utterance


def told(notify, what):
    """Waits for a notification that has this line."""
    while True:
        lines = notify.recv(4096).decode().splitlines()
        if any(line.startswith(what) for line in lines):
            return lines


@pytest.fixture
def notify(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(30)
        yield listener


def environment(notify, **more):
    return {"NOTIFY_SOCKET": notify.getsockname(), **more}


def test_ready_reloading_stopping(start, notify):
    daemon = start(env=environment(notify))
    told(notify, "READY=1")
    daemon.signal(signal.SIGHUP)
    assert any(line.startswith("MONOTONIC_USEC=") for line in told(notify, "RELOADING=1"))
    told(notify, "READY=1")
    told(notify, "STATUS=0 calls, 0 senders, 0 subscribers, 0 events")
    daemon.signal(signal.SIGTERM)
    told(notify, "STOPPING=1")
    assert daemon.wait() == 0


def test_a_failed_reload_is_in_the_status(start, notify):
    daemon = start(env=environment(notify))
    daemon.rules.write_text("engine: 1\nrules: 7\n", encoding="utf-8")
    daemon.signal(signal.SIGHUP)
    daemon.wait_log("those in force stay")
    assert any("the rules on disk are wrong" in line for line in told(notify, "STATUS=") + told(notify, "STATUS="))


def test_watchdog(start, notify):
    # systemd sets WATCHDOG_PID to the daemon's; without it the variable is for whoever reads it.
    start(env=environment(notify, WATCHDOG_USEC="200000"))
    told(notify, "WATCHDOG=1")
    told(notify, "WATCHDOG=1")


def test_sockets_that_are_passed(start):
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(4)]
    names = ["subscribe", "other", "ingest", "ingest"]

    def pass_sockets():
        # Away from 3…6 first, so that none is overwritten before its turn.
        high = [os.dup2(s.fileno(), 100 + i) for i, s in enumerate(listeners)]
        for i, fd in enumerate(high):
            os.dup2(fd, 3 + i, inheritable=True)

    daemon = start_with_sockets(start, pass_sockets, names)
    assert daemon.ports == {"ingest": listeners[2].getsockname()[1], "subscribe": listeners[0].getsockname()[1]}
    for listener in (listeners[2], listeners[3]):
        sender = Client(listener.getsockname()[1])
        sender.send(utterance(t=0))
        sender.until("ack", n=1)
        sender.close()
    assert "a socket named `other` was passed" in daemon.log()
    for listener in listeners:
        listener.close()


def start_with_sockets(start, preexec, names):
    """LISTEN_PID has to be the daemon's own: a shell sets it, then becomes the daemon."""
    return start(preexec=preexec, env={"LISTEN_FDS": str(len(names)), "LISTEN_FDNAMES": ":".join(names)},
                 through=["/bin/sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh"])


def test_messages_for_the_journal(start):
    daemon = start(env={"JOURNAL_STREAM": "8:1"})
    lines = daemon.log().splitlines()
    assert lines and all(line.startswith(("<6>", "<4>")) for line in lines)
    assert not any("etiquetted: " in line for line in lines)
