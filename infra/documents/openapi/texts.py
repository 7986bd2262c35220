"""The prose of the document that no declaration has."""

from __future__ import annotations

from typing import Final

TITLE: Final = "Aeropartners"
DESCRIPTION: Final = """\
Affiliate payments, campaigns, reports and tracking events.

Field names and answers are Spanish; reports are English. Errors are problem details (RFC 9457) in Spanish with a stable
`codigo`. Every answer of an operation has `X-Correlation-Id`; a refusal by API Gateway itself, such as 404 for an
unknown path or method, has the id in its body only. Dates are RFC 3339, or ISO 8601 without a zone, which is then UTC.
A repetition under the same `Idempotency-Key` gets the first answer.

`make up` serves everything on port 8000. These ports serve a part of it, at the same paths:

| Port | Serves |
|---|---|
| 8080 | Campaigns by their proxy: `/campaigns`, `/api/campaigns`, `/status`, `/health`, `/ready` |
| 8001, 8002 | One instance of campaigns, primary or replica: `/campaigns`, `/health`, `/ready` |
| 8090 | Tracking events: `/event-collector`, `/health`, `/ready` |
| 9001, 9002 | Reports in version 1 or 2 only: `/api/reports`, `/health`, `/ready` |

At port 8000 the own paths of these services begin with `/instances`, for example `/instances/primary/health`.
"""
SERVER: Final = "The API, wherever this document is served."
# The tag of each context, and its description.
TAGS: Final = {
    "pagos": ("Pagos", "Payments to affiliates: accepted at once, paid exactly once, traceable and reversible."),
    "campanas": ("Campañas", "Campaigns, their states, budgets and metrics."),
    "campanas_proxy": ("Proxy de campañas", "The failover between the two instances of campaigns."),
    "event_collector": ("Eventos", "Tracking events of affiliates, their limits and statistics."),
    "reportes": ("Informes", "Reports of payments and tracking, in two versions."),
    "pulsar_connector": ("Conector", "The connector of functions with Pulsar: mappings, outboxes and dead letters."),
    "portal": ("Portal", "The pages, and the documents of the interfaces."),
}
