"""Sends requests to a web server on the loopback interface: client.py PORT COUNT

Prints the local port of each connection once the server has answered, and so accepted it. The connections stay open
until the end, so that no two have the same port.
"""

import socket
import sys

clients = []
for _ in range(int(sys.argv[2])):
    client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    clients.append(client)
    client.sendall(b"GET / HTTP/1.0\r\n\r\n")
    answer = client.makefile("rb").read()
    if not answer.startswith(b"HTTP/1.") or not answer.endswith(b"ok"):
        sys.exit(f"not the answer: {answer}")
    print(client.getsockname()[1])
