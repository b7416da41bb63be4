"""Which people there are: folders and configs to open data sets, and what their tables lack."""
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import numpy as np
from dataset_checks.report import Report

from ajahr_mm.datasets import BodyDataset
from ajahr_mm.datasets.corpora.amputees import PARTS, OfficialA3D
from ajahr_mm.io import UserError
from ajahr_mm.io.npz_columns import list_members
from ajahr_mm.registry import DATASETS

_LIMB_COLUMNS = {'limb_extent', 'multi_hot', 'label'}
_LOADERS = ('train', 'val', 'test')


class Part:
    """An opened data set of people, whose table is looked at column by column.

    Attributes:
        name: of the split or part.
        dataset: with ``on_bad='skip'``: rows with impossible numbers are left out and told.
        rows: (n,) of the table, those that are not left out.
    """

    def __init__(self, name: str, dataset: BodyDataset) -> None:
        self.name, self.dataset, self.source = name, dataset, dataset.table.source
        self.rows = dataset.rows()

    def __contains__(self, column: str) -> bool:
        return column in self.dataset.table

    def column(self, name: str) -> np.ndarray:
        """(n, …) of all people that are not left out."""
        return np.asarray(self.dataset.table.columns[name])[self.rows]

    @property
    def extent(self) -> np.ndarray:
        """(n,4) limb extents, whichever column they come from."""
        return self.dataset._limb_extent.numpy()[self.rows]

    def person(self, index: int) -> str:
        """How a sentence names the person: row and picture."""
        row = int(self.rows[index])
        place = self.dataset.image_place(row)
        return f'row {row} ({place["img_part"][2] if "img_part" in place else Path(place["img_path"]).name})'


def open_parts(path: Path, report: Report) -> List[Part]:
    """All sets of people of a folder or a config; what cannot be opened becomes a defect.

    Raises:
        UserError: the path is neither, or holds no set.
    """
    configs = folder_configs(path) if path.is_dir() else _from_config(path)
    if not configs:
        raise UserError(f'{path} holds no annotations.npz, no tar shards and no folder with them.')
    parts = []
    for name, config in configs.items():
        try:
            dataset = DATASETS.build(config)
        except UserError as error:
            report.defect(name, str(error))
            continue
        if not isinstance(dataset, BodyDataset):
            report.fact(f'{name}: {type(dataset).__name__}, {len(dataset)} records, opened without complaint')
            continue
        try:
            dataset.full_init()
        except UserError as error:
            report.defect(name, str(error))
            continue
        for complaint in (*dataset.table.left_out, *dataset.table.complaints):
            report.defect(name, complaint)
        parts.append(Part(name, dataset))
    return parts


def folder_configs(path: Path) -> Dict[str, dict]:
    """Name -> config: the folder itself, each folder below it that holds a set, or A3D's splits in its authors' layout."""
    found = {}
    for folder in (path, *sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith('.'))):
        name = folder.name if folder != path else path.resolve().name
        if (folder / 'annotations.npz').exists():
            found[name] = dict(type=_type_of(folder / 'annotations.npz'), data_root=str(folder), **_lenient(name))
        elif any(folder.glob('*.tar')):
            found[name] = dict(type='TarDataset', shards='*.tar', data_root=str(folder), **_lenient(name))
    for split in PARTS:
        if OfficialA3D.missing_files(str(path), split) is None:
            found[split] = dict(type='OfficialA3D', data_root=str(path), split=split, **_lenient(split))
    return found


def _lenient(name: str) -> dict:
    return dict(name=name, on_bad='skip', max_bad=1.0, lazy_init=True, pipeline=[])


def _type_of(file: Path) -> str:
    try:
        names = {member.name for member in list_members(file)}
    except UserError:  # told when the set is opened
        names = set()
    return 'A3DDataset' if names & _LIMB_COLUMNS else 'BodyDataset'


def _from_config(path: Path) -> Dict[str, dict]:
    from ajahr_mm.engine.config import load_config
    cfg, found = load_config(str(path)), {}
    for loader in _LOADERS:
        dataset = (cfg.get(f'{loader}_dataloader') or {}).get('dataset')
        for name, config in _leaves(dataset, loader):
            plain = {key: value for key, value in config.items() if key not in ('name', 'indices')}
            if plain not in [{k: v for k, v in other.items() if k != 'name'} for other in found.values()]:
                found[name] = dict(plain, **({} if 'name' not in config else dict(name=config['name'])))
    return {name: _leniently(config) for name, config in found.items()}


def _leaves(config: Any, name: str) -> Iterator[Tuple[str, dict]]:
    """The innermost data sets of mixtures and wrappers."""
    if isinstance(config, dict) and 'parts' in config:
        for key, part in config['parts'].items():
            yield from _leaves(part, f'{name}.{key}')
    elif isinstance(config, dict) and isinstance(config.get('dataset'), dict):
        yield from _leaves(config['dataset'], name)
    elif isinstance(config, dict):
        yield name, {key: value for key, value in dict(config).items() if key not in ('pipeline', 'test_mode', 'limbs')}


def _leniently(config: dict) -> dict:
    kind = DATASETS.get(config['type']) if isinstance(config['type'], str) else config['type']
    if isinstance(kind, type) and issubclass(kind, BodyDataset):
        return dict(config, on_bad='skip', max_bad=1.0, lazy_init=True, pipeline=[])
    return config
