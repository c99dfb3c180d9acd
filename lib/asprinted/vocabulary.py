"""The words in which quantities are printed: one table, which a study can extend.

A phrase stands under what it means. Numbers and units that are missing here belong in
the settings of a study, under `vocabulary`, in the same form:

    "vocabulary": {"units": {"sheep": ["sheep"]}, "hedges": {"about": ["in the order of"]}}

What is listed nowhere is not guessed at: a token with an unknown piece is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

OVER = (
    *("more than", "over", "above", "greater than", "higher than", "larger than"),
    *("bigger than", "beyond", "exceed", "exceeding", "exceeds", "exceeded"),
    *("surpass", "surpassing", "surpasses", "surpassed", "topping", "topped"),
    *("in excess of", "upwards of", "north of", ">"),
)
UNDER = (
    *("less than", "fewer than", "under", "below", "lower than", "smaller than"),
    *("within", "short of", "<"),
)
SLIGHTLY = ("just", "slightly", "marginally", "a little", "a bit", "only just")
FAR = ("well", "far", "much", "considerably", "significantly", "substantially")
NEGATED = ("not", "no", "never", "cannot")


def _before(adverbs: Iterable[str], phrases: Iterable[str]) -> tuple[str, ...]:
    words = [phrase for phrase in phrases if phrase[0].isalpha()]
    return tuple(f"{adverb} {phrase}" for adverb in adverbs for phrase in words)


def _by_phrase(table: Mapping[Any, tuple[str, ...]]) -> dict[str, Any]:
    """Return what each phrase of a table means."""
    return {phrase: meaning for meaning, words in table.items() for phrase in words}


# "not less than" is "at least": a negation is read together with what it negates.
HEDGES: dict[str, tuple[str, ...]] = {
    "about": (
        *("approximately", "about", "around", "some", "roughly", "close to", "circa"),
        *("c.", "ca.", "ca", "~", "≈", "approx.", "approx", "an estimated"),
        *("estimated at", "in the region of", "in the neighbourhood of"),
        *("in the vicinity of", "more or less", "just about"),
    ),
    "over": (*OVER, *_before((*SLIGHTLY, *FAR), OVER)),
    "at_least": (
        *("at least", "at the least", "at the very least", "at a minimum"),
        *("a minimum of", "as little as", "as few as", "≥"),
        *_before(NEGATED, UNDER),
    ),
    "under": (*UNDER, *_before(FAR, UNDER)),
    "at_most": (
        *("at most", "at the most", "at the very most", "at a maximum"),
        *("a maximum of", "up to", "as much as", "≤"),
        *("as many as", "as high as", "as large as", "up to and including"),
        *_before(NEGATED, OVER),
    ),
    "nearly": (
        *("nearly", "almost", "approaching", "just shy of"),
        *_before(SLIGHTLY, UNDER),
    ),
}
# Said behind the number: "45 per cent or more".
AFTER: dict[str, tuple[str, ...]] = {
    "at_least": (
        *("or more", "or over", "or above", "or higher", "and more", "and over"),
        *("and above", "at least", "at the least", "at the very least"),
    ),
    "at_most": (
        *("or less", "or fewer", "or under", "or below", "or lower", "and below"),
        *("at most", "at the most", "at the very most"),
    ),
    "about": ("or so", "or thereabouts"),
}
# These change no bound.
NEUTRAL = (
    *("only", "just", "merely", "a mere", "exactly", "precisely", "fully", "at", "by"),
    *("a further", "another", "an additional", "an extra", "a total of"),
    *("a record", "the equivalent of"),
)
# What a share may be said to be a share of: "of the world's exports".
WHOLES = (
    *("gdp", "gnp", "gni", "gross domestic product", "national income", "output"),
    *("exports", "imports", "trade", "turnover", "debt", "revenue", "revenues"),
    *("spending", "expenditure", "budget", "population", "total", "all", "it"),
)
WIDER = (
    *("the", "its", "their", "all", "total", "national", "foreign", "external"),
    *("public", "state", "government", "world", "global", "world's", "country's"),
)
MINUS = ("minus", "negative", "-")
PLUS = ("plus", "+")

MULTIPLIERS: dict[int, tuple[str, ...]] = {
    12: ("dozen",),
    100: ("hundred",),
    10**3: ("thousand", "k"),
    10**5: ("lakh", "lakhs"),
    10**6: ("million", "millions", "m", "mn", "mln", "mio", "mio."),
    10**7: ("crore", "crores", "cr"),
    10**9: ("billion", "billions", "bn", "bln", "b", "bil", "mrd", "mrd.", "milliard"),
    10**12: ("trillion", "trillions", "tn", "trn", "tr"),
}
PERCENTS: dict[str, tuple[str, ...]] = {
    "share": ("%", "percent", "per cent", "pct", "pct."),
    "points": (
        *("percentage points", "percentage point", "percentage-point", "%-points"),
        *("percent points", "percent point", "per cent points", "per cent point"),
        *("pp", "pps", "p.p.", "ppt", "ppts"),
    ),
    "percent_per_year": tuple(
        f"{percent} {year}"
        for percent in ("%", "percent", "per cent", "pct")
        for year in ("a year", "per year", "per annum", "p.a.", "annually")
    ),
    "permille": ("‰", "per mille", "permille", "per mil"),
    "basis_points": ("basis points", "basis point", "basis-point", "bps", "bp"),
}
CODES = (
    *("aed", "afn", "azn", "bam", "bgn", "byn", "dkk", "egp", "ghs", "irr", "kes"),
    *("kgs", "khr", "lkr", "mdl", "mmk", "nok", "php", "pkr", "ron", "rsd", "sar"),
    *("sek", "tmt"),
)
SHARED_NAMES = ("franc", "peso", "dinar", "manat", "dirham", "som")
NAMED = {"gel": "lari", "amd": "dram", "tjs": "somoni", "huf": "forint", "thb": "baht"}
NAMED |= {"czk": "koruna", "idr": "rupiah", "myr": "ringgit", "bdt": "taka"}
NAMED |= {"ngn": "naira"}
# Each money is a unit of its own; it may stand before the number or behind it.
CURRENCIES: dict[str, tuple[str, ...]] = {
    "usd": (
        *("us$", "$", "usd", "dollars", "dollar", "us dollars", "u.s. dollars"),
        *("us $", "u.s. $", "usd $", "american dollars"),
    ),
    "eur": ("€", "eur", "euros", "euro"),
    "gbp": ("£", "gbp", "pounds", "sterling", "pounds sterling", "british pounds"),
    "jpy": ("¥", "jpy", "jp¥", "yen", "japanese yen"),
    "cny": ("yuan", "renminbi", "rmb", "cny", "cn¥", "rmb¥", "chinese yuan"),
    "rub": ("roubles", "rouble", "rubles", "ruble", "rub", "₽"),
    "aud": ("a$", "au$", "aud", "australian dollars"),
    "cad": ("c$", "ca$", "cad", "canadian dollars"),
    "nzd": ("nz$", "nzd", "new zealand dollars"),
    "hkd": ("hk$", "hkd", "hong kong dollars"),
    "sgd": ("s$", "sgd", "singapore dollars"),
    "twd": ("nt$", "twd", "taiwan dollars", "new taiwan dollars"),
    "brl": ("r$", "brl", "reais"),
    "mxn": ("mx$", "mxn", "mexican pesos"),
    "inr": ("₹", "inr", "indian rupees"),
    "krw": ("₩", "krw", "won", "south korean won", "korean won"),
    "kzt": ("₸", "kzt", "tenge"),
    "uzs": ("uzs", "uzbek som", "uzbek soum", "uzbek sum"),
    "mnt": (
        *("₮", "mnt", "tugrik", "tugriks", "tugrug", "tugrugs", "tögrög", "tögrögs"),
        *("togrog", "togrogs", "tugrog", "tugrogs"),
    ),
    "chf": ("chf", "swiss francs", "sfr", "sfr."),
    "try": ("₺", "turkish lira", "turkish liras"),
    "uah": ("₴", "uah", "hryvnia", "hryvnias"),
    "ils": ("₪", "ils", "shekels"),
    "vnd": ("₫", "vnd", "dong"),
    "rupees": ("rs", "rs.", "rupees", "rupee"),
    "lira": ("lira", "liras"),
    "kronor": ("kronor", "kroner", "crowns"),
    "rand": ("rand", "zar"),
    "rial": ("rial", "rials", "riyal", "riyals"),
    "pln": ("pln", "zł", "zloty", "zlotys", "złoty", "zlotych", "złotych"),
    "xdr": ("xdr", "sdr", "sdrs", "special drawing rights"),
    **{f"{money}s": (money, f"{money}s") for money in SHARED_NAMES},
    **{code: (code, name, f"{name}s") for code, name in NAMED.items()},
    **{code: (code,) for code in CODES},
}
MEASURES: dict[str, tuple[str, ...]] = {
    **{
        f"{time}s": (f"{time}s", time)
        for time in ("minute", "hour", "day", "week", "month", "year", "decade")
    },
    "centuries": ("centuries", "century"),
    "km": ("km", "kilometres", "kilometers", "kilometre", "kilometer"),
    "metres": ("metres", "meters", "metre", "meter"),
    "miles": ("miles", "mile"),
    "hectares": ("hectares", "hectare", "ha"),
    "km2": ("square kilometres", "square kilometers", "sq km", "sq. km"),
    "tonnes": ("tonnes", "tonne", "metric tons", "metric tonnes"),
    "tons": ("tons", "ton"),
    "kg": ("kg", "kilograms", "kilogrammes", "kilos"),
    "barrels": ("barrels", "barrel"),
    "bcm": ("bcm",),
    "m3": ("cubic metres", "cubic meters"),
    "litres": ("litres", "liters"),
    "mw": ("mw", "megawatts", "megawatt"),
    "gw": ("gw", "gigawatts", "gigawatt"),
    "kv": ("kv", "kilovolts", "kilovolt"),
    "kwh": ("kwh", "kilowatt-hours", "kilowatt hours"),
    "mwh": ("mwh", "megawatt-hours", "megawatt hours"),
    "gwh": ("gwh", "gigawatt-hours", "gigawatt hours"),
    "twh": ("twh", "terawatt-hours", "terawatt hours"),
    "degrees": ("degrees", "°c", "°f", "°"),
    "persons": (
        *("people", "persons", "students", "inhabitants", "residents", "citizens"),
        *("workers", "soldiers", "troops", "refugees", "migrants", "tourists"),
        *("visitors", "voters", "households", "men", "women", "children", "pupils"),
        *("employees", "civilians", "prisoners"),
    ),
    "count": (
        *("countries", "states", "nations", "members", "governments", "cities"),
        *("companies", "firms", "banks", "projects", "loans", "treaties"),
        *("tanks", "jets", "aircraft", "missiles", "ships", "vehicles", "vessels"),
        *("reactors", "schools", "hospitals", "villages", "seats", "votes"),
    ),
    "times": (
        *("times", "x", "fold", "a factor of"),
        *(f"times as {word}" for word in ("much", "many", "large", "high", "big")),
    ),
}
# What is printed in parts or multiples of the unit in which it is kept.
SAME: dict[str, tuple[str, Fraction]] = {
    "share": ("share", Fraction(1, 100)),
    "points": ("points", Fraction(1, 100)),
    "percent_per_year": ("percent_per_year", Fraction(1, 100)),
    "permille": ("share", Fraction(1, 1000)),
    "basis_points": ("points", Fraction(1, 10_000)),
    "decades": ("years", Fraction(10)),
    "centuries": ("years", Fraction(100)),
}

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
    *("seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: i for i, word in enumerate(_SMALL)}
NUMBERS |= {word: 10 * i for i, word in enumerate(_TENS, 2)}
_RANKS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
    *("ninth", "tenth", "eleventh", "twelfth"),
)
RANKS = {word: i for i, word in enumerate(_RANKS, 1)}
_PARTS = {"half": 2, "quarter": 4, "twentieth": 20, "hundredth": 100}
_PARTS |= {"thousandth": 1000}
_PARTS |= {word: number for word, number in RANKS.items() if 3 <= number <= 10}
PARTS = _PARTS | {f"{word}s": n for word, n in _PARTS.items()} | {"halves": 2}
SIGNS = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4)}
SIGNS |= {"⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5), "⅛": (1, 8)}
_MULTIPLES: dict[Fraction, tuple[str, ...]] = {
    Fraction(1, 2): ("halved", "half as much", "half as many"),
    Fraction(3, 2): ("half as much again", "half again as much"),
    Fraction(2): ("doubled", "double", "twice", "twice as much", "twice as many"),
    Fraction(3): ("tripled", "trebled", "triple", "thrice"),
    Fraction(4): ("quadrupled", "quadruple"),
    Fraction(5): ("quintupled",),
}
GROWTH = _by_phrase(_MULTIPLES)
# The least that is meant; nothing is said of the most.
COLLECTIVES = {"dozens": 12, "tens": 10, "hundreds": 100, "thousands": 1000}
COLLECTIVES |= {"millions": 10**6, "billions": 10**9}


class VocabularyError(ValueError):
    """Words of a study that do not fit the table."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Everything that a reading looks up.

    Parameters
    ----------
    hedges, after : mapping of str to tuple of str
        Phrases before and behind the number by what they mean: `HEDGES`, `AFTER`.
    currencies, units : mapping of str to tuple of str
        Phrases by unit: `CURRENCIES`; `PERCENTS` and `MEASURES`.
    multipliers : mapping of int to tuple of str
        Phrases by the factor: `MULTIPLIERS`.
    neutral : tuple of str
        Phrases before a number that change no bound.
    """

    hedges: Mapping[str, tuple[str, ...]]
    after: Mapping[str, tuple[str, ...]]
    currencies: Mapping[str, tuple[str, ...]]
    units: Mapping[str, tuple[str, ...]]
    multipliers: Mapping[int, tuple[str, ...]]
    neutral: tuple[str, ...]

    def extended(self, words: Mapping[str, Any]) -> Vocabulary:
        """Return the vocabulary with the words of a study added.

        Parameters
        ----------
        words : mapping
            Any of ``hedges``, ``after``, ``currencies``, ``units``, ``multipliers`` (lists
            of phrases by meaning) and ``neutral`` (a list of phrases).

        Raises
        ------
        VocabularyError
            If a heading or a hedge is unknown, a phrase is none or means something else.

        Examples
        --------
        >>> wider = ENGLISH.extended({"units": {"yurts": ["yurts", "gers"]}})
        >>> wider.unit_of["gers"]
        'yurts'
        """
        own: dict[str, Any] = {name: getattr(self, name) for name in _HEADINGS}
        for heading, given in words.items():
            if heading not in own:
                allowed = ", ".join(_HEADINGS)
                raise VocabularyError(f"{heading!r} is not one of {allowed}")
            if heading == "neutral":
                own[heading] = (*own[heading], *_phrases(heading, given))
                continue
            own[heading] = _added(heading, own[heading], given)
        wider = Vocabulary(**own)
        wider._check()
        return wider

    def _check(self) -> None:
        """Refuse a phrase that would have two meanings."""
        for heading in ("hedges", "after", "currencies", "units", "multipliers"):
            seen: dict[str, Any] = {}
            for meaning, phrases in getattr(self, heading).items():
                for phrase in phrases:
                    if seen.setdefault(phrase, meaning) != meaning:
                        both = f"{seen[phrase]} and {meaning}"
                        raise VocabularyError(f"{heading}: {phrase!r} is {both}")
        own = [*self.factor_of, *self.money_of]
        own += [phrase for words in self.units.values() for phrase in words]
        twice = [phrase for phrase in own if own.count(phrase) > 1]
        if twice:
            raise VocabularyError(f"{twice[0]!r} is a unit and something else")

    @cached_property
    def unit_of(self) -> dict[str, str]:
        """Unit by phrase, money among them."""
        return self.money_of | _by_phrase(self.units)

    @cached_property
    def money_of(self) -> dict[str, str]:
        """Currency by phrase."""
        return _by_phrase(self.currencies)

    @cached_property
    def factor_of(self) -> dict[str, int]:
        """Factor by phrase."""
        return _by_phrase(self.multipliers)

    @cached_property
    def hedge_of(self) -> dict[str, str]:
        """Hedge by phrase, for those before the number."""
        return _by_phrase(self.hedges)

    @cached_property
    def after_of(self) -> dict[str, str]:
        """Hedge by phrase, for those behind the number."""
        return _by_phrase(self.after)

    @cached_property
    def after_number(self) -> re.Pattern[str]:
        """Pattern for a hedge behind the number, with at most a unit after it."""
        unit = either(self.unit_of).replace("(", "(?:", 1)
        return re.compile(rf"[ -]{either(self.after_of)}(?:\Z| (?={unit}\Z))")

    def starts(self, kind: str) -> re.Pattern[str]:
        """Return a pattern for any phrase of a kind at the start of a token.

        Parameters
        ----------
        kind : str
            hedge, neutral, money, unit or multiplier.
        """
        return self._patterns[kind]

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        kinds: dict[str, Iterable[str]] = {
            "hedge": self.hedge_of,
            "neutral": self.neutral,
            "money": [*self.money_of, "a factor of"],
            "unit": self.unit_of,
            "multiplier": self.factor_of,
        }
        return {kind: re.compile(f"{either(found)} ?") for kind, found in kinds.items()}


_HEADINGS = ("hedges", "after", "currencies", "units", "multipliers", "neutral")


LETTER = "[^\\W\\d_¹²³⁰-⁹]"  # small figures that mark a note or a power are none


def either(phrases: Iterable[str], gap: str = " ") -> str:
    """Return a pattern for any of the phrases, the longest first, never within a word.

    Examples
    --------
    >>> bool(re.fullmatch(either(["per cent"]), "per cent"))
    True
    >>> bool(re.match(either(["c"]), "china"))
    False
    """
    longest = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    found = (_bounded(gap.join(map(re.escape, phrase.split()))) for phrase in longest)
    return rf"({'|'.join(found)})"


def _bounded(pattern: str) -> str:
    """Return a pattern whose letters do not run on into a longer word."""
    before = rf"(?<!{LETTER})" if pattern[0].isalpha() else ""
    after = rf"(?!{LETTER})" if pattern[-1].isalpha() else ""
    return f"{before}{pattern}{after}"


def _phrases(heading: str, given: Any) -> tuple[str, ...]:
    """Return phrases as they are compared: small letters, single blanks."""
    if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
        raise VocabularyError(f"{heading}: {given!r} is not a list of phrases")
    found = tuple(" ".join(word.lower().split()) for word in given)
    for phrase in found:
        if not phrase or any(letter.isdigit() for letter in phrase):
            raise VocabularyError(f"{heading}: {phrase!r} is no phrase without digits")
    return found


def _added(
    heading: str, known: Mapping[Any, tuple[str, ...]], given: Any
) -> dict[Any, tuple[str, ...]]:
    if not isinstance(given, Mapping):
        raise VocabularyError(f"{heading}: {given!r} does not list phrases by meaning")
    wider = dict(known)
    for name, phrases in given.items():
        if heading == "multipliers" and not str(name).isdecimal():
            raise VocabularyError(f"multipliers: {name!r} is not a whole number")
        meaning = int(name) if heading == "multipliers" else name
        if heading in ("hedges", "after") and meaning not in HEDGES:
            allowed = ", ".join(HEDGES)
            raise VocabularyError(f"{heading}: {name!r} is not one of {allowed}")
        wider[meaning] = (*wider.get(meaning, ()), *_phrases(heading, phrases))
    return wider


UNITS = PERCENTS | MEASURES
ENGLISH = Vocabulary(HEDGES, AFTER, CURRENCIES, UNITS, MULTIPLIERS, NEUTRAL)
