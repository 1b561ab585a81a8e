"""The rules that detect works by: the packaged ones with the operator's own, which may change at any time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.detect import Lexicon
from shared.detect.operators import with_files
from shared.errors import SettingError

if TYPE_CHECKING:
    from shared.adapters.rule_store import RuleStore

# What is changed is used within a minute.
LOOK_EVERY = timedelta(seconds=30)


class Rules:
    """The lexicon as it stands; looks at the operator's files when it is asked for, and not more often than needed.

    A set with a broken file is refused as a whole: the last good set is used on, and `refused` says why.
    """

    def __init__(self, packaged: Lexicon, store: RuleStore) -> None:
        self._packaged = packaged
        self._store = store
        self._lexicon: Lexicon | None = None
        self._stamp: tuple[tuple[str, str], ...] = ()
        self._looked_at: datetime | None = None
        self.refused = ""
        """File, key and remedy of what is broken; empty while all is well."""

    def lexicon(self, now: datetime) -> Lexicon:
        """The rules to detect with."""
        if self._lexicon is None or self._looked_at is None or now - self._looked_at >= LOOK_EVERY:
            self._lexicon = self._look(self._lexicon)
            self._looked_at = now
        return self._lexicon

    def _look(self, known: Lexicon | None) -> Lexicon:
        stamp = self._store.stamp()
        if stamp == self._stamp:
            return known or self._packaged
        self._stamp = stamp
        files = self._store.files()
        try:
            found = with_files(self._packaged, files)
        except SettingError as error:
            self.refused = str(error)
            return known or self._last_good()
        self.refused = ""
        if files != self._store.last_good():
            self._store.put_last_good(files)
        return found

    def _last_good(self) -> Lexicon:
        """What a function uses that wakes up while the files are broken."""
        try:
            return with_files(self._packaged, self._store.last_good())
        except SettingError:  # sound for the rules of an older version only
            return self._packaged
