"""Names -> places of the world.  Reads the packaged gazetteer at first use; otherwise pure.

The gazetteer is one sorted table, packed in small blocks: only those that a name may stand in are ever unpacked, so a
cold start pays for reading the file alone.
"""

import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate
from typing import Any, NamedTuple

from shared.detect.phrases import expand
from shared.detect.rules import parse_toml
from shared.detect.words import fold
from shared.errors import SettingError
from shared.types import Precision


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the gazetteer."""

    id: str
    name: str
    country: str
    lat: float | None
    lon: float | None
    population: int
    precision: Precision


@dataclass(frozen=True, slots=True)
class Supplement:
    """What GeoNames' list of towns lacks: regions, countries, and spellings of the newsroom."""

    regions: Mapping[str, Spot]
    """By folded name."""
    spellings: Mapping[str, str]
    """Folded spelling -> GeoNames id."""
    countries: Mapping[str, str]
    """Folded country name -> its code."""
    demonyms: Mapping[str, str]
    """Folded demonym -> country code."""
    groups: Mapping[str, str]
    """Folded name of an armed group or a leader -> the code of the country that is its home."""
    capitals: Mapping[str, str]
    """Folded name of a seat of government -> country code."""
    abroad: frozenset[str]
    """Codes of the countries whose forces fight in other countries."""
    acronyms: frozenset[str]
    """Folded names that are words unless they are written in capitals: US, CAR."""
    called: Mapping[str, str]
    """GeoNames id -> the name that alerts use."""
    country_names: Mapping[str, str]
    """Country code -> the name an alert uses."""
    beginnings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a town's name may begin with in a sentence -> what stands there in the gazetteer, all folded."""
    endings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a town's name may end with in a sentence -> what stands there in the gazetteer, all folded."""

    def base_forms(self, name: str) -> Iterator[str]:
        """Forms under which the gazetteer may list a folded name that a sentence inflects, the likeliest first."""
        for length in range(min(_LONGEST_AFFIX, len(name) - _SHORTEST_STEM), 0, -1):
            for ending in self.endings.get(name[-length:], ()):
                yield name[:-length] + ending
            for beginning in self.beginnings.get(name[:length], ()):
                yield beginning + name[length:]


# Of a town's name at least so many letters stay when it is inflected, and no longer affix is looked up.
_SHORTEST_STEM, _LONGEST_AFFIX = 2, 4
# Among places of one name a region counts as a city of so many.
_REGIONS_COUNT = 1_000_000
# zlib's word for "with the header of a gzip file".
_GZIP = 31
# Arabic's article before a name is written in a dozen ways: Deir ez-Zor, Deir al-Zor, Jisr ash-Shughur.
ARTICLES = frozenset(["al", "el", "ad", "ar", "as", "ash", "at", "az", "an", "ez", "es", "et", "en", "ed", "er"])


def same_article(name: str) -> str:
    """A folded name of several words with every spelling of the Arabic article made `al`."""
    words = name.split(" ")
    return name if len(words) == 1 else " ".join("al" if word in ARTICLES else word for word in words)


@lru_cache(maxsize=20_000)
def towns(name: str) -> tuple[Spot, ...]:
    """The towns that go by a folded name, the most populous first; empty when there is none."""
    numbers = _value(name.encode())
    if not numbers and (other := same_article(name)) != name:
        numbers = _value(other.encode())
    found = [by_id(number) for number in numbers.decode().split(",")] if numbers else []
    return tuple(sorted((spot for spot in found if spot is not None), key=lambda spot: (-spot.population, spot.id)))


@lru_cache(maxsize=20_000)
def by_id(number: str) -> Spot | None:
    """The town with a GeoNames id."""
    line = _value(number.encode())
    if not line:
        return None
    name, country, lat, lon, population = line.decode().split("\t")
    return Spot(number, name, country, float(lat), float(lon), int(population), Precision.CITY)


def _value(key: bytes) -> bytes:
    """What the gazetteer says of a name (ids) or an id (a town); empty when it does not know it."""
    number = bisect_right(_table().firsts, key) - 1
    if number < 0:
        return b""
    block = _block(number)
    start = block.find(b"\n" + key + b"\t")
    if start < 0:
        return b""
    start += len(key) + 2
    return block[start : block.index(b"\n", start)]


class _Table(NamedTuple):
    packed: bytes
    firsts: list[bytes]
    """The first key of each block."""
    begins: list[int]
    """Where each block begins in `packed`, and where the last one ends."""


