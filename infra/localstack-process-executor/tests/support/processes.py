"""Functions that report their process, and a check whether it runs."""

import psutil

PID = "import os\ndef handler(event, context): return os.getpid()"
SLEEPER = """
import os, time
def handler(event, context):
    print("sleeping", os.getpid())
    time.sleep(event)
    return os.getpid()
"""
WAITER = """
import os, time
def handler(event, context):
    print("waiting", os.getpid())
    while not os.path.exists(event):
        time.sleep(0.01)
    return os.getpid()
"""


def is_running(pid: int) -> bool:
    """Return whether there is such a process, except one that only waits to be collected."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
