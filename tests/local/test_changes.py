"""A stack whose template has changed since it was made."""

import copy
from dataclasses import replace

from sitrep.local.cloud import Cloud
from sitrep.local.resources import ensure_stack
from sitrep.local.template import read_template
from tests.conftest import ROOT

INDEX = {
    "IndexName": "by_kind",
    "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


def test_a_table_and_a_topic_that_are_described_otherwise_keep_what_they_hold(cloud: Cloud) -> None:
    template = read_template(ROOT / "infra/template.yaml")
    made = ensure_stack(cloud, template, {"Contact": "tests@example.org"})
    dynamodb, sns = cloud.client("dynamodb"), cloud.client("sns")
    sns.subscribe(TopicArn=made["AlertTopic"], Protocol="email", Endpoint="reader@example.org")
    item = {"entry_id": {"S": "entry1"}, "kind": {"S": "new"}}
    dynamodb.put_item(TableName=made["EntriesTable"], Item=item)
    resources = copy.deepcopy(dict(template.resources))
    resources["EntriesTable"]["Properties"]["GlobalSecondaryIndexes"].append(INDEX)
    resources["EntriesTable"]["Properties"]["AttributeDefinitions"].append(
        {"AttributeName": "kind", "AttributeType": "S"}
    )
    resources["AlertTopic"]["Properties"]["DisplayName"] = "other"

    after = ensure_stack(cloud, replace(template, resources=resources), None)

    assert after == made
    found = dynamodb.query(
        TableName=made["EntriesTable"],
        IndexName="by_kind",
        KeyConditionExpression="kind = :new",
        ExpressionAttributeValues={":new": {"S": "new"}},
    )
    assert found["Items"] == [item]
    subscribed = sns.list_subscriptions_by_topic(TopicArn=made["AlertTopic"])["Subscriptions"]
    assert [one["Endpoint"] for one in subscribed] == ["reader@example.org"]
