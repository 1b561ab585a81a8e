"""What the detect function's start costs beside a bare boto3 handler with the same clients.  Prints.

Counted is the processor time of whole fresh processes, user and system, the least of several; the function is laid out
as a build does it.  Nothing is asked of AWS.
"""

import argparse

from bench.artifact import built
from bench.process import cpu_of

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "BUCKET": "bench",
    "ENTRIES_DAYS": "90",
    "ENTRIES_TABLE": "bench",
    "NOTIFY_QUEUE": "https://sqs.eu-central-1.amazonaws.com/1/bench.fifo",
    "STACK": "",
}

BOTO3 = "import boto3"
BARE = f"""
{BOTO3}
s3, sqs, dynamodb = (boto3.client(name) for name in ("s3", "sqs", "dynamodb"))
"""
POWERTOOLS = """
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes import S3EventBridgeNotificationEvent
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
"""
CLIENTS = """
from shared import wiring
wiring.archive(), wiring.entries(), wiring.queue("NOTIFY_QUEUE"), wiring.rules()
"""
LEXICON = """
from shared.detect import load_lexicon
lexicon = load_lexicon()
"""
READY = f"""
{LEXICON}
lexicon.automaton, lexicon.others, lexicon.parts, lexicon.links_with, lexicon.needs_with
"""
DOOR = "import app"

WHOLE = "sitrep: detect, ready for its first article"
BARE_NAME = "a bare handler: boto3 and clients of S3, SQS, DynamoDB"
STARTS = {
    "Python alone": "",
    "boto3, no client": BOTO3,
    BARE_NAME: BARE,
    "the bare handler and the parts of Powertools that detect has": BARE + POWERTOOLS,
    "shared.detect": "import shared.detect",
    "shared.detect, lexicon loaded": LEXICON,
    "shared.detect, lexicon loaded, automaton built": READY,
    "sitrep: the door imported": DOOR,
    "sitrep: the door imported, clients made": DOOR + CLIENTS,
    WHOLE: DOOR + CLIENTS + READY,
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench coldstart", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args(arguments)

    with built() as folder:
        environment = {**ENVIRONMENT, "PYTHONPATH": str(folder)}
        rounds = [{name: cpu_of(code, environment) for name, code in STARTS.items()} for _ in range(options.rounds)]
    seconds = {name: min(each[name] for each in rounds) for name in STARTS}
    print(f"processor time of whole processes, least of {options.rounds}")
    print(f"{'':<64} {'ms':>6} {'of the bare':>12}")
    for name, taken in seconds.items():
        print(f"{name:<64} {1000 * taken:>6.0f} {taken / seconds[BARE_NAME]:>11.2f}x")
