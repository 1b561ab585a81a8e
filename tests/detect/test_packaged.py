"""The lexicon that a build stores, against the one that is compiled."""

import shutil
from importlib import resources
from pathlib import Path

import pytest

from shared.detect import Lexicon, detect, packaged
from shared.detect.packaged import STORED, compile_files, load_lexicon, packaged_rules, store

from .articles import article


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.toml")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rule files with the lexicon that is stored beside them."""
    made = tmp_path_factory.mktemp("built") / "rules"
    with resources.as_file(resources.files("shared.rules")) as source:
        shutil.copytree(source, made, ignore=shutil.ignore_patterns(STORED, "__pycache__"))
    store(made)
    return made


@pytest.fixture
def loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Lexicon:
    """What a function has that wakes up beside the stored lexicon; compiling is not allowed."""
    monkeypatch.setattr(packaged.resources, "files", lambda _: folder)
    monkeypatch.setattr(packaged, "compile_files", None)
    return load_lexicon.__wrapped__()


def test_a_stored_lexicon_is_the_compiled_one(folder: Path, loaded: Lexicon) -> None:
    compiled = compile_files(files(folder))

    assert list(loaded.lines) == list(compiled.lines)
    assert list(loaded.phrases) == list(compiled.phrases)
    assert list(loaded.kinds) == list(compiled.kinds)
    assert loaded.rules == compiled.rules
    for name in Lexicon.__dataclass_fields__:
        one, other = getattr(loaded, name), getattr(compiled, name)
        assert (tuple(one) if isinstance(one, list) else one) == (tuple(other) if isinstance(other, list) else other)


def test_a_stored_lexicon_reports_what_the_compiled_one_does(folder: Path, loaded: Lexicon) -> None:
    compiled = compile_files(files(folder))

    for rule in packaged_rules():
        for example in rule.fires:
            assert detect(article(example), loaded) == detect(article(example), compiled)


def test_a_changed_rule_file_makes_the_stored_lexicon_unused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "rules"
    shutil.copytree(folder, changed)
    rule = changed / "airstrike.toml"
    rule.write_text(rule.read_text("utf-8").replace("[terms]\nen = [", '[terms]\nen = ["skyfall blow(|s)",'), "utf-8")
    monkeypatch.setattr(packaged.resources, "files", lambda _: changed)

    lexicon = load_lexicon.__wrapped__()

    assert "skyfall blows" in lexicon.lines
