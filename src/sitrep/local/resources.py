"""The template -> a stack in the local AWS, and what a function of it sees.  Talks to the AWS process.

CloudFormation makes what the template says, so nothing here names a resource; what moto's CloudFormation leaves out is
then done through the services' own interfaces.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from shared.errors import SettingError
from sitrep.local.cloud import Cloud
from sitrep.local.template import OURS, Template

STACK = "sitrep"
_ATTRIBUTES = ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery")


def ensure_stack(cloud: Cloud, template: Template, parameters: Mapping[str, str] | None) -> dict[str, str]:
    """Have the stack as the template says, keeping what it holds; its outputs, with our own.

    Without parameters it keeps those that it has.
    """
    cloudformation = cloud.client("cloudformation")
    stack = describe(cloudformation)
    if parameters is None:
        parameters = {p["ParameterKey"]: p["ParameterValue"] for p in (stack or {}).get("Parameters", [])}
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(parameters.items())]
    content = json.dumps([template.body, given])
    tags = [{"Key": "content", "Value": hashlib.sha256(content.encode()).hexdigest()[:16]}]
    try:
        if stack is None:
            cloudformation.create_stack(StackName=STACK, TemplateBody=template.body, Parameters=given, Tags=tags)
        elif stack.get("Tags") != tags:
            cloudformation.update_stack(StackName=STACK, TemplateBody=template.body, Parameters=given, Tags=tags)
    except ClientError as error:
        raise SettingError(f"the local AWS cannot make the template's resources: {error}") from error
    made = describe(cloudformation)
    assert made is not None
    resolved = outputs(made)
    # Each time: a runner that was killed may have made the stack and not come to this.
    _notify_event_bridge(cloud, template, physical_ids(cloudformation))
    _subscribe(cloud, template, resolved)
    return resolved


def describe(cloudformation: Any, name: str = STACK) -> dict[str, Any] | None:
    """The stack, or none when there is none of that name."""
    try:
        return dict(cloudformation.describe_stacks(StackName=name)["Stacks"][0])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise


def outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def public(resolved: Mapping[str, str]) -> dict[str, str]:
    """The outputs that the template names, without those that we added."""
    return {name: value for name, value in resolved.items() if not name.startswith(OURS)}


def physical_ids(cloudformation: Any) -> dict[str, str]:
    """Logical id -> what AWS calls the resource: a queue's URL, a bucket's name, a topic's ARN."""
    resources = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
    return {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources}


def _notify_event_bridge(cloud: Cloud, template: Template, physical: Mapping[str, str]) -> None:
    s3 = cloud.client("s3")
    for name, resource in template.resources.items():
        configuration = resource.get("Properties", {}).get("NotificationConfiguration", {})
        if resource["Type"] == "AWS::S3::Bucket" and "EventBridgeConfiguration" in configuration:
            s3.put_bucket_notification_configuration(
                Bucket=physical[name], NotificationConfiguration={"EventBridgeConfiguration": {}}
            )


def _subscribe(cloud: Cloud, template: Template, resolved: Mapping[str, str]) -> None:
    sns = cloud.client("sns")
    for name, subscription in template.subscriptions.items():
        prefix = f"{OURS}Subscription{name}"
        if f"{prefix}TopicArn" not in resolved:
            continue  # its condition does not hold
        properties = subscription["Properties"]
        attributes = {
            key: properties[key] if isinstance(properties[key], str) else json.dumps(properties[key])
            for key in _ATTRIBUTES
            if key in properties
        }
        sns.subscribe(
            TopicArn=resolved[f"{prefix}TopicArn"],
            Protocol=resolved[f"{prefix}Protocol"],
            Endpoint=resolved[f"{prefix}Endpoint"],
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
