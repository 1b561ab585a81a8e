"""moto's tables and topics, made to keep what they hold when the template says otherwise of them.  Touches moto.

moto cannot change a table, and makes a changed topic anew, without its subscriptions: a stack that was saved would be
lost with the next version of sitrep.
"""

from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table
from moto.sns.models import Topic


def keep_what_is_held() -> None:
    """Let CloudFormation change a table and a topic in place."""
    setattr(Table, _METHOD, classmethod(_changed_table))  # mypy will not have a method assigned
    setattr(Topic, _METHOD, classmethod(_changed_topic))


_METHOD = "update_from_cloudformation_json"


def _changed_table(
    cls: type[Table],
    original_resource: Table,
    new_resource_name: str,
    cloudformation_json: dict[str, Any],
    account_id: str,
    region_name: str,
) -> Table:
    """The table as it is described now, with the items that it has."""
    held = dynamodb_backends[account_id][region_name].tables.pop(original_resource.name)
    changed: Table = cls.create_from_cloudformation_json(
        original_resource.name, cloudformation_json, account_id, region_name
    )
    changed.items = held.items
    return changed


def _changed_topic(
    cls: type[Topic],
    original_resource: Topic,
    new_resource_name: str,
    cloudformation_json: dict[str, Any],
    account_id: str,
    region_name: str,
) -> Topic:
    """The topic as it is: what a template says of one is for who gets its messages."""
    return original_resource
