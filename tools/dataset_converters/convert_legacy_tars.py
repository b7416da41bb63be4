"""Rewrites tars with pickled annotations, such as the public HMR2 training tars, once as shards without pickles.

    python tools/dataset_converters/convert_legacy_tars.py 'data/hmr2/coco-train-2014-{000000..000017}.tar' --out data/coco

Each ``data.pyd`` or ``.pkl`` is read by an unpickler that can build numpy arrays and nothing else, and becomes an ``npz``
(numbers) and a ``json`` (text) with the same field names. Pictures keep their bytes. Read the result with
``dict(type='TarDataset', layout='hmr2', shards='*.tar', data_root='data/coco')``.

``conversion.json`` beside the shards tells for each one where it comes from, what is in it, what was left out and its
SHA-256. Shards that it already lists are passed over, so a stopped run continues where it was.
"""
import argparse
import hashlib
import io
import json
import multiprocessing
import os
import time
from functools import partial
from pathlib import Path
from typing import Dict, Iterable, List

import numpy as np

from ajahr_mm.datasets.hmr2_people import PICKLES, legacy_fields
from ajahr_mm.io import UserError, atomic_path, exit_on_user_error
from ajahr_mm.io.cache_files import fingerprint
from ajahr_mm.io.safe_load import load_json
from ajahr_mm.io.shard_writer import ShardWriter
from ajahr_mm.io.shards import ShardSample, find_shards, open_shard, read_shard, until_broken
from ajahr_mm.io.tar_files import read_part

SUMMARY = 'conversion.json'


def convert_shard(source: str, out: Path, on_bad: str = 'raise', keep: Iterable[str] = ()) -> Dict[str, object]:
    """Writes ``out / name`` of one tar and returns its entry of the summary.

    Raises:
        UserError: a hostile or damaged tar, or with ``on_bad='raise'`` a sample that cannot be read.
    """
    target, left_out, empty = out / Path(source).name, [], 0
    with open_shard(source) as file, ShardWriter(target) as shard:
        for sample, complaint in until_broken(read_shard(source), on_bad):
            if sample is not None:
                try:
                    people = legacy_fields(sample.check())
                    more = _kept(sample, keep)
                except UserError as error:
                    complaint = f'{source}: {error}'
                    if on_bad == 'raise':
                        raise UserError(complaint) from None
            if complaint:
                left_out.append(complaint)
            elif not people:
                empty += 1
            else:
                image = read_part(file, sample.image.offset, sample.image.size)
                shard.add(sample.key, image, people, sample.image.name.rpartition('.')[2].lower(), more)
    return dict(source=os.path.abspath(source), source_fingerprint=fingerprint([source]), pictures=shard.samples,
                people=shard.people, without_people=empty, left_out=left_out, bytes=target.stat().st_size,
                sha256=_sha256(target))


def _kept(sample: ShardSample, keep: Iterable[str]) -> Dict[str, bytes]:
    """Further npz members to carry along, once it is sure that they hold no objects."""
    kept = {suffix: sample.parts[suffix] for suffix in keep if suffix in sample.parts and suffix not in PICKLES}
    for suffix, data in kept.items():
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                for name in archive.files:
                    archive[name]
        except Exception as error:  # whatever a damaged archive makes numpy and zipfile say
            raise UserError(f'sample {sample.key!r}: {suffix} cannot be kept ({error}).') from None
    return kept


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            digest.update(block)
    return digest.hexdigest()


def is_done(entry: Dict[str, object], source: str, target: Path) -> bool:
    """Whether the summary's entry is of this source as it is now, and the shard is still there."""
    return bool(entry) and entry['source_fingerprint'] == fingerprint([source]) and target.is_file() \
        and target.stat().st_size == entry['bytes']


def convert(sources: List[str], out: Path, on_bad: str, keep: Iterable[str] = (), jobs: int = 1) -> Dict[str, dict]:
    """Converts what is not yet converted, and keeps the summary up to date after every shard."""
    names = [Path(source).name for source in sources]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(f'{twice[0]} is the name of two of the tars; convert them into different folders.')
    if out.resolve() in {Path(source).resolve().parent for source in sources}:
        raise UserError(f'{out} is the folder of the tars themselves; give another one to --out.')
    path = out / SUMMARY
    entries: Dict[str, dict] = load_json(path) if path.exists() else {}
    for leftover in (each for name in names for each in out.glob(f'.{Path(name).stem}-*.tar')):  # of a killed run
        leftover.unlink()
    waiting = [s for s, name in zip(sources, names) if not is_done(entries.get(name, {}), s, out / name)]
    print(f'[convert] {len(sources)} shards, {len(sources) - len(waiting)} already converted', flush=True)
    start, pictures = time.monotonic(), 0
    with multiprocessing.Pool(jobs) if jobs > 1 else _Here() as pool:
        work = partial(_named, out=out, on_bad=on_bad, keep=tuple(keep))
        for number, (name, entry) in enumerate(pool.imap_unordered(work, waiting), 1):
            entries[name] = entry
            with atomic_path(path) as temporary:
                temporary.write_text(json.dumps(entries, indent=1, sort_keys=True))
            pictures += entry['pictures']
            seconds = time.monotonic() - start
            print(f'[convert] {number}/{len(waiting)} {name}: {entry["pictures"]} pictures, {entry["people"]} people, '
                  f'{len(entry["left_out"])} left out; {pictures / max(seconds, 1e-9):.0f} pictures/s, '
                  f'{seconds / number * (len(waiting) - number) / 60:.1f} min left', flush=True)
    return {name: entries[name] for name in names}


def _named(source: str, **settings):
    return Path(source).name, convert_shard(source, **settings)


class _Here:
    """The one-process stand-in of a pool."""
    imap_unordered = staticmethod(map)

    def __enter__(self) -> '_Here':
        return self

    def __exit__(self, *_) -> None:
        pass


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('tars', nargs='+', help='paths, globs or ranges like name-{000000..000017}.tar')
    parser.add_argument('--out', required=True, type=Path, help='folder for the shards and the summary')
    parser.add_argument('--on-bad', choices=['raise', 'skip'], default='raise',
                        help='what to do with a sample that cannot be read, or a tar that breaks off')
    parser.add_argument('--keep', nargs='*', default=[], metavar='SUFFIX',
                        help='further npz members to carry along, such as detection.npz (masks)')
    parser.add_argument('--jobs', type=int, default=1, help='shards converted at a time')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    entries = convert(find_shards(args.tars), args.out, args.on_bad, args.keep, args.jobs)
    left_out = [line for entry in entries.values() for line in entry['left_out']]
    for line in left_out[:20]:
        print(f'[convert] left out: {line}')
    print(f'[convert] {sum(e["pictures"] for e in entries.values())} pictures, '
          f'{sum(e["people"] for e in entries.values())} people in {len(entries)} shards, {len(left_out)} left out; '
          f'summary: {args.out / SUMMARY}')


if __name__ == '__main__':
    with exit_on_user_error():
        main()
