"""infra/template.yaml as the local stack reads it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from shared.errors import SettingError
from sitrep.local.template import parse_rate, read_template
from tests.local.conftest import TEMPLATE


@pytest.fixture
def template(tmp_path: Path):
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    return read_template(tmp_path / "template.yaml")


def test_short_forms_are_read_as_cloudformation_means_them(template):
    rule = template.resources["Stored"]["Properties"]

    assert rule["EventPattern"]["detail"]["bucket"] == {"name": [{"Ref": "Bucket"}]}
    assert rule["Targets"][0]["Arn"] == {"Fn::GetAtt": ["Queue", "Arn"]}


def test_a_function_knows_what_wakes_it(template):
    function = template.function("step")

    assert [schedule.every for schedule in function.schedules] == [timedelta(minutes=1)]
    (source,) = function.sources
    assert (source.queue, source.batch_size, source.reports_failures) == ("Queue", 5, True)


def test_a_functions_own_word_goes_before_the_globals(template):
    assert template.function("line").timeout == timedelta(seconds=1)
    assert template.function("step").timeout == timedelta(seconds=20)


def test_what_moto_cannot_make_falls_away_with_what_points_to_it(template):
    body = json.loads(template.body)

    assert "StepFunction" not in body["Resources"]
    assert "Function" not in body["Outputs"]
    assert "Topic" in body["Outputs"]


def test_a_condition_survives_when_its_resource_does(tmp_path):
    (tmp_path / "t.yaml").write_text(
        "Conditions: {Wanted: !Equals [a, a]}\n"
        "Resources:\n"
        "  Key: {Type: AWS::KMS::Key}\n"
        "  Queue: {Type: AWS::SQS::Queue, Condition: Wanted, Properties: {KmsMasterKeyId: !Ref Key, DelaySeconds: 1}}\n"
    )

    made = read_template(tmp_path / "t.yaml").resources

    assert made == {"Queue": {"Type": "AWS::SQS::Queue", "Condition": "Wanted", "Properties": {"DelaySeconds": 1}}}


@pytest.mark.parametrize("text", ["", "- a list", "Resources: [", "Resources: none"])
def test_a_file_that_is_no_template_is_refused_by_name(tmp_path, text):
    (tmp_path / "t.yaml").write_text(text)

    with pytest.raises(SettingError, match=r"t\.yaml"):
        read_template(tmp_path / "t.yaml")


def test_a_schedule_that_the_local_stack_cannot_keep_is_refused():
    assert parse_rate("rate(15 minutes)") == timedelta(minutes=15)
    assert parse_rate({"Fn::Sub": "cron(0 ${Hour} * * ? *)"}) == timedelta(days=1)
    with pytest.raises(SettingError, match="cron"):
        parse_rate("cron(*/5 * * * ? *)")


def test_a_value_that_the_template_does_not_offer_is_refused(tmp_path):
    (tmp_path / "t.yaml").write_text('Parameters: {Hour: {Type: String, AllowedValues: ["off", 6]}}\nResources: {}\n')
    template = read_template(tmp_path / "t.yaml")

    template.check("Hour", "6")
    with pytest.raises(SettingError, match="Hour is '7'; give one of off, 6"):
        template.check("Hour", "7")


def test_a_setting_is_what_cloudformation_resolves_it_to(stage):
    made = stage()

    environment = made.runner.schedules[0].worker.environment

    assert environment["TABLE"] == made.names["Table"]
    assert environment["TABLE"] in made.cloud.client("dynamodb").list_tables()["TableNames"]
