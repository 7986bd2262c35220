"""Functions and layers run from a folder of their author: the `hot-reload` bucket."""

from pathlib import Path

import pytest

from support.account import REGION
from support.emulator import Emulator

HANDLER = "import os\ndef handler(event, context): return [{value!r}, os.getpid()]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The author's folder."""
    sources = tmp_path / "sources"
    sources.mkdir()
    return sources


def test_a_saved_file_is_live_with_the_next_invocation(localstack: Emulator, name: str, folder: Path) -> None:
    """Changes may follow each other quickly, and differ neither in size nor in the second of the file's time."""
    # Given
    source = folder / "app.py"
    source.write_text(HANDLER.format(value=0))
    function = localstack.deploy_from(folder, name)
    first = function.invoke().payload
    for value in range(1, 6):
        # When
        source.write_text(HANDLER.format(value=value))
        # Then
        assert function.invoke().payload[0] == value
    assert function.invoke().payload[1] != first[1]


def test_unchanged_files_are_not_loaded_again(localstack: Emulator, name: str, folder: Path) -> None:
    """A process goes on while its files are unchanged; bytecode and hidden files do not count."""
    # Given
    (folder / "app.py").write_text(HANDLER.format(value="same"))
    function = localstack.deploy_from(folder, name)
    before = function.invoke().payload
    # When
    (folder / ".editor.swp").touch()
    (folder / "__pycache__").mkdir(exist_ok=True)
    (folder / "__pycache__" / "app.cpython-399.pyc").touch()
    # Then
    assert function.invoke().payload == before


def test_files_may_come_and_go(localstack: Emulator, name: str, folder: Path) -> None:
    """New modules, renamed ones, and data count as much as a change of the handler's own file."""
    # Given
    (folder / "app.py").write_text("import part\ndef handler(event, context): return part.value()")
    (folder / "part.py").write_text("def value(): return 'module'")
    function = localstack.deploy_from(folder, name)
    assert function.invoke().payload == "module"
    # When / Then
    (folder / "part").mkdir()
    (folder / "part.py").rename(folder / "part" / "__init__.py")
    assert function.invoke().payload == "module"
    (folder / "data.txt").write_text("data")
    (folder / "part" / "__init__.py").write_text("def value(): return open('data.txt').read()")
    assert function.invoke().payload == "data"
    (folder / "data.txt").unlink()
    assert function.invoke().payload["errorType"] == "FileNotFoundError"


def test_a_mistake_is_reported_and_its_correction_is_live(localstack: Emulator, name: str, folder: Path) -> None:
    """Code that cannot be loaded is an error of the invocation until it is corrected."""
    # Given
    source = folder / "app.py"
    source.write_text(HANDLER.format(value="right"))
    function = localstack.deploy_from(folder, name)
    function.invoke()
    # When
    source.write_text("def handler(event, context: return 'wrong'")
    # Then
    assert function.invoke().payload["errorType"] == "Runtime.UserCodeSyntaxError"
    source.write_text(HANDLER.format(value="right again"))
    assert function.invoke().payload[0] == "right again"


def test_a_layer_is_reloaded_too(localstack: Emulator, name: str, folder: Path) -> None:
    """A layer from the bucket is live like the function's own code, including its new files."""
    # Given
    layer, packages = folder / "layer", folder / "layer" / "python" / "shared"
    packages.mkdir(parents=True)
    (packages / "__init__.py").write_text("value = 1")
    content = {"S3Bucket": "hot-reload", "S3Key": str(layer)}
    arn = localstack.lambda_.publish_layer_version(LayerName=name, Content=content)["LayerVersionArn"]
    fixed = localstack.layer(f"{name}-fixed", {"python/fixed.py": "value = 'fixed'"})
    code = "import fixed, shared\ndef handler(event, context): return [shared.value, fixed.value]"
    function = localstack.deploy(name, code, layers=[fixed, arn])
    assert function.invoke().payload == [1, "fixed"]
    # When
    (layer / "python" / "new.py").write_text("value = 2")
    (packages / "__init__.py").write_text("from new import value")
    # Then
    assert function.invoke().payload == [2, "fixed"]


def test_a_deployed_function_can_be_moved_to_the_bucket(localstack: Emulator, name: str, folder: Path) -> None:
    """`update-function-code` leads to the bucket and back to an archive."""
    # Given
    function = localstack.deploy(name, "def handler(event, context): return 'archive'")
    (folder / "app.py").write_text("def handler(event, context): return 'folder'")
    # When
    localstack.lambda_.update_function_code(FunctionName=name, S3Bucket="hot-reload", S3Key=str(folder))
    function.wait()
    # Then
    assert function.invoke().payload == "folder"
    function.update("def handler(event, context): return 'archive again'")
    assert function.invoke().payload == "archive again"
    assert list(folder.iterdir())  # the author's folder is not deleted with the function


def test_a_missing_folder_is_reported(localstack: Emulator, name: str, folder: Path) -> None:
    """The function is `Failed`, with the reason; a path that is not absolute is refused."""
    localstack.deploy_from(folder / "absent", name)
    state = localstack.lambda_.get_function_configuration(FunctionName=name)
    assert state["State"] == "Failed"
    assert f"Cannot reload the function from {folder / 'absent'}: it is not a folder" in state["StateReason"]
    with pytest.raises(localstack.lambda_.exceptions.InvalidParameterValueException, match="absolute path"):
        localstack.lambda_.publish_layer_version(
            LayerName=f"{name}-{REGION}", Content={"S3Bucket": "hot-reload", "S3Key": "relative"}
        )
