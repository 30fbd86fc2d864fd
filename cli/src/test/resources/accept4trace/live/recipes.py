"""A server for the recipes of the documents, with its own client: recipes.py [ROUNDS]

Prints the port and serves until the given number of rounds is over, or until its standard input ends. The client
connects three times a round. In each round, the server lets the client wait for more than 10 ms, accepts one connection
without flags, and accepts the others with SOCK_CLOEXEC until an accept fails with EAGAIN. Without ROUNDS, the server is
named nginx, and also serves the AF_UNIX socket app.sock next to this file.
"""

import ctypes
import os
import select
import socket
import sys
import time

LIBC = ctypes.CDLL(None)
PR_SET_NAME = 15


def connect_local(path):
    local = socket.socket(socket.AF_UNIX)
    local.connect(path)
    return local


def connect_forever(port, path):
    while True:
        try:
            sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
            sockets += [connect_local(path)] if path else []
            for one in sockets:
                one.recv(1)
                one.close()
        except OSError:
            return


def serve_round(listener):
    time.sleep(0.02)
    os.close(LIBC.accept4(listener.fileno(), None, None, 0))
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else sys.maxsize
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    port = listener.getsockname()[1]
    path = None if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)) + "/app.sock"
    local = socket.create_server(path, family=socket.AF_UNIX) if path else None
    if os.fork() == 0:
        listener.close()
        if local:
            local.close()
        connect_forever(port, path)
        os._exit(0)
    if local:
        LIBC.prctl(PR_SET_NAME, b"nginx")
    print(port, flush=True)
    others = [sys.stdin, local] if local else []
    while rounds > 0:
        ready = select.select([listener, *others], [], [])[0]
        if sys.stdin in ready:
            return
        if local in ready:
            local.accept()[0].close()
        if listener in ready:
            serve_round(listener)
            rounds -= 1


main()
