"""Who makes the shards of a set: this process, processes beside it, a Ray cluster, the tasks of a Slurm array."""
from typing import Optional

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.running.launchers.in_process import InProcess
from ajahr_mm.synthesis.running.launchers.launcher import Launcher
from ajahr_mm.synthesis.running.launchers.processes import Processes
from ajahr_mm.synthesis.running.launchers.ray_cluster import RayCluster
from ajahr_mm.synthesis.running.launchers.slurm_array import SlurmArray
from ajahr_mm.synthesis.running.share import Share

LAUNCHERS = {launcher.name: launcher for launcher in (InProcess, Processes, RayCluster, SlurmArray)}


def make_launcher(name: Optional[str] = None, workers: Optional[int] = 1, share: Optional[Share] = None) -> Launcher:
    """A launcher by the word of ``--launcher``; without one, processes if there is to be more than one worker.

    Raises:
        UserError: no such launcher, or one that cannot have so many workers.
    """
    name = name or ('none' if workers == 1 else 'mp')
    if name not in LAUNCHERS:
        raise UserError(f'launcher {name!r} is unknown; use one of {", ".join(LAUNCHERS)}')
    if workers is not None and workers < 1:
        raise UserError(f'--workers must be 1 or more, got {workers}')
    if name == 'none' and workers != 1:
        raise UserError(f'--launcher none is one process, not {workers}; leave out --workers, or take mp')
    return LAUNCHERS[name](workers, *(() if share is None else (share,)))


__all__ = ['LAUNCHERS', 'InProcess', 'Launcher', 'Processes', 'RayCluster', 'SlurmArray', 'make_launcher']
