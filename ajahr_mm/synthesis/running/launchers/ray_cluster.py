"""``--launcher ray``: actors on a Ray cluster, or on a Ray that is started on this machine for as long as it takes."""
import os
import shlex
import socket
import sys
from pathlib import Path
from typing import Iterator, Optional, Sequence

import ajahr_mm
from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output.shards import Shard
from ajahr_mm.synthesis.running import threads
from ajahr_mm.synthesis.running.job import Job
from ajahr_mm.synthesis.running.launchers.launcher import Launcher
from ajahr_mm.synthesis.running.reports import Report
from ajahr_mm.synthesis.running.share import Share


class RayCluster(Launcher):
    """One actor of one CPU for each worker; each builds the pipeline once. All machines see the folder of the set.

    With ``RAY_ADDRESS`` set the actors live in that cluster, whose machines have this package installed or see this
    checkout under the same path.

    Args:
        workers: number of actors; default one for each CPU of the cluster.
        share: as of every launcher.
        deaths: how often an actor may die and be started again, and its shard with it.
    """
    name = 'ray'

    def __init__(self, workers: Optional[int] = None, share: Share = Share(), deaths: int = 3) -> None:
        super().__init__(workers, share)
        self.deaths = deaths

    def run(self, job: Job, shards: Sequence[Shard]) -> Iterator[Report]:
        ray = _import_ray()
        from ray.util import ActorPool
        self._connect(ray)
        try:
            cpus = int(ray.cluster_resources().get('CPU', 1))
            workers = min(self.workers or cpus, cpus)
            job = Job(job.config, job.out, self.name, workers * self.share.of)
            actor = ray.remote(num_cpus=1, max_restarts=self.deaths, max_task_retries=self.deaths)(_Actor)
            pool = ActorPool([actor.remote(job) for _ in range(min(workers, len(shards)))])
            yield from pool.map_unordered(lambda actor, shard: actor.make.remote(shard), shards)
        except ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, UserError):
                raise error.cause from None
            raise
        except (ray.exceptions.RayActorError, ray.exceptions.OutOfMemoryError):
            raise UserError(f'an actor of Ray died more than {self.deaths} times, most likely for want of memory; run the '
                            'same command again with fewer --workers: it goes on where this one stopped') from None
        finally:
            ray.shutdown()

    def _connect(self, ray) -> None:
        address = os.environ.get('RAY_ADDRESS')
        os.environ.setdefault('RAY_USAGE_STATS_ENABLED', '0')
        paths = [str(Path(ajahr_mm.__file__).parents[1]), os.getcwd(), os.environ.get('PYTHONPATH')]
        environment = {**threads.ENVIRONMENT, 'PYTHONPATH': os.pathsep.join(filter(None, paths))}
        runtime = dict(env_vars=environment)
        if not address and ' ' in sys.executable:      # Ray hands it to a shell as it is
            runtime['py_executable'] = shlex.quote(sys.executable)
        where = dict(address=address) if address else dict(address='local', num_cpus=self.workers, include_dashboard=False)
        try:
            if address:
                _knock(address)
            ray.init(**where, runtime_env=runtime, log_to_driver=False, logging_level='error')
        except OSError as error:
            if not address:
                raise
            raise UserError(
                f'no Ray cluster answers at RAY_ADDRESS={address} ({str(error).splitlines()[0]}); start one with '
                '"ray start --head" (with the same RAY_AUTH_TOKEN there and here, if it wants one), or unset RAY_ADDRESS to '
                'start one here for as long as it takes') from None


class _Actor:
    def __init__(self, job: Job) -> None:
        threads.use_one()
        self._job = job

    def make(self, shard: Shard) -> Report:
        return self._job.make(shard)


def _knock(address: str, seconds: float = 10.) -> None:
    """OSError if nobody listens there: Ray itself would wait for minutes. Addresses without a port are left to Ray."""
    host, _, port = address.rpartition('/')[2].rpartition(':')
    if port.isdigit():
        socket.create_connection((host, int(port)), seconds).close()


def _import_ray():
    try:
        import ray
    except ImportError:
        raise ImportError("--launcher ray needs Ray: pip install 'ajahr_mm[ray]', or pip install ray") from None
    return ray
