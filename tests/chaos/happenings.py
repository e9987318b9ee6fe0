"""What goes wrong, in which order? Drawn from a seed: every kind comes before any comes again."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.chaos.running import Product

Said = Callable[[str], None]
Holds = Callable[[], bool]


def kill_a_job(product: Product, random: Random) -> str:
    return f"killed a process that works off jobs ({product.kill_one_of('worker', random.randrange(8))})"


def kill_the_worker(product: Product, _random: Random) -> str:
    return f"killed the worker with all its processes ({product.kill('worker')})"


def kill_a_web_process(product: Product, random: Random) -> str:
    return f"killed a web process ({product.kill_one_of('web', random.randrange(8))})"


def kill_the_timekeeper(product: Product, _random: Random) -> str:
    return f"killed the timekeeper ({product.kill('beat')})"


def restart_the_database(product: Product, _random: Random) -> str:
    product.restart_database()
    return "restarted the database at once"


def wipe_the_broker(product: Product, _random: Random) -> str:
    return f"wiped the broker ({product.wipe_broker()} keys)"


KINDS: tuple[Callable[[Product, Random], str], ...] = (
    kill_a_job,
    restart_the_database,
    wipe_the_broker,
    kill_the_worker,
    kill_a_web_process,
    kill_the_timekeeper,
)


def drawn(random: Random, rounds: int) -> list[Callable[[Product, Random], str]]:
    """So many rounds, each with every kind once."""
    return [kind for _round in range(rounds) for kind in random.sample(KINDS, len(KINDS))]
