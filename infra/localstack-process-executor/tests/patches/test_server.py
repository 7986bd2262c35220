"""LocalStack in host mode does not affect the machine around it."""

import ipaddress
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from support.account import REGION
from support.emulator import Emulator


def test_it_listens_on_loopback_only(localstack: Emulator, name: str) -> None:
    """Neither LocalStack nor a function's process can be reached from another machine."""
    # Given
    localstack.deploy(name, "def handler(event, context): pass").invoke()
    processes = [psutil.Process(localstack.process.pid), *localstack.function_processes()]
    # When
    listening = [
        connection.laddr
        for process in processes
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN or not connection.raddr
    ]
    # Then
    assert localstack.port in [address.port for address in listening]
    assert [address for address in listening if not ipaddress.ip_address(address.ip).is_loopback] == []


def test_it_writes_into_its_folder_only(localstack: Emulator, name: str) -> None:
    """All files that LocalStack and functions hold open for writing are in LocalStack's folder."""
    # Given
    code = (
        "import tempfile\nfile = tempfile.NamedTemporaryFile(mode='w')\ndef handler(event, context): return file.name"
    )
    localstack.deploy(name, code).invoke()
    # When
    written = {
        Path(file.path)
        for process in [psutil.Process(localstack.process.pid), *localstack.function_processes()]
        for file in process.open_files()
        if getattr(file, "mode", "w") != "r"
    }
    # Then
    assert len(written) >= 2
    assert [path for path in written if localstack.folder not in path.parents] == []


@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_a_page_of_another_site_is_refused(localstack: Emulator, header: str) -> None:
    """A browser's request for a page takes LocalStack's own path, which checks the page's origin."""
    target = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"}
    credential = f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/dynamodb/aws4_request, Signature=0"
    headers = {**target, "Authorization": credential, header: "https://elsewhere.example/page"}
    request = urllib.request.Request(localstack.url, b'{"TableName":"t","Key":{}}', headers)  # noqa: S310 - our own
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(request)  # noqa: S310 - our own server
    answer.value.close()
    assert answer.value.code == 403
