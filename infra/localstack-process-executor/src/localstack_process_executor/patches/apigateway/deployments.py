"""Deletes a deployment without the stages of other deployments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.services.apigateway.legacy.provider import ApigatewayProvider
from localstack.utils.patch import patch as patch_function
from moto.apigateway.models import RestAPI


def patch() -> None:
    """LocalStack deletes every stage of an API together with any of its deployments."""

    @patch_function(ApigatewayProvider.get_stages)
    def get_stages(
        fn: Callable[..., Any],
        self: Any,
        context: Any,
        rest_api_id: str,
        deployment_id: str | None = None,
        **others: Any,
    ) -> Any:
        stages = fn(self, context, rest_api_id, deployment_id, **others)
        if deployment_id:  # LocalStack returns all stages, and CloudFormation takes them for the deployment's
            stages["item"] = [stage for stage in stages["item"] if stage["deploymentId"] == deployment_id]
        return stages

    @patch_function(RestAPI.delete_deployment)
    def delete_deployment(fn: Callable[..., Any], self: Any, deployment_id: str) -> Any:
        is_served = any(stage.deployment_id == deployment_id for stage in self.stages.values())
        if deployment_id in self.deployments and not is_served:  # moto looks at the stage first made with it
            return self.deployments.pop(deployment_id)
        return fn(self, deployment_id)
