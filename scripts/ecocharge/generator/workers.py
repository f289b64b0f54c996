"""Parts of a feed made side by side, in processes of their own."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, as_completed

from ecocharge.generator.parts import Job, LandedFile, Tick, write_part

_job: list[Job] = []


def _begin(job: Job) -> None:
    _job[:] = [job]


def _one(part: int) -> tuple[list[LandedFile], int, int]:
    done = [0, 0]

    def tick(site_months: int, sessions: int) -> None:
        done[0] += site_months
        done[1] += sessions

    return write_part(_job[0], part, tick), done[0], done[1]


def in_parallel(job: Job, workers: int, tick: Tick) -> list[list[LandedFile]]:
    """The files of each part, in the order of the parts, whoever wrote them and when.

    Processes are forked where the system can: they inherit the compiled kernel.
    """
    kinds = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in kinds else "spawn")
    parts = range(len(job.plan.parts))
    with ProcessPoolExecutor(
        min(workers, len(parts)), mp_context=context, initializer=_begin, initargs=(job,)
    ) as pool:
        waiting = [pool.submit(_one, part) for part in parts]
        try:
            for future in as_completed(waiting):
                _, site_months, sessions = future.result()
                tick(site_months, sessions)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [future.result()[0] for future in waiting]
