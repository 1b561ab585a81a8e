"""A stack that ends, and goes on."""

import os
import threading

import pytest

from shared.errors import InputError
from sitrep.local.cloud import CloudGoneError, find_cloud, start_cloud, surviving_cloud


def restarted(cloud):
    cloud.end()
    return start_cloud(cloud.folder)


@pytest.fixture
def own_cloud(folder):
    """An AWS process that the test may end."""
    cloud = start_cloud(folder)
    yield cloud
    for left in (cloud, find_cloud(folder)):
        if left is not None and left.is_alive():
            left.end()


def test_what_aws_held_is_there_again(own_cloud):
    own_cloud.client("s3").create_bucket(
        Bucket="archive", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    own_cloud.client("s3").put_object(Bucket="archive", Key="articles/x", Body=b"x" * 10_000_000)
    queue = own_cloud.client("sqs").create_queue(QueueName="queue")["QueueUrl"]
    own_cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="waiting")
    own_cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="at work")
    topic = own_cloud.client("sns").create_topic(Name="topic")["TopicArn"]
    own_cloud.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.org")
    own_cloud.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=1, VisibilityTimeout=600)

    again = restarted(own_cloud)

    assert len(again.client("s3").get_object(Bucket="archive", Key="articles/x")["Body"].read()) == 10_000_000
    received = again.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert sorted(message["Body"] for message in received) == ["at work", "waiting"]
    assert [s["Endpoint"] for s in again.client("sns").list_subscriptions()["Subscriptions"]] == ["a@example.org"]
    again.end()


def test_a_saved_state_is_its_owners_alone(own_cloud):
    own_cloud.end()

    assert own_cloud.folder.saved.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_saved_state_that_others_can_write_is_not_loaded(own_cloud, mode):
    own_cloud.end()
    own_cloud.folder.saved.chmod(mode)

    with pytest.raises(InputError, match="not yours alone"):
        start_cloud(own_cloud.folder)


def test_a_saved_state_behind_a_link_is_not_loaded(own_cloud, tmp_path):
    own_cloud.end()
    os.replace(own_cloud.folder.saved, tmp_path / "elsewhere")
    own_cloud.folder.saved.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InputError, match="cannot be read"):
        start_cloud(own_cloud.folder)


def test_a_state_of_another_version_is_left_and_said_so(own_cloud):
    own_cloud.client("sqs").create_queue(QueueName="queue")
    own_cloud.end()
    _, _, content = own_cloud.folder.saved.read_bytes().partition(b"\n")
    own_cloud.folder.saved.write_bytes(b'{"sitrep": "0.0.0"}\n' + content)

    again = start_cloud(own_cloud.folder)

    assert "another version" in again.remark
    assert "QueueUrls" not in again.client("sqs").list_queues()
    again.end()


def test_one_folder_has_one_aws_process(own_cloud):
    with pytest.raises(InputError, match="another AWS process"):
        start_cloud(own_cloud.folder)


def test_an_aws_process_that_a_killed_run_was_just_starting_is_waited_for(own_cloud, folder):
    address = folder.address.read_text()
    folder.address.unlink()
    threading.Timer(0.3, folder.address.write_text, [address]).start()

    survivor = surviving_cloud(folder)

    assert survivor is not None
    assert survivor.pid == own_cloud.pid


def test_nothing_survives_an_ended_stack(own_cloud, folder):
    own_cloud.end()

    assert surviving_cloud(folder) is None


def test_an_aws_process_is_found_by_its_token_and_not_by_its_port(own_cloud, folder):
    address = folder.address.read_text()

    assert find_cloud(folder) is not None
    folder.address.write_text(address.replace(own_cloud.token, "another"))
    assert find_cloud(folder) is None

    folder.address.write_text(address)


def test_a_port_that_is_taken_is_said(own_cloud, tmp_path):
    from sitrep.local.folder import Folder

    other = Folder(tmp_path / "other")
    other.prepare()

    with pytest.raises(InputError, match=f"port {own_cloud.port}"):
        start_cloud(other, own_cloud.port)


def test_an_ended_process_is_gone(own_cloud):
    own_cloud.end()

    assert not own_cloud.is_alive()
    assert find_cloud(own_cloud.folder) is None
    with pytest.raises(CloudGoneError):
        own_cloud.ask("queues")