@lru_cache(maxsize=1)
def _table() -> _Table:
    packed = resources.files("shared.rules").joinpath("places.tsv.gz").read_bytes()
    # Members of a gzip file can be unpacked each by itself: the first one lists the others.
    head = zlib.decompressobj(_GZIP)
    lines = [line.split(b"\t") for line in head.decompress(packed).splitlines() if not line.startswith(b"#")]
    begin = len(packed) - len(head.unused_data)
    return _Table(packed, [key for key, _ in lines], list(accumulate((int(size) for _, size in lines), initial=begin)))


@cache
def _block(number: int) -> bytes:
    table = _table()
    return b"\n" + zlib.decompress(table.packed[table.begins[number] : table.begins[number + 1]], _GZIP)


def parse_supplement(name: str, text: str) -> Supplement:
    """The hand-written part of the gazetteer.

    Raises: SettingError naming file, key and remedy.
    """
    data = parse_toml(name, text)
    countries: dict[str, str] = {}
    others: dict[str, dict[str, str]] = {"demonyms": {}, "groups": {}, "capital": {}}
    country_names: dict[str, str] = {}
    for code, country in data.get("countries", {}).items():
        if not isinstance(country, dict) or not country.get("names"):
            raise SettingError(f"{name}: countries.{code}.names: missing; the first is the one alerts use")
        country_names[code] = country["names"][0]
        countries |= {fold(n): code for n in country["names"]}
        for key, found in others.items():
            found |= {fold(n): code for pattern in country.get(key, []) for n in expand(pattern)}
    regions: dict[str, Spot] = {}
    written: list[str] = []
    for slug, region in data.get("regions", {}).items():
        spot = _region(name, slug, region)
        regions |= {fold(n): spot for n in region["names"]}
        written += region["names"]
    for code, names in data.get("provinces", {}).items():
        written += names
        for n in names:
            slug = f"{code.lower()}-{fold(n).replace(' ', '-')}"
            regions[fold(n)] = Spot(slug, n, code, None, None, _REGIONS_COUNT, Precision.REGION)
    for country in data.get("countries", {}).values():
        written += country["names"] + country.get("groups", [])
    spellings = {fold(s): number for number, names in data.get("spellings", {}).items() for s in names}
    return Supplement(
        regions=regions,
        spellings=spellings,
        countries=countries,
        demonyms=others["demonyms"],
        groups=others["groups"],
        capitals=others["capital"],
        abroad=frozenset(data.get("abroad", [])),
        acronyms=frozenset(fold(n) for n in written if n.isupper()),
        called={number: names[0] for number, names in data.get("spellings", {}).items()},
        country_names=country_names,
    )


def with_names(supplement: Supplement, name: str, names: Mapping[str, Mapping[str, Iterable[str]]]) -> Supplement:
    """The supplement with what another language calls its places: by table, then by code or id; `name` is its file's.

    Raises: SettingError naming file, key and remedy.
    """
    codes = {code: code for code in supplement.country_names}
    spots = {spot.id: spot for spot in supplement.regions.values()}
    known: dict[str, Mapping[str, Any]] = {"countries": codes, "demonyms": codes, "groups": codes, "regions": spots}
    found: dict[str, dict[str, Any]] = {"countries": {}, "demonyms": {}, "groups": {}, "regions": {}, "towns": {}}
    for table, by_id in names.items():
        if table not in found:
            raise SettingError(f"{name}: names.{table}: unknown table; known are {', '.join(found)}")
        for place, written in by_id.items():
            if table in known and place not in known[table]:
                raise SettingError(f"{name}: names.{table}.{place}: places.toml has no such place; add it there first")
            found[table] |= dict.fromkeys(map(fold, written), known[table][place] if table in known else place)
    return replace(
        supplement,
        countries={**supplement.countries, **found["countries"]},
        demonyms={**supplement.demonyms, **found["demonyms"]},
        groups={**supplement.groups, **found["groups"]},
        regions={**supplement.regions, **found["regions"]},
        spellings={**supplement.spellings, **found["towns"]},
    )


def _region(name: str, slug: str, region: Any) -> Spot:
    try:
        precision = Precision(region.get("precision", "region"))
        lat, lon = map(float, region["at"])
        return Spot(slug, region["names"][0], region["country"], lat, lon, _REGIONS_COUNT, precision)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise SettingError(f"{name}: regions.{slug}: needs names, country and at = [lat, lon] ({error!r})") from error
