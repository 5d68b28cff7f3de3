"""The connection's own promises, tried on a socket that nobody reads: bounded memory, drops counted, facts
kept.
"""

import importlib.util
import socket
import sys
import threading
import time

import pytest
from support import PROBE


@pytest.fixture(scope="module")
def transport():
    folder = PROBE / "training_debugger_probe"
    spec = importlib.util.spec_from_file_location("probe_transport", folder / "transport.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["probe_transport"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture()
def pair():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    yield ours, theirs
    theirs.close()


def nothing(*_):
    pass


def read_all(theirs):
    data = b""
    theirs.settimeout(10)
    while True:
        part = theirs.recv(1 << 20)
        if not part:
            return data.splitlines()
        data += part


def test_a_stalled_reader_costs_bounded_memory_and_no_time(transport, pair):
    ours, theirs = pair
    connection = transport.Transport(ours, nothing, nothing, nothing)
    fact, measure = b"fact\n", b"m" * 9_999 + b"\n"
    sent = 0
    for index in range(3_000):
        connection.send(measure, True)
        sent += 1
        if index % 100 == 0:
            connection.send(fact, False)
        assert connection._queued <= transport.QUEUE_BYTES + len(measure)
    assert connection.dropped > 1_000
    began = time.monotonic()
    connection.finish(0.2)
    assert time.monotonic() - began < 5
    dropped = connection.dropped
    lines = read_all(theirs)
    assert all(len(line) in (4, 9_999) for line in lines[:-1])
    assert dropped + lines.count(measure.strip()) < sent + 1


def test_a_slow_reader_gets_every_fact_in_order(transport, pair):
    ours, theirs = pair
    connection = transport.Transport(ours, nothing, nothing, nothing)
    for index in range(1_500):
        connection.send(b"m" * 9_999 + b"\n", True)
        if index % 100 == 0:
            connection.send(b"fact %d\n" % index, False)
    got = []
    reader = threading.Thread(target=lambda: (got.extend(read_all(theirs)), theirs.close()))
    reader.start()
    connection.finish(20)
    reader.join()
    facts = [line for line in got if line.startswith(b"fact")]
    assert facts == [b"fact %d" % index for index in range(0, 1_500, 100)]
    assert connection.dropped == 1_500 - (len(got) - len(facts))


def test_lines_from_the_engine_arrive_whole(transport, pair):
    ours, theirs = pair
    got = []
    done = threading.Event()
    connection = transport.Transport(
        ours, lambda message: (got.append(message), done.set()), nothing, nothing
    )
    theirs.sendall(b'{"type":"wel')
    theirs.sendall(b'come","version":1}\n')
    assert done.wait(10)
    assert got == [{"type": "welcome", "version": 1}]
    connection.finish(0.1)


def test_nonsense_from_the_engine_ends_the_connection(transport, pair):
    ours, theirs = pair
    lost = threading.Event()
    connection = transport.Transport(ours, nothing, lost.set, nothing)
    theirs.sendall(b"not json\n")
    assert lost.wait(10)
    connection.send(b"x\n", True)
    connection.finish(0.1)
