"""Which companies do the demo's leads work for? The same name is the same company, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from leads.demo import cast


@dataclass(frozen=True)
class Account:
    """A company; `lift` says how much better than others its leads go on, `median_amount` is that of its deals in EUR."""

    name: str
    domain: str
    segment: str
    industry: str
    employees: int
    median_amount: int

    @property
    def lift(self) -> float:
        if self.employees < 20:
            return 0.75
        return 1.15 if self.employees >= 50 else 0.95


@lru_cache(maxsize=1024)
def account(seed: str, name: str) -> Account:
    """The company of that name in the world of that seed."""
    random = Random(f"{seed}:company:{name}")  # noqa: S311  made-up data
    segment, _share, amount = random.choices(cast.SEGMENTS, [share for _key, share, _amount in cast.SEGMENTS])[0]
    fewest, most = cast.STAFF[segment]
    employees = round(fewest * (most / fewest) ** random.random())
    domain = name.lower().replace(" ", "-") + ".example"
    return Account(name, domain, segment, random.choice(cast.INDUSTRIES), employees, amount)
