"""Rewrites events as an OpenAPI document, so that one tool compares APIs and events by the same rules.

A consumer reads a message as a client reads an answer, so each message is the answer of a GET. A stored event is read
again by its own context, so a contract is also the body of a POST: what was valid must stay valid.
"""

from __future__ import annotations

from typing import Any

OWN_TO_SCHEMAS = ("$schema", "$id", "examples")


def topics_as_api(asyncapi: dict[str, Any]) -> dict[str, Any]:
    """Return an API with a path for each message of each channel: `/persistent/public/default/<topic>/<message>`."""
    messages = asyncapi["components"]["messages"]
    paths = {}
    for channel in asyncapi["channels"].values():
        for name in channel["messages"]:
            message = {"properties": messages[name]["headers"], "payload": messages[name]["payload"]}
            paths[f"{_address(asyncapi, channel)}/{name}"] = {"get": _read(_object(message))}
    return _api(paths, schemas=asyncapi["components"]["schemas"])


def contracts_as_api(contracts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return an API with a path for each contract, which is read by GET and sent by POST."""
    paths = {}
    for urn, contract in contracts.items():
        schema = {keyword: value for keyword, value in contract.items() if keyword not in OWN_TO_SCHEMAS}
        sent = {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
        paths[f"/{urn.rpartition('contracts:')[2].replace(':', '/')}"] = {
            "get": _read(schema),
            "post": sent | {"responses": {"204": {"description": "Read."}}},
        }
    return _api(paths, schemas={})


def _address(asyncapi: dict[str, Any], channel: dict[str, Any]) -> str:
    [tenant] = {server["bindings"]["pulsar"]["tenant"] for server in asyncapi["servers"].values()}
    binding = channel["bindings"]["pulsar"]
    return f"/{binding['persistence']}/{tenant}/{binding['namespace']}/{channel['address']}"


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _read(schema: dict[str, Any]) -> dict[str, Any]:
    return {"responses": {"200": {"description": "Read.", "content": {"application/json": {"schema": schema}}}}}


def _api(paths: dict[str, Any], *, schemas: dict[str, Any]) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Events", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }
