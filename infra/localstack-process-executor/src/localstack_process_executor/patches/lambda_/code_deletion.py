"""Keeps the unpacked code of a function until the last environment that runs it is gone."""

from collections.abc import Callable
from typing import Any

from localstack.services.lambda_.invocation.lambda_models import S3Code
from localstack.utils.patch import patch as patch_function

from localstack_process_executor.code_in_use import code_in_use


def patch() -> None:
    """LocalStack deletes the code as soon as an update has replaced it, while the old code may still be serving."""

    @patch_function(S3Code.destroy_cached)
    def destroy_cached(fn: Callable[..., None], self: Any) -> None:
        code_in_use.delete(self.get_unzipped_code_location(), lambda: fn(self))
