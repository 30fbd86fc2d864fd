"""Servers on port 80 for two of the hosts, and clients for all hosts.

servers.py late              accepts one connection every 50 ms, from a queue of 5
servers.py crowded           keeps connections until its files run out, then closes half of them
servers.py clients TO FROM...   sends requests to TO from each address FROM, on four connections at a time
"""

import resource
import socket
import sys
import threading
import time

MAX_FILES = 12


def listener(backlog):
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("", 80))
    listening.listen(backlog)
    return listening


def late():
    listening = listener(5)
    while True:
        client, _ = listening.accept()
        time.sleep(0.05)
        client.close()


def crowded():
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_FILES, MAX_FILES))
    listening = listener(128)
    clients = []
    while True:
        try:
            clients.append(listening.accept()[0])
        except OSError:
            time.sleep(0.05)
            for client in clients[: MAX_FILES // 2]:
                client.close()
            del clients[: MAX_FILES // 2]


def ask(address, own):
    while True:
        try:
            with socket.create_connection((address, 80), 5, (own, 0)) as client:
                client.sendall(b"GET / HTTP/1.0\r\n\r\n")
                client.recv(1024)
        except OSError:
            pass
        time.sleep(0.02)


def clients(address, *own):
    for source in own:
        for _ in range(4):
            threading.Thread(target=ask, args=(address, source)).start()


{"late": late, "crowded": crowded, "clients": clients}[sys.argv[1]](*sys.argv[2:])
