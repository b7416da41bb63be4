"""What a run needs, checked before anything is built: files that must be there, each with where it comes from.

A config says the origin of its files in one table, which merges along ``_base_`` like everything else::

    data_sources = {'data/a3d': 'python tools/synthesize_a3d.py configs/synthesis/a3d-mini.py --out data/a3d'}

A key is a file, a folder (which speaks for all below it) or a glob; the most specific entry is quoted.
"""
import fnmatch
import glob
import inspect
import os
import os.path as osp
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence

from mmengine.config import Config

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DATASETS

PARTS = {
    'train': ('model', 'train_dataloader', 'val_dataloader', 'val_evaluator', 'load_from', 'custom_hooks'),
    'test': ('model', 'test_dataloader', 'test_evaluator'),
}
#: Keys whose value is a path by its name alone.
_FILE_KEYS = ('ann_file', 'data_root', 'checkpoint', 'load_from', 'annotations', 'model_path', 'image_list')
#: Keys whose value is a path only if it looks like one (``source='open'`` and ``limb_path='off'`` are not).
_MAYBE_KEYS = ('source', 'weights', 'pretrained', 'bank')
_MAYBE_ENDINGS = ('_file', '_files', '_path', '_checkpoint')
_DATA_SUFFIXES = ('.npz', '.npy', '.pth', '.pt', '.pkl', '.safetensors', '.json', '.jpg', '.png', '.tar', '.csv', '.onnx')
#: Outputs, not inputs.
_NOT_INPUTS = ('out_file', 'out_dir', 'work_dir', 'filename', 'filename_tmpl', 'out_path')


class MissingFile(NamedTuple):
    """A file the config names and the disk has not."""
    what: str
    path: str
    source: Optional[str]


def missing_files(cfg: Config, phase: str = 'train') -> List[MissingFile]:
    """Every input file or folder of ``phase`` ('train' or 'test') that is absent, once, in the order of the config.

    URLs are left to be downloaded.
    """
    sources = dict(cfg.get('data_sources') or {})
    found: Dict[str, MissingFile] = {}
    for part in PARTS[phase]:
        value = cfg.get(part)
        references = [(part, value, None)] if isinstance(value, str) else _references(value, part, '')
        for what, path, source in references:
            if '://' in path or osp.exists(osp.expanduser(path)) or path in found:
                continue
            found[path] = MissingFile(what, path, source_of(path, sources) or source)
    # A file says more than the folder it is missing from.
    return [item for item in found.values() if not any(_is_below(other.path, item.path) for other in found.values())]


def check_files(cfg: Config, phase: str = 'train') -> None:
    """Stops before anything is built if input files are missing.

    Raises:
        UserError: one message that lists each missing file, where it is expected and where it comes from.
    """
    missing = missing_files(cfg, phase)
    if not missing:
        return
    count = 'one file is' if len(missing) == 1 else f'{len(missing)} files are'
    lines = [f'{count} missing that {cfg.filename or "the config"} needs; nothing was started:']
    for item in missing:
        lines += [f'  {item.path}',
                  f'    named by    {item.what}',
                  f'    expected at {osp.abspath(osp.expanduser(item.path))}',
                  f'    comes from  {item.source or "your own data; the config says no source: set the path in it"}']
    raise UserError('\n'.join(lines))


def source_of(path: str, sources: Dict[str, str]) -> Optional[str]:
    """The text of the longest key of ``data_sources`` that is, contains or matches ``path``."""
    path = osp.normpath(path)
    matching = [key for key in sources
                if path == osp.normpath(key) or _is_below(path, key) or fnmatch.fnmatch(path, key)]
    return sources[max(matching, key=len)] if matching else None


def _is_below(path: str, folder: str) -> bool:
    return osp.normpath(path).startswith(osp.normpath(folder) + os.sep)


def _references(node: Any, where: str, root: str) -> Iterator[tuple]:
    """(dotted key, path, source if its class tells one) of every file that is named below ``node``; ``root`` is the
    data_root in force."""
    if isinstance(node, dict):
        corpus = _missing_corpus(node)
        if corpus is not None:
            yield f'{where}.data_root', *corpus
        root = node.get('data_root', root) or ''
        if 'data_root' in node and 'ann_file' not in node:
            default = _default_ann_file(node.get('type'))
            if default:
                yield f'{where}.data_root', osp.join(root, default), None
        for key, value in _used(node).items():
            here = f'{where}.{key}'
            if key == 'data_prefix' and isinstance(value, dict):
                yield from ((f'{here}.{name}', osp.join(root, folder), None) for name, folder in value.items()
                            if isinstance(folder, str) and osp.join(root, folder))
            elif isinstance(value, (dict, list, tuple)) and not _all_strings(value):
                yield from _references(value, here, root)
            else:
                for path in _paths(key, value):
                    yield here, osp.join(root, path) if key == 'ann_file' else path, None
    elif isinstance(node, (list, tuple)):
        for index, value in enumerate(node):
            yield from _references(value, f'{where}.{index}', root)


def _missing_corpus(node: dict) -> Optional[tuple]:
    """Path and source of the annotations that a data set which knows its own files does not find (``missing_files``)."""
    kind = node.get('type')
    dataset = DATASETS.get(kind) if isinstance(kind, str) and '.' not in kind else None
    if not hasattr(dataset, 'missing_files'):
        return None
    return dataset.missing_files(**{name: value for name, value in node.items() if name != 'type'})


def _default_ann_file(dataset_type: Any) -> Optional[str]:
    """The annotation file a dataset of ours opens when the config names none."""
    dataset = DATASETS.get(dataset_type) if isinstance(dataset_type, str) else None
    parameter = inspect.signature(dataset).parameters.get('ann_file') if inspect.isclass(dataset) else None
    return parameter.default if parameter is not None and isinstance(parameter.default, str) else None


def _used(node: dict) -> dict:
    """``node`` without the parts of a ``MixedDataset`` that its shares or ``only`` leave out: those are never opened."""
    parts, shares, only = node.get('parts'), node.get('shares'), node.get('only')
    if node.get('type') != 'MixedDataset' or not isinstance(parts, dict):
        return node
    names = [only] if isinstance(only, str) else only
    numbers = [share for share in (shares or {}).values() if not isinstance(share, str)]
    kept = {name: part for name, part in parts.items() if (names is None or name in names) and (
        not shares or (shares.get(name, 0) > 0 if not isinstance(shares.get(name), str) else sum(numbers) < 1 - 1e-9))}
    return {**node, 'parts': kept}


def _all_strings(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and bool(value) and all(isinstance(item, str) for item in value)


def _paths(key: str, value: Any) -> Sequence[str]:
    values = [value] if isinstance(value, str) else list(value) if _all_strings(value) else []
    if key in _NOT_INPUTS:
        return []
    if key in _FILE_KEYS:
        wanted = [item for item in values if item]
    elif key in _MAYBE_KEYS or key.endswith(_MAYBE_ENDINGS):
        wanted = [item for item in values if os.sep in item or item.endswith(_DATA_SUFFIXES)]
    else:
        wanted = []
    return [item for item in wanted if not (glob.has_magic(item) and glob.glob(item))]
