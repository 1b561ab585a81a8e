from shared import wiring
from tests.conftest import Stack


def test_rule_files_come_back_as_they_were_put(stack: Stack) -> None:
    store = wiring.rules()
    assert store.stamp() == ()

    store.put("mine.toml", b"one")
    store.put("other.toml", b"two")

    assert store.files() == {"mine.toml": b"one", "other.toml": b"two"}


def test_a_changed_file_changes_the_stamp(stack: Stack) -> None:
    store = wiring.rules()
    store.put("mine.toml", b"one")
    before = store.stamp()

    store.put("mine.toml", b"two")

    assert store.stamp() != before


def test_what_is_no_rule_file_is_left_alone(stack: Stack) -> None:
    key = "config/rules/README.txt"
    stack.client("s3").put_object(Bucket=stack.outputs["Archive"], Key=key, Body=b"read me")

    assert wiring.rules().files() == {}


def test_a_file_is_removed_once(stack: Stack) -> None:
    store = wiring.rules()
    store.put("mine.toml", b"one")

    assert [store.remove("mine.toml"), store.remove("mine.toml")] == [True, False]
    assert store.files() == {}


def test_the_last_good_set_is_kept_byte_by_byte(stack: Stack) -> None:
    store = wiring.rules()
    assert store.last_good() == {}

    store.put_last_good({"mine.toml": b"\xff\x00 one"})

    assert store.last_good() == {"mine.toml": b"\xff\x00 one"}


def test_of_more_and_longer_files_than_detection_takes_no_more_is_read_than_it_needs_to_refuse_them(
    stack: Stack,
) -> None:
    store = wiring.rules()
    for number in range(103):
        store.put(f"{number:03}.toml", b"#" * (1_000_050 if number == 0 else 1))

    files = store.files()

    assert (len(files), len(files["000.toml"])) == (101, 1_000_001)
