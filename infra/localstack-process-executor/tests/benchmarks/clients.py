"""Compares the request rate of many clients with that of two, in alternating turns, on one LocalStack.

python tests/benchmarks/clients.py [SECONDS]
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.account import REGION
from support.emulator import Emulator

HERE = Path(__file__).parent
FEW, MANY = 2, 32
TURNS = 3
FUNCTIONS = {
    "answers at once": "def handler(event, context): return {'statusCode': 200, 'body': 'x'}",
    "works for 3 ms": """
import time
def handler(event, context):
    until = time.process_time() + 0.003
    while time.process_time() < until: pass
    return {'statusCode': 200, 'body': 'x'}
""",
    "works for 3 ms, waits for 3 ms": """
import time
def handler(event, context):
    for _ in range(3):
        until = time.process_time() + 0.001
        while time.process_time() < until: pass
        time.sleep(0.001)
    return {'statusCode': 200, 'body': 'x'}
""",
    "waits for 100 ms": """
import time
def handler(event, context):
    time.sleep(0.1)
    return {'statusCode': 200, 'body': 'x'}
""",
}


def route(emulator: Emulator, name: str, code: str) -> str:
    """Deploy a function; return the path of its route."""
    function, client = emulator.deploy(name, code, timeout=30), emulator.client("apigateway")
    api = client.create_rest_api(name=name)["id"]
    resource = client.get_resources(restApiId=api)["items"][0]["id"]
    place = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function.arn}/invocations"
    client.put_method(**place, authorizationType="NONE")
    client.put_integration(**place, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    client.create_deployment(restApiId=api, stageName="bench")
    return f"/_aws/execute-api/{api}/bench/"


def load(emulator: Emulator, path: str, clients: int, seconds: float) -> dict[str, float]:
    """Measure the rate of this many clients."""
    command = [sys.executable, str(HERE / "load.py"), "127.0.0.1", str(emulator.port), path, str(clients), str(seconds)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))


def main(seconds: float) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        emulator = Emulator(Path(folder) / "localstack")
        try:
            for number, (what, code) in enumerate(FUNCTIONS.items()):
                path = route(emulator, f"f{number}", code)
                load(emulator, path, MANY, seconds)  # starts the first processes
                turns = [[load(emulator, path, clients, seconds) for clients in (FEW, MANY)] for _ in range(TURNS)]
                few, many = (
                    {name: statistics.median(turn[which][name] for turn in turns) for name in turns[0][0]}
                    for which in (0, 1)
                )
                print(what)
                for clients, result in ((FEW, few), (MANY, many)):
                    line = ", ".join(f"{name} {value:.1f}" for name, value in result.items())
                    print(f"    {clients:2} clients: {line}")
                print(f"    rate {MANY} / {FEW}: {many['rate'] / few['rate']:.2f}")
                processes = sum(len(one.cmdline()) > 0 for one in emulator.function_processes())
                print(f"    {processes} processes of functions")
        finally:
            emulator.kill()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 4)
