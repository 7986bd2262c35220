"""Models whose validators are built at their first use: a cold start builds only those that its request needs."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class LazyModel(BaseModel):
    """A document, or a part of one."""

    model_config = ConfigDict(defer_build=True)


class StrictModel(LazyModel):
    """A document or a query whose unknown fields are refused, because they may be typing errors."""

    model_config = ConfigDict(extra="forbid")
