"""What a process and its killable workers say to each other: bytes with their length in front, over a socket pair."""

from __future__ import annotations

import socket
import struct

_LENGTH = struct.Struct("!Q")
#: A process id, an exit code, or a negative errno.
_NUMBER = struct.Struct("!q")


def send(connection: socket.socket, message: bytes) -> None:
    """Send one message; raise OSError when the other side is gone."""
    connection.sendall(_LENGTH.pack(len(message)))
    connection.sendall(message)


def receive(connection: socket.socket) -> bytearray:
    """Wait for one message; raise EOFError or OSError when the other side is gone."""
    return _bytes(connection, _LENGTH.unpack(_bytes(connection, _LENGTH.size))[0])


def is_there(connection: socket.socket, *, within: float) -> bool:
    """Wait at most so many seconds for something to receive, be it only that the other side is gone."""
    connection.settimeout(within)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except (TimeoutError, BlockingIOError):
        return False
    except OSError:
        pass
    return True


def send_number(connection: socket.socket, number: int) -> None:
    """Send one number; raise OSError when the other side is gone."""
    connection.sendall(_NUMBER.pack(number))


def receive_number(connection: socket.socket) -> int:
    """Wait for one number; raise EOFError or OSError when the other side is gone."""
    return int(_NUMBER.unpack(_bytes(connection, _NUMBER.size))[0])


def send_connection(connection: socket.socket, other: socket.socket) -> None:
    """Hand a connection over; it stays open on this side too."""
    socket.send_fds(connection, [_NUMBER.pack(0)], [other.fileno()])


def receive_order(connection: socket.socket) -> socket.socket | int:
    """Wait for a connection or a number; raise EOFError or OSError when the other side is gone."""
    message, descriptors, _, _ = socket.recv_fds(connection, _NUMBER.size, 1)
    if not message:
        raise EOFError
    return socket.socket(fileno=descriptors[0]) if descriptors else int(_NUMBER.unpack(message)[0])


def _bytes(connection: socket.socket, size: int) -> bytearray:
    message = bytearray(size)
    rest = memoryview(message)
    while rest:
        received = connection.recv_into(rest)
        if not received:
            raise EOFError
        rest = rest[received:]
    return message
