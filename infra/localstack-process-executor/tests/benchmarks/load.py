"""HTTP load in a process of its own: `python load.py HOST PORT PATH CLIENTS SECONDS` prints JSON.

Each client keeps one connection and sends its next request after the last answer. Only the lengths of answers are
parsed, so that one core sends far more than an emulator answers.
"""

import asyncio
import json
import sys
import time

LENGTH = b"content-length: "


async def client(host: str, port: int, request: bytes, until: float, times: list[float]) -> None:
    """Send requests until the end; raises RuntimeError for an answer that is not 200."""
    reader, writer = await asyncio.open_connection(host, port)
    while (began := time.perf_counter()) < until:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if b" 200 " not in head.split(b"\r\n", 1)[0] + b" ":
            raise RuntimeError(head.decode())
        if LENGTH in head:
            await reader.readexactly(int(head.split(LENGTH, 1)[1].split(b"\r\n", 1)[0]))
        else:
            while await reader.readuntil(b"\r\n") != b"0\r\n":  # chunks
                pass
            await reader.readuntil(b"\r\n")
        times.append(time.perf_counter() - began)
    writer.close()


async def measure(host: str, port: int, path: str, clients: int, seconds: float) -> dict[str, float]:
    """Return requests per second, and the time in milliseconds within which half and 99 % of them are answered."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: application/json\r\n\r\n".encode()
    times: list[float] = []
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(client(host, port, request, began + seconds, times))
    elapsed = time.perf_counter() - began
    times.sort()
    return {
        "rate": len(times) / elapsed,
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[len(times) * 99 // 100] * 1000,
    }


if __name__ == "__main__":
    _, host, port, path, clients, seconds = sys.argv
    print(json.dumps(asyncio.run(measure(host, int(port), path, int(clients), float(seconds)))))
