"""Starting a run: how many threads each process may use, and processes that talk without a GPU."""
import atexit
import datetime
import math
import os
from pathlib import Path
from typing import Dict, Optional

import torch
from mmengine.config import Config
from mmengine.model import is_model_wrapper
from torch import nn

from ajahr_mm.io.errors import UserError

LAUNCHERS = ('none', 'pytorch', 'slurm', 'mpi')
# Where each launcher says who a process is: rank, processes in all, rank on its machine, processes on its machine.
_WHO_AM_I: Dict[str, Dict[str, str]] = {
    'slurm': dict(RANK='SLURM_PROCID', WORLD_SIZE='SLURM_NTASKS', LOCAL_RANK='SLURM_LOCALID',
                  LOCAL_WORLD_SIZE='SLURM_NTASKS_PER_NODE'),
    'mpi': dict(RANK='OMPI_COMM_WORLD_RANK', WORLD_SIZE='OMPI_COMM_WORLD_SIZE', LOCAL_RANK='OMPI_COMM_WORLD_LOCAL_RANK',
                LOCAL_WORLD_SIZE='OMPI_COMM_WORLD_LOCAL_SIZE'),
}


def available_cores() -> int:
    """Cores this process may really use: its affinity, and the quota of its container where there is one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count() or 1
    try:
        quota, period = Path('/sys/fs/cgroup/cpu.max').read_text().split()
        return max(1, min(cores, math.ceil(int(quota) / int(period))))
    except (OSError, ValueError):  # no cgroup v2, or no quota ("max")
        return cores


def set_threads(processes: int = 1, workers: int = 0) -> int:
    """Gives torch and OpenCV the cores that other processes of the run leave over; returns the number.

    More threads than free cores cost a factor of five, so each of ``processes`` trainers gets its share of the machine
    less its ``workers`` loader processes, which run on one thread. ``AJAHR_NUM_THREADS`` overrides.
    """
    import cv2
    wanted = os.environ.get('AJAHR_NUM_THREADS')
    if wanted is not None and not (wanted.isdigit() and int(wanted) > 0):
        raise UserError(f'AJAHR_NUM_THREADS={wanted!r} is not a positive number; unset it or give one.')
    threads = int(wanted) if wanted else max(1, available_cores() // max(1, processes) - workers)
    # Read by the BLAS of processes that start later: loader workers must not multiply.
    os.environ['OMP_NUM_THREADS'] = os.environ['MKL_NUM_THREADS'] = '1'
    torch.set_num_threads(threads)
    cv2.setNumThreads(0)
    return threads


def local_processes(launcher: str) -> int:
    """How many processes of this run share the machine."""
    if launcher == 'none':
        return 1
    _export_ranks(launcher)
    return int(os.environ.get('LOCAL_WORLD_SIZE', os.environ.get('WORLD_SIZE', '1')).split('(')[0])


def prepare(cfg: Config, launcher: str = 'none', phase: str = 'train') -> Config:
    """Sets threads and, for several processes without a GPU, joins them over gloo and adapts ``cfg`` to it.

    MMEngine 0.10.7 calls CUDA for every backend and hands device ids to DistributedDataParallel, so on a CPU the group is
    made here, before its Runner is built.

    Raises:
        UserError: the launcher's variables are not set.
    """
    cfg.launcher = launcher
    workers = cfg.get(f'{phase}_dataloader') or {}
    set_threads(local_processes(launcher), workers.get('num_workers', 0))
    if launcher == 'none':
        return cfg
    # A process that ends with the group's threads still running may abort.
    atexit.register(leave_group)
    if torch.cuda.is_available():
        return cfg
    _join_gloo(cfg)
    wrapper = dict(type='MMDistributedDataParallel', device_ids=None, broadcast_buffers=False,
                   find_unused_parameters=cfg.get('find_unused_parameters', False))
    cfg.model_wrapper_cfg = cfg.get('model_wrapper_cfg') or wrapper
    return cfg


def leave_group() -> None:
    """Ends the conversation with the other processes, if there is one."""
    from torch import distributed
    if distributed.is_available() and distributed.is_initialized():
        distributed.destroy_process_group()


def unwrapped(model: nn.Module) -> nn.Module:
    """The model inside a distributed wrapper, or itself."""
    return model.module if is_model_wrapper(model) else model


def _export_ranks(launcher: str) -> None:
    if launcher not in LAUNCHERS:
        raise UserError(f'launcher {launcher!r} is unknown; use one of {", ".join(LAUNCHERS)}.')
    for name, source in _WHO_AM_I.get(launcher, {}).items():
        if source in os.environ:
            os.environ[name] = os.environ[source]
    absent = [name for name in ('RANK', 'WORLD_SIZE', 'LOCAL_RANK') if name not in os.environ]
    if absent:
        raise UserError(f'--launcher {launcher} needs the variables {", ".join(absent)}, which its launcher sets; '
                        'start the run with tools/dist_train.sh or tools/slurm_train.sh.')


def _join_gloo(cfg: Config) -> None:
    from torch import distributed
    if distributed.is_initialized():
        return
    os.environ.setdefault('MASTER_ADDR', '127.0.0.1')
    os.environ.setdefault('MASTER_PORT', '29500')
    timeout: Optional[float] = (cfg.get('env_cfg') or {}).get('dist_cfg', {}).get('timeout')
    extra = {'timeout': datetime.timedelta(seconds=timeout)} if timeout else {}
    distributed.init_process_group('gloo', **extra)
