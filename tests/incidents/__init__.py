"""The proofs of incidents and alerts: a week of news, every order, every crash.

`python -m tests.incidents [SEED ...]` prints what weeks come to, and what went wrong in them by kind.
"""
