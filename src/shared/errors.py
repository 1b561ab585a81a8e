"""What can go wrong, as a tree.  Pure.

    SitrepError
    |-- SettingError     a wrong setting: the program stops, and says which and how to mend it
    |-- InputError       what a person handed us cannot be used (a file, an address): said, nothing changed
    |-- IntractableError what came from outside cannot be worked on within its limits: an outcome for whoever asked
    |-- TransientError   our side may recover: the record comes back, and in the end lies in the dead-letter queue
    |-- ContractError    a message that SNS would refuse or garble: our bug, never sent

What the world does to us (404, no feed, an empty page) is no exception but an `Outcome`.
"""


class SitrepError(Exception):
    """The root: everything that sitrep raises on purpose."""


class SettingError(SitrepError):
    """A setting is missing or wrong.  The message names it and the remedy."""


class InputError(SitrepError):
    """A file or an address that a person gave cannot be used.  The message names it and the remedy."""


class IntractableError(SitrepError):
    """Work on what came from outside took longer than it may, or ended its process.  The message says which."""


class TransientError(SitrepError):
    """Throttled, unreachable, out of time: the same call may work later."""


class ContractError(SitrepError):
    """A message breaks SNS's contract.  The message names the rule."""
