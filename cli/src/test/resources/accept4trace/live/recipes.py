"""A server for the recipes of the documents, with its own client: recipes.py [ROUNDS]

Prints the port and serves until the given number of rounds is over, or until its standard input ends. The client
connects three times a round. The server lets it wait for more than 10 ms, accepts without flags and with
SOCK_CLOEXEC in turn, and finally without success.
"""

import ctypes
import os
import select
import socket
import sys
import time

LIBC = ctypes.CDLL(None)


def connect_forever(port):
    while True:
        try:
            sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
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
    if os.fork() == 0:
        listener.close()
        connect_forever(port)
        os._exit(0)
    print(port, flush=True)
    ends = [] if len(sys.argv) > 1 else [sys.stdin]
    while rounds > 0:
        ready = select.select([listener, *ends], [], [])[0]
        if sys.stdin in ready:
            return
        serve_round(listener)
        rounds -= 1


main()
