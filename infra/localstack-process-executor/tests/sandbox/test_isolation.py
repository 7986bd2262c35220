"""A function sees its own surroundings only."""

import sys
from pathlib import Path

from support.emulator import SECRET, Emulator
from support.function import Function, zipped

LOOK = """
import importlib, os, sys, tempfile
from importlib import metadata

def found(name):
    try:
        return getattr(importlib.import_module(name), "__file__", None) or name
    except ImportError:
        return None

def handler(event, context):
    return {
        "modules": {name: found(name) for name in event or ()},
        "packages": sorted(found.metadata["Name"] for found in metadata.distributions()),
        "variables": dict(os.environ),
        "directory": os.getcwd(),
        "temporary": tempfile.gettempdir(),
        "arguments": sys.argv[1:],
        "home": os.path.expanduser("~"),
    }
"""
RUNTIME_MODULES = [
    "awslambdaric",
    "boto3",
    "botocore",
    "dateutil",
    "jmespath",
    "s3transfer",
    "simplejson",
    "six",
    "urllib3",
]
HIDDEN_MODULES = ["flask", "localstack", "localstack_process_executor", "moto", "pip", "psutil", "requests", "yaml"]
PROVES_HIDDEN = ["localstack", "moto", "requests", "yaml"]  # these are in LocalStack's own environment


def test_a_function_sees_the_runtimes_packages_and_no_others(localstack: Emulator, name: str) -> None:
    """boto3 and the packages of AWS's runtime can be imported, nothing else of LocalStack's environment can."""
    # Given
    function = localstack.deploy(name, LOOK)
    site_packages = Path(sys.prefix) / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    assert all((site_packages / module).exists() for module in PROVES_HIDDEN)
    # When
    seen = function.invoke([*RUNTIME_MODULES, *HIDDEN_MODULES]).payload
    # Then
    assert [module for module in RUNTIME_MODULES if not seen["modules"][module]] == []
    assert [module for module in HIDDEN_MODULES if seen["modules"][module]] == []
    assert len(seen["packages"]) == 10


def test_a_function_sees_no_variable_of_localstack(localstack: Emulator, name: str) -> None:
    """Its environment is Lambda's and its own; LocalStack's secrets, profile and home are not in it."""
    # Given
    function = localstack.deploy(name, LOOK, variables={"MINE": "yes", "LANG": "es_CO.UTF-8"})
    # When
    seen = function.invoke().payload
    # Then
    variables = seen["variables"]
    assert variables["MINE"] == "yes"
    assert variables["LANG"] == "es_CO.UTF-8"
    assert variables["AWS_ENDPOINT_URL"] == localstack.url
    assert variables["AWS_EXECUTION_ENV"] == f"AWS_Lambda_python3.{sys.version_info.minor}"
    assert variables["LAMBDA_TASK_ROOT"] == seen["directory"]
    assert variables["AWS_LAMBDA_RUNTIME_API"].startswith("127.0.0.1:")
    assert variables["AWS_ACCESS_KEY_ID"].startswith("LSIA")
    assert not [variable for variable, value in variables.items() if SECRET in value]
    assert seen["home"] != str(localstack.folder / "home")
    assert seen["arguments"] == []


def test_each_environment_has_a_temporary_folder_of_its_own(localstack: Emulator, name: str) -> None:
    """Two functions share no temporary files; a function's file is there for its next invocation."""
    # Given
    code = """
import os, pathlib, tempfile
def handler(event, context):
    file = pathlib.Path(tempfile.gettempdir(), "state")
    before = file.read_text() if file.exists() else None
    file.write_text(os.environ["AWS_LAMBDA_FUNCTION_NAME"])
    return [tempfile.gettempdir(), before]
"""
    one, other = localstack.deploy(f"{name}-a", code), localstack.deploy(f"{name}-b", code)
    # When
    answers = [function.invoke().payload for function in (one, other, one)]
    # Then
    assert [before for _, before in answers] == [None, None, one.name]
    assert answers[0][0] == answers[2][0] != answers[1][0]


def test_a_function_can_use_aws_and_python_from_subprocesses(localstack: Emulator, name: str) -> None:
    """boto3 reaches LocalStack with no setting; `python` in a subprocess is the same Python with the same packages."""
    # Given
    code = """
import subprocess, sys
def handler(event, context):
    script = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"
    pythons = (sys.executable, "python")
    return [subprocess.run([python, "-c", script], capture_output=True, text=True).stdout for python in pythons]
"""
    function = localstack.deploy(name, code, timeout=10)
    # When
    answer = function.invoke()
    # Then
    assert answer.payload == ["000000000000\n"] * 2


def test_layers_are_on_the_path_in_lambdas_order(localstack: Emulator, name: str) -> None:
    """The function's code comes before its layers, a later layer before an earlier one, and all before the runtime."""
    # Given
    first = localstack.layer(
        f"{name}-1",
        {
            "python/only_first.py": "value = 'first'",
            "python/both.py": "value = 'first'",
            "python/spread/__init__.py": "",
            "python/spread/one.py": "value = 'first'",
            "python/six.py": "value = 'layer'",
        },
    )
    second = localstack.layer(
        f"{name}-2",
        {
            "python/both.py": "value = 'second'",
            "python/spread/two.py": "value = 'second'",
            "python/mine.py": "value = 'second'",
            f"python/lib/python3.{sys.version_info.minor}/site-packages/deep.py": "value = 'second'",
        },
    )
    code = """
import only_first, both, mine, six, deep, spread.one, spread.two
def handler(event, context):
    return [module.value for module in (only_first, both, mine, six, deep, spread.one, spread.two)]
"""
    files = {"app.py": code, "mine.py": "value = 'function'"}
    # When
    function = Function.create(localstack, name, {"ZipFile": zipped(files)}, layers=[first, second])
    # Then
    assert function.invoke().payload == ["first", "second", "function", "layer", "second", "first", "second"]


def test_programs_libraries_and_data_of_layers_are_found(localstack: Emulator, name: str) -> None:
    """A layer's `bin/` is on the `PATH`, its `lib/` where shared libraries are looked for, after the function's own."""
    # Given
    layer = localstack.layer(
        name, {"bin/greet": "#!/bin/sh\necho from a layer", "lib/liblayer.so": "", "data.txt": "x"}
    )
    code = """
import os, shutil
def handler(event, context):
    libraries, path = (os.environ[name].split(os.pathsep) for name in ("LD_LIBRARY_PATH", "PATH"))
    found = [folder for folder in libraries if os.path.exists(os.path.join(folder, "liblayer.so"))]
    programs = [folder for folder in path if os.path.exists(os.path.join(folder, "greet"))]
    own = [libraries.index(os.environ["LAMBDA_TASK_ROOT"]), libraries.index(os.environ["LAMBDA_TASK_ROOT"] + "/lib")]
    data = [os.path.exists(os.path.join(os.path.dirname(folder), "data.txt")) for folder in programs]
    return [len(found), len(programs), data, max(own) < libraries.index(found[0])]
"""
    # When
    function = localstack.deploy(name, code, layers=[layer])
    # Then
    assert function.invoke().payload == [1, 1, [True], True]
