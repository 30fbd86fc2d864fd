"""A server with a single thread that an idle client blocks, for the picture of the README: blocked.py PORT

Prints "ready" once it listens. For each line on its standard input, five clients connect at the same time, the last of
which sends nothing, and then three more. Serves until the standard input ends.
"""

import os
import signal
import socket
import sys
import time

SECONDS_FOR_A_REQUEST = 0.05


def connect(port, request):
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(request)
    return client


def run_clients(port):
    kept = []
    for _ in sys.stdin:
        first = [connect(port, b"request") for _ in range(4)]
        idle = connect(port, b"")
        for client in first:
            client.recv(1)
        kept += [idle, *(connect(port, b"request") for _ in range(3))]


def serve(listener):
    while True:
        connection = listener.accept()[0]
        if connection.recv(100):
            time.sleep(SECONDS_FOR_A_REQUEST)
            connection.sendall(b"response")
        connection.close()


def main():
    port = int(sys.argv[1])
    listener = socket.create_server(("127.0.0.1", port), backlog=5)
    signal.signal(signal.SIGCHLD, lambda *_: sys.exit())
    if os.fork() == 0:
        listener.close()
        run_clients(port)
        os._exit(0)
    print("ready", flush=True)
    serve(listener)


main()
