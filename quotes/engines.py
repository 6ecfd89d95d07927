"""The engines that work is spread by: joblib speaks to each of them, and nothing here knows what the work is.

`local` is a pool of processes on this machine (loky), `dask` and `ray` are clusters that run already. All three are one
call of `joblib.Parallel`; what differs is how one is connected to.

Invariants: each task's result is yielded once, in whatever order; what a worker process that died was doing is done again by
Dask and Ray, while `local` ends with a `QuotesError`; a failure of the work itself is raised as it was.
"""

from __future__ import annotations

import logging
import os
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from quotes.errors import ConfigError, QuotesError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Task = TypeVar("Task")
Result = TypeVar("Result")

CONNECT_SECONDS = 30
AGAIN = "what was done is kept; the same command goes on from here"


class EngineName(StrEnum):
    """What spreads work."""

    LOCAL = "local"
    DASK = "dask"
    RAY = "ray"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """An engine, the address of its cluster if it has one, and how many processes a local one has."""

    name: EngineName = EngineName.LOCAL
    address: str | None = None
    workers: int = 1

    def __post_init__(self) -> None:
        """Refuse an address without a cluster and a cluster without an address."""
        if self.name == EngineName.LOCAL and self.address:
            raise ConfigError(f"--address {self.address}: only --engine dask and --engine ray have one")
        if self.name != EngineName.LOCAL and not self.address:
            example = "tcp://10.0.0.5:8786" if self.name == EngineName.DASK else "10.0.0.5:6379"
            raise ConfigError(f"--engine {self.name}: name its cluster with --address, such as {example}")


def run(engine: Engine, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
    """Yield what `work` returns for each task, as soon as it is done and in whatever order (Ray tells all at its end).

    Args:
        engine: what spreads the tasks.
        work: a function of a module that every worker can import; results are kept until they are taken, so keep them small.
        tasks: what to do; plain values.

    Raises:
        ConfigError: the engine is not installed, or no cluster answers at its address.
        QuotesError: worker processes died.
    """
    import joblib  # noqa: PLC0415  only this command needs it

    with _connected(engine) as (settings, returned), joblib.parallel_config(**settings):
        try:
            yield from joblib.Parallel(batch_size=1, return_as=returned)(joblib.delayed(work)(task) for task in tasks)
        except _deaths(engine) as error:
            raise QuotesError(f"a worker process died (out of memory?): {_first_line(error)}; {AGAIN}") from error


@contextmanager
def _connected(engine: Engine) -> Iterator[tuple[dict[str, Any], str]]:
    """Give what joblib is to be told of an engine, and in which way it can return results."""
    if engine.name == EngineName.DASK:
        with _dask(engine) as client:
            yield {"backend": "dask", "client": client, "n_jobs": -1}, "generator_unordered"
    elif engine.name == EngineName.RAY:
        with _ray(engine) as workers:
            yield {"backend": "ray", "n_jobs": workers, "ray_remote_args": RAY_ACTORS}, "list"
    else:
        yield {"backend": "loky", "n_jobs": engine.workers, "inner_max_num_threads": 1}, "generator_unordered"


@contextmanager
def _dask(engine: Engine) -> Iterator[Any]:
    try:
        from distributed import Client  # noqa: PLC0415  an extra
    except ImportError as error:
        raise _missing(engine) from error
    try:
        client = Client(engine.address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:  # a time-out is an OSError
        raise _silent(engine, error) from error
    with client:
        yield client


# An actor that died is started again, wherever there is room, and does again what it had not finished.
RAY_ACTORS = {"max_restarts": -1, "max_task_retries": -1, "scheduling_strategy": "SPREAD"}


@contextmanager
def _ray(engine: Engine) -> Iterator[int]:
    """Connect to a cluster of Ray, and give how many workers it has room for."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    try:
        import ray  # noqa: PLC0415  an extra
        from ray.util.joblib import register_ray  # noqa: PLC0415
    except ImportError as error:
        raise _missing(engine) from error
    try:
        ray.init(address=engine.address, logging_level=logging.WARNING, log_to_driver=False)
    except (OSError, RuntimeError, ValueError) as error:
        raise _silent(engine, error) from error
    try:
        register_ray()
        yield int(ray.cluster_resources().get("CPU", 1))
    finally:
        ray.shutdown()


def _deaths(engine: Engine) -> tuple[type[Exception], ...]:
    """Return what an engine raises where workers died more often than it starts them again."""
    if engine.name == EngineName.DASK:
        from distributed.scheduler import KilledWorker  # noqa: PLC0415  an extra

        return (KilledWorker,)
    if engine.name == EngineName.RAY:
        from ray.exceptions import RayActorError, WorkerCrashedError  # noqa: PLC0415  an extra

        return (RayActorError, WorkerCrashedError)
    return (BrokenProcessPool,)


def _missing(engine: Engine) -> ConfigError:
    return ConfigError(f"--engine {engine.name}: is not installed; pip install 'quotetrack[{engine.name}]'")


def _silent(engine: Engine, error: Exception) -> ConfigError:
    return ConfigError(f"--address {engine.address}: no cluster of {engine.name} answers ({_first_line(error)}); "
                       "start it, or check the address")


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]
