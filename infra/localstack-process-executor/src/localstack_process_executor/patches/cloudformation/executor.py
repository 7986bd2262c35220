"""Carries out a stack's update: it replaces only what must be replaced, and rolls back if the update fails.

LocalStack replaces every resource that names a changed one, e.g. the stage of an API with a new route, and then cannot
create the new stage beside the old. It leaves a failed update half-done, deletes the resources that the new template
lacks, and sets the status ROLLBACK_COMPLETE, for which no client of an update waits.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from localstack.aws.api.cloudformation import ChangeAction, ResourceStatus, StackStatus
from localstack.services.cloudformation.engine.v2.change_set_model import is_nothing
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
    ChangeSetModelExecutorResult,
    TriggerRollback,
)
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import PreprocProperties
from localstack.services.cloudformation.resource_provider import OperationStatus, ResourceProviderExecutor

LOG: Final = logging.getLogger(__name__)

DONE: Final = (ResourceStatus.CREATE_COMPLETE, ResourceStatus.UPDATE_COMPLETE)
FAILED: Final = {ChangeAction.Add: "CREATE_FAILED", ChangeAction.Modify: "UPDATE_FAILED"}
OF_THE_TEMPLATE: Final = ("template", "processed_template", "template_body", "resolved_parameters")


class StackExecutor(ChangeSetModelExecutor):
    """Updates as AWS does; creates and deletes as LocalStack does."""

    def __init__(self, change_set: Any) -> None:
        super().__init__(change_set)
        self._stack: Final = change_set.stack
        self._is_update: Final = self._stack.status == StackStatus.UPDATE_IN_PROGRESS
        self._changes: Final[list[tuple[str, Any, Any]]] = []

    def execute(self) -> ChangeSetModelExecutorResult:
        """Make all changes, then the deletions; or roll all changes back."""
        if not self._is_update:
            return super().execute()
        failure = self._failure()
        if failure is None:
            self._stack.set_stack_status(StackStatus.UPDATE_COMPLETE_CLEANUP_IN_PROGRESS)
            for deferred in reversed(self._deferred_actions):
                _succeeds(deferred.action)  # a resource that cannot be deleted is left, as on AWS
        else:
            self._stack.set_stack_status(StackStatus.UPDATE_ROLLBACK_IN_PROGRESS, failure)
            left = [change[0] for change in reversed(self._changes) if not _succeeds(partial(self._undo, *change))]
            self._forget_the_template()
            if left:
                self._stack.set_stack_status(StackStatus.UPDATE_ROLLBACK_FAILED, f"Not as before: {', '.join(left)}")
            else:
                self._stack.set_stack_status(StackStatus.UPDATE_ROLLBACK_COMPLETE)
        outputs = self.outputs if failure is None else self._stack.resolved_outputs
        return ChangeSetModelExecutorResult(resources=self.resources, outputs=outputs, failure_message=failure)

    def _failure(self) -> str | None:
        try:
            self.process()
        except TriggerRollback as trigger:
            return f"{trigger.logical_resource_id}: {trigger.reason}"
        except Exception as error:  # noqa: BLE001 - after any error, the stack must not stay in progress
            return str(error) or type(error).__name__
        return None

    def _execute_resource_change(self, name: str, before: Any, after: Any) -> None:
        if not is_nothing(before) and not is_nothing(after):
            after.requires_replacement = after.requires_replacement and _is_another(before, after)
        self._changes.append((name, before, after))
        super()._execute_resource_change(name, before, after)

    def _process_event(self, *, event_status: OperationStatus, **event: Any) -> None:
        if not self._is_update or event_status != OperationStatus.FAILED:
            super()._process_event(event_status=event_status, **event)
            return
        self._stack.set_resource_status(  # as LocalStack does, except that the stack's update goes on
            logical_resource_id=event["logical_resource_id"],
            physical_resource_id=self._get_physical_id(event["logical_resource_id"], False),
            resource_type=event["resource_type"],
            status=ResourceStatus(FAILED.get(event["action"], "DELETE_FAILED")),
            resource_status_reason=event.get("reason"),
        )

    def _undo(self, name: str, before: Any, after: Any) -> bool:
        """Restore a resource, or delete a new one; return whether that succeeded."""
        resource = self.resources.get(name)
        if is_nothing(after) or resource is None:
            return True  # its deletion was deferred, or nothing was begun
        is_done = resource["ResourceStatus"] in DONE
        old = self._before_resolved_resources[name] if not is_nothing(before) else {}
        if not is_nothing(before) and before.resource_type == after.resource_type and not after.requires_replacement:
            current = resource["Properties"] if is_done else old.get("Properties", {})
            return self._act(ChangeAction.Modify, name, before.resource_type, current, before.properties)
        if is_done and not self._act(ChangeAction.Remove, name, after.resource_type, resource["Properties"], None):
            return False
        if not is_nothing(before):
            self.resources[name] = old
            self._process_event(
                action=ChangeAction.Modify, logical_resource_id=name,
                event_status=OperationStatus.SUCCESS, resource_type=before.resource_type,
            )  # fmt: skip
        else:  # a resource whose creation failed does not exist, or belongs to another stack
            self._stack.resource_states.pop(name, None)
        return True

    def _act(
        self,
        action: ChangeAction,
        name: str,
        resource_type: str,
        before: dict[str, Any],
        after: PreprocProperties | None,
    ) -> bool:
        of_event = {"action": action, "logical_resource_id": name, "resource_type": resource_type}
        self._process_event(event_status=OperationStatus.IN_PROGRESS, **of_event)
        event = self._execute_resource_action(
            **of_event, before_properties=PreprocProperties(before), after_properties=after
        )
        self._process_event(event_status=event.status, reason=event.message, **of_event)
        return bool(event.status == OperationStatus.SUCCESS)

    def _forget_the_template(self) -> None:
        """Restore the template: LocalStack takes the change set's for the deployed one even after a failure."""
        restored = {name: self.resources.get(name, old) for name, old in self._before_resolved_resources.items()}
        self.resources.clear()
        for name, resource in restored.items():
            is_done = resource.get("ResourceStatus") in DONE
            self.resources[name] = resource if is_done else self._before_resolved_resources[name]
        for name in OF_THE_TEMPLATE:
            setattr(self._change_set, name, getattr(self._stack, name))


def _succeeds(action: Callable[[], object]) -> bool:
    """Run the action and return whether it succeeded; errors are only logged, so that the update comes to an end."""
    try:
        return action() is not False
    except Exception:
        LOG.exception("A step of the update of a stack failed: the update goes on")
        return False


def _is_another(before: Any, after: Any) -> bool:
    """Return whether create-only properties differ; a reference to a changed resource does not matter."""
    provider = ResourceProviderExecutor.try_load_resource_provider(after.resource_type)
    fixed = [path.removeprefix("/properties/") for path in provider.SCHEMA.get("createOnlyProperties", [])]
    return any(before.properties.properties.get(name) != after.properties.properties.get(name) for name in fixed)
