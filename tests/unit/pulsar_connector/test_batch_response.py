"""The rules of Lambda's partial batch responses hold."""

from __future__ import annotations

import pytest

from pulsar_connector.mapping.batch_response import MalformedResponseError, failed_ids

IDS = {"a", "b", "c"}


@pytest.mark.parametrize("answer", ["", " ", "null", "{}", '{"batchItemFailures": null}', '{"batchItemFailures": []}'])
def test_all_processed(answer: str) -> None:
    """Each of these answers is a complete success to Lambda."""
    assert failed_ids(answer.encode(), IDS) == set()


def test_some_failed() -> None:
    """Each failed message is named once."""
    answer = b'{"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "c"}, {"itemIdentifier": "a"}]}'
    assert failed_ids(answer, IDS) == {"a", "c"}


@pytest.mark.parametrize(
    "answer",
    [
        "nonsense",
        '"ok"',
        "[]",
        "7",
        '{"batchItemFailures": "a"}',
        '{"batchItemFailures": ["a"]}',
        '{"batchItemFailures": [{"itemIdentifier": ""}]}',
        '{"batchItemFailures": [{"itemIdentifier": null}]}',
        '{"batchItemFailures": [{"itemIdentifier": ["a"]}]}',
        '{"batchItemFailures": [{"messageId": "a"}]}',
        '{"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "unknown"}]}',
        "\udcff",
    ],
)
def test_a_malformed_answer_fails_the_whole_batch(answer: str) -> None:
    """A malformed answer never counts as success."""
    with pytest.raises(MalformedResponseError):
        failed_ids(answer.encode(errors="surrogateescape"), IDS)
