"""A server with a symptom of the README, and its clients: symptoms.py KIND SOCKET

Prints its port once it has the symptom, and serves until it is killed. Only "slow-local" serves the AF_UNIX socket.
"""

import errno
import os
import resource
import select
import socket
import sys
import time

FILES = 12


def connect(address, family=socket.AF_INET):
    client = socket.socket(family)
    client.setblocking(False)
    client.connect_ex(address)
    return client


def connect_again_and_again(listener, at_once):
    """Starts a process that keeps some connections for a moment, and then connects again."""
    family, address = listener.family, listener.getsockname()
    if os.fork() == 0:
        listener.close()
        while True:
            clients = [connect(address, family) for _ in range(at_once)]
            time.sleep(0.05)
            for client in clients:
                client.close()


def report_ready(listener):
    local = listener.family == socket.AF_UNIX
    print(0 if local else listener.getsockname()[1], flush=True)


def serve_slowly(listener):
    report_ready(listener)
    while True:
        connection = listener.accept()[0]
        time.sleep(0.2)
        connection.close()


def slow_local(_, path):
    listener = socket.create_server(path, family=socket.AF_UNIX, backlog=2)
    connect_again_and_again(listener, 5)
    serve_slowly(listener)


def slow(listener, _):
    listener.listen(3)
    connect_again_and_again(listener, 8)
    serve_slowly(listener)


def too_many_files(listener, _):
    connect_again_and_again(listener, 1)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    kept = []
    report_ready(listener)
    while True:
        select.select([listener], [], [])
        try:
            kept.append(listener.accept()[0])
        except OSError as error:
            if error.errno != errno.EMFILE:
                raise
            time.sleep(0.1)


def spinning(listener, _):
    connect_again_and_again(listener, 1)
    listener.setblocking(False)
    report_ready(listener)
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            pass


def blocked(listener, _):
    """Waits for the first client, which sends nothing, like the others."""
    clients = [connect(listener.getsockname()) for _ in range(4)]
    first = listener.accept()[0]
    report_ready(listener)
    first.recv(len(clients))


def reloading(listener, _):
    """Closes the listener while clients wait, and opens it again."""
    address = listener.getsockname()
    report_ready(listener)
    while True:
        clients = [connect(address) for _ in range(3)]
        select.select([listener], [], [])
        listener.close()
        time.sleep(0.1)
        listener = socket.create_server(address, backlog=50)
        for client in clients:
            client.close()


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=5)
    globals()[sys.argv[1].replace("-", "_")](listener, sys.argv[2])


main()
