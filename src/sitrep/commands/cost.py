"""`sitrep cost`: what a month costs, line by line, from counts that are measured and a table of prices."""

import argparse
from dataclasses import fields
from pathlib import Path

from shared.errors import InputError
from sitrep.cost import Load, bill, read_prices, render_table
from sitrep.local.show import say

_HELP = {
    "alerts": "alerts a day",
    "emails": "readers by email of each alert",
    "sms": "readers by SMS of each alert",
    "kept_days": "for how many days the archive has been filling",
    "page_kb": "kilobytes in the archive of an article and its page, packed",
    "changed": "of a hundred polls, those that bring a changed body without a new entry",
    "reported": "of a hundred articles, those that report something",
    "fetch_s": "seconds that a job of up to fifty feeds takes",
    "ingest_s": "seconds that a batch of entries takes",
    "batch": "entries that are handed on at once",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--feeds", type=int, default=1_000, metavar="N", help="feeds watched (%(default)s)")
    parser.add_argument(
        "--interval", type=float, default=5.0, metavar="M", help="minutes between two polls of a feed (%(default)s)"
    )
    parser.add_argument("--articles", type=int, default=20_000, metavar="K", help="articles a day (%(default)s)")
    for field in fields(Load):
        if field.name in _HELP:
            parser.add_argument(
                f"--{field.name.replace('_', '-')}",
                type=type(field.default),
                default=field.default,
                metavar="N",
                help=f"{_HELP[field.name]} (%(default)s)",
            )
    parser.add_argument("--region", default="us-east-1", metavar="NAME", help="whose prices (%(default)s)")
    parser.add_argument("--architecture", choices=("arm64", "x86_64"), default="arm64", help="of the functions")
    parser.add_argument("--prices", type=Path, metavar="FILE", help="a table of prices of your own, as TOML")
    parser.add_argument("--table", action="store_true", help="the table of the README instead")


def run(arguments: argparse.Namespace) -> int:
    prices = read_prices(arguments.region, arguments.prices)
    if arguments.table:
        say(render_table(prices))
        return 0
    load = Load(**{field.name: getattr(arguments, field.name) for field in fields(Load)})
    for field in fields(Load):
        least = 1 if field.name in ("feeds", "interval", "batch") else 0
        if not least <= getattr(load, field.name) < 1e12:
            raise InputError(f"--{field.name.replace('_', '-')} is {getattr(load, field.name)}: give {least} or more")
    for name in ("changed", "reported"):
        if getattr(load, name) > 100:
            raise InputError(f"--{name} is {getattr(load, name)}: it is of a hundred")
    lines = bill(load, prices, arguments.architecture)
    say(f"{'':<24} {'used in a month':>18} {'list price':>12} {'less free':>12}")
    for line in lines:
        say(f"{line.name.replace('_', ' '):<24} {line.amount:>18,.2f} {line.list_usd:>12,.2f} {line.usd:>12,.2f}")
    total, paid = sum(line.list_usd for line in lines), sum(line.usd for line in lines)
    say(f"{'a month, in dollars':<24} {'':>18} {total:>12,.2f} {paid:>12,.2f}")
    say(f"prices of {prices.region} as of {prices.date}; what is free to every account each month is taken off once")
    return 0
