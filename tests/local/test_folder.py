"""What a folder says is believed only when nobody else can have said it."""

import os

import pytest

from shared.errors import InputError
from sitrep.local.cloud import find_cloud
from sitrep.local.folder import Folder, last_folder, read_json, remember, write_json


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    """An empty folder to work in, and an empty home."""
    for name in ("work", "home"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    return tmp_path / "work"


@pytest.fixture
def somebody(monkeypatch):
    """From when it is called, we are somebody else than who made the files."""
    return lambda: monkeypatch.setattr(os, "getuid", lambda: 54321)


def test_the_last_folder_is_found_again(folder):
    remember(folder)

    assert last_folder() == folder


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_pointer_that_others_can_write_is_passed_over(folder, work, tmp_path, mode):
    other = Folder(tmp_path / "other")
    other.prepare()
    remember(other)
    write_json(work / ".sitrep/last.json", {"outbox": str(folder.outbox)})

    (work / ".sitrep/last.json").chmod(mode)

    assert last_folder() == other


def test_somebody_elses_pointer_is_passed_over(folder, somebody):
    remember(folder)

    somebody()

    assert last_folder() is None


def test_a_pointer_behind_a_link_is_passed_over(folder, work, tmp_path):
    remember(folder)
    (work / ".sitrep/last.json").rename(tmp_path / "elsewhere")
    (tmp_path / "home/.local/state/sitrep/last.json").unlink()

    (work / ".sitrep/last.json").symlink_to(tmp_path / "elsewhere")

    assert last_folder() is None


def test_a_pointer_into_a_folder_that_others_can_write_is_refused(folder):
    remember(folder)
    folder.state.chmod(0o777)

    with pytest.raises(InputError, match="not yours alone"):
        last_folder()


def test_somebody_elses_folder_is_not_used(folder, somebody):
    somebody()

    with pytest.raises(InputError, match="not yours alone"):
        folder.prepare()


def test_a_folder_behind_a_link_is_not_used(folder, tmp_path):
    other = Folder(tmp_path / "other")
    other.outbox.mkdir()
    other.state.symlink_to(folder.state)

    with pytest.raises(InputError, match="not yours alone"):
        other.prepare()


def test_an_address_that_others_can_write_leads_nowhere(one_cloud):
    mode = one_cloud.folder.address.stat().st_mode
    assert find_cloud(one_cloud.folder) is not None

    one_cloud.folder.address.chmod(0o666)

    assert find_cloud(one_cloud.folder) is None
    one_cloud.folder.address.chmod(mode)


def test_a_pipe_in_place_of_a_file_holds_nobody_up(folder):
    os.mkfifo(folder.run)

    assert read_json(folder.run) == {}
