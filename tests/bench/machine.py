"""Processes under measurement: started pinned to a core, their CPU time and memory read from /proc."""
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = CORES[0]
CLIENT_CORE = CORES[-1]


class Failed(Exception):
    """A server or a measuring program did not do what it should."""


def pin(core):
    """For preexec_fn: the process runs on that core only."""
    return lambda: os.sched_setaffinity(0, {core})


def free_port():
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """One process, and its CPU time; leave the with block to end it."""

    def __init__(self, command, ports, log, executable=None, env=None, stdin=None):
        self.log = pathlib.Path(log)
        with open(log, "wb") as out:
            self.process = subprocess.Popen([str(c) for c in command], executable=executable, stdin=stdin or subprocess.DEVNULL,
                                            stdout=out, stderr=out, env={**os.environ, **(env or {})}, preexec_fn=pin(SERVER_CORE))
        try:
            for port in ports:
                self.wait_for(port)
        except Failed:
            self.stop()
            raise

    def wait_for(self, port):
        """Until it listens there."""
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process.poll() is None:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.02)
        raise Failed(f"{self.process.args[0]} did not start: {self.log.read_text(errors='replace')[-2000:]}")

    def cpu(self):
        """Seconds of CPU time so far, of all its threads, also those that have ended."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self):
        """Bytes of its own that are in memory."""
        resident, shared = pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1:3]
        return (int(resident) - int(shared)) * PAGE

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def measure(command, timeout=400, stdout=subprocess.PIPE):
    """Runs one of our measuring programs on the other core; what it prints."""
    done = subprocess.run([str(c) for c in command], stdout=stdout, stderr=subprocess.PIPE, timeout=timeout, check=False,
                          preexec_fn=pin(CLIENT_CORE))
    if done.returncode:
        raise Failed(f"{command[0]}: {done.stderr.decode(errors='replace').strip()[-500:]}")
    printed = (done.stdout or b"") + done.stderr
    return json.loads(printed.strip().splitlines()[-1])
