import pytest

import harness


@pytest.fixture
def start(tmp_path):
    """Starts daemons; they are stopped, and looked at, at the end of the test."""
    running = []

    def start_one(**kwargs):
        folder = tmp_path / f"daemon{len(running)}"
        folder.mkdir()
        running.append(harness.Daemon(folder, **kwargs))
        return running[-1]

    yield start_one
    for one in running:
        one.stop()


@pytest.fixture
def daemon(start):
    return start()
