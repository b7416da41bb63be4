"""Corpus: what the data sets of others have in common: forms they come in, splits, and where to get them."""
import hashlib
import json
import os.path as osp
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, ClassVar, Dict, FrozenSet, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.datasets.corpora.fields import Columns, finite_rows
from ajahr_mm.datasets.tar_dataset import TarDataset
from ajahr_mm.io import npz_columns
from ajahr_mm.io.cache_files import CACHE_FOLDER, cache_path, drop_outdated
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.records import RecordTable
from ajahr_mm.io.shard_index import index_shards
from ajahr_mm.io.shards import Decoder

AUTO = 'auto'
_TELL_EVERY = 10.0  # seconds


@dataclass(frozen=True)
class Form:
    """One way in which a corpus lies on the disk.

    Args:
        files: split -> patterns below ``data_root`` (globs), of which the first that finds something counts.
        read: annotation file -> columns of :class:`BodyDataset`, ``image`` below ``data_root``. ``self`` is the corpus.
        decode: for tars instead: a sample -> columns of its people.
        without: names (without ending) of files that are passed over.
        version: to be raised when what ``read`` or ``decode`` makes changes, so that caches are made anew.
    """
    files: Mapping[str, Tuple[str, ...]]
    read: Optional[Callable[[Any, Path], Columns]] = None
    decode: Optional[Decoder] = None
    without: FrozenSet[str] = frozenset()
    version: int = 1

    def find(self, root: Union[str, Path], split: str) -> List[Path]:
        """The files of a split, sorted; none if there are none."""
        found = next(filter(None, (_glob(root, pattern) for pattern in self.files.get(split, ()))), [])
        return [path for path in found if path.stem not in self.without]

    def suits(self, path: Path) -> bool:
        """Whether its files end like this one."""
        return any(pattern.endswith(path.suffix) for patterns in self.files.values() for pattern in patterns)


class Corpus(TarDataset):
    """A :class:`BodyDataset` over files as their makers distribute them.

    The annotations are read once, file by file, and kept as columns in a cache beside them (``io/cache_files.py``);
    pictures stay where they are. Subclasses say which forms there are and read them.

    Args:
        data_root: folder of the corpus; None takes the usual one (see docs/datasets.md).
        split: one of those that the corpus has.
        form: name of a form, or ``auto``: the first whose files are there.
        files: pattern or patterns of annotation files below ``data_root``, instead of the form's own.
        intact: count everybody as having all four limbs, as the paper does (label 12); False leaves the limbs unknown.
        name: dataset_name of the samples; None takes that of the corpus.
        kwargs: those of :class:`BodyDataset`.

    Raises:
        UserError: an unknown split or form, no files (with where to get them), or files that cannot be read.
    """

    #: Words for the corpus: short name, folder, source and licence, as in docs/datasets.md.
    NAME: ClassVar[str] = ''
    DATA_ROOT: ClassVar[str] = ''
    SOURCE: ClassVar[str] = ''
    FORMS: ClassVar[Dict[str, Form]] = {}

    def __init__(self, data_root: Optional[str] = None, split: str = 'train', form: str = AUTO,
                 files: Union[str, Sequence[str], None] = None, intact: bool = True, name: Optional[str] = None,
                 **kwargs) -> None:
        _check(self, split, form)
        self.split, self.form, self.files, self.intact = split, form, files, intact
        root = self.DATA_ROOT if data_root is None else data_root
        kwargs.setdefault('data_prefix', dict(img=''))
        super().__init__('', root, name=self.NAME if name is None else name, **kwargs)

    # ------------------------------------------------------------------ finding
    @classmethod
    def missing_files(cls, data_root: Optional[str] = None, split: str = 'train', form: str = AUTO,
                      files: Union[str, Sequence[str], None] = None, **_: Any) -> Optional[Tuple[str, str]]:
        """None if the annotation files of these arguments are there, else where they are looked for, and their source.

        For checks before anything is built; arguments as in a config.
        """
        root = cls.DATA_ROOT if data_root is None else data_root
        try:
            _check(cls, split, form)
            chosen, _paths = _find(cls, root, split, form, files)
        except UserError:
            return None  # told when it is built
        if chosen is not None:
            return None
        looked_for = cls.patterns(split, form, files)
        path = osp.join(root, looked_for.split(' or ')[-1])
        return path, f'{cls.SOURCE} (any of {looked_for} will do; see docs/datasets.md)'

    @classmethod
    def patterns(cls, split: str, form: str = AUTO, files: Union[str, Sequence[str], None] = None) -> str:
        """What is looked for, in words."""
        if files is not None:
            return files if isinstance(files, str) else ' or '.join(files)
        forms = cls.FORMS.values() if form == AUTO else [cls.FORMS[form]]
        return ' or '.join(pattern for each in forms for pattern in each.files.get(split, ())[:1])

    def expected_tree(self) -> str:
        return f'{self.patterns(self.split, self.form, self.files)} below {self.data_root or "."}.'

    # ------------------------------------------------------------------ opening
    def open_table(self) -> RecordTable:
        chosen, paths = _find(type(self), self.data_root, self.split, self.form, self.files)
        if chosen is None:
            raise UserError(f'{self.data_root or "."} has no annotations of {self.NAME}, split {self.split!r}. Expected: '
                            f'{self.expected_tree()} Get them from: {self.SOURCE}')
        recipe = self._recipe(chosen)
        form = self.FORMS[chosen]
        if form.decode is not None:
            self.REQUIRED = ('center', 'size')
            table = index_shards([str(path) for path in paths], self.decoder(form), recipe, self.on_bad, self.REQUIRED)
            self._tars = json.loads(str(table.constants['shards']))
            return table
        self.REQUIRED = ('image', 'center', 'size')
        return RecordTable.converted(paths, lambda: self._joined(paths, form, recipe),
                                     f'{recipe}-{self.on_bad}', self.REQUIRED, self.on_bad)

    def decoder(self, form: Form) -> Decoder:
        """What reads the samples of tars."""
        return form.decode

    def settings(self) -> Dict[str, Any]:
        """What the columns depend on beside the files; subclasses add their arguments."""
        return dict(split=self.split)

    def _recipe(self, form: str) -> str:
        words = json.dumps(self.settings(), sort_keys=True, default=str)
        digest = hashlib.sha256(words.encode()).hexdigest()[:8]
        return f'{self.NAME}-{form}{self.FORMS[form].version}-{digest}'

    def _joined(self, paths: Sequence[Path], form: Form, recipe: str) -> Dict[str, Any]:
        left_out: List[str] = []
        parts = [part for part in self._parts(paths, form, recipe, left_out) if part is not None]
        if not parts:
            raise UserError(f'{paths[0]}{" and the others" * (len(paths) > 1)}: nobody is left to use'
                            f'{": " + left_out[0] if left_out else " in these files; choose another split."}')
        return join_npz(parts, left_out)

    def _parts(self, paths: Sequence[Path], form: Form, recipe: str, left_out: List[str]) -> Iterator[Optional[Path]]:
        """The columns of each file as an npz of its own, so that a stopped run goes on where it was."""
        told = time.monotonic()
        for number, path in enumerate(paths):
            target = cache_path([path], f'{recipe}-{_path_word(path, self.data_root)}', '.npz')
            if not target.exists():
                try:
                    columns = form.read(self, path)
                    if columns and len(columns['image']):
                        npz_columns.write_npz(target, self._checked(columns, path))
                        drop_outdated(target)
                except UserError as error:
                    if self.on_bad == 'raise':
                        raise
                    left_out.append(str(error))
            if time.monotonic() > told + _TELL_EVERY:
                told = time.monotonic()
                print(f'[{self.NAME}] {number + 1}/{len(paths)} annotation files', flush=True)
            yield target if target.exists() else None

    def _checked(self, columns: Columns, path: Path) -> Columns:
        """The columns in the types of the table. NaN is told here, where the file and the picture are still known."""
        lengths = {name: len(column) for name, column in columns.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f'{type(self).__name__}: columns of different lengths from {path}: {lengths}')
        columns = {name: column.astype(np.float32) if column.dtype.kind == 'f' else column
                   for name, column in columns.items()}
        for name in ('keypoints_2d', 'projected_2d', 'keypoints_3d'):
            if name in columns:  # what is not known is zero; a confidence of NaN stays, to be found
                columns[name] = np.where(columns[name][..., -1:] <= 0, 0, columns[name])
        good, name = finite_rows(columns)
        if self.on_bad == 'raise' and not good.all():
            bad = np.flatnonzero(~good)
            raise UserError(f'{path}: {name} is NaN or infinite for {len(bad)} of {len(good)} people, the first in the '
                            f'picture {columns["image"][bad[0]]}; set on_bad="skip" to leave them out.')
        return columns

    # ------------------------------------------------------------------ reading
    def read_limbs(self, table: RecordTable) -> Tuple[np.ndarray, bool]:
        if 'limb_extent' in table:
            return super().read_limbs(table)
        return np.full((len(table), limbs.NUM_LIMBS), limbs.INTACT_EXTENT, np.float32), self.intact

    def image_place(self, row: int) -> dict:
        if 'image' not in self.table:
            place = super().image_place(row)
        else:
            place = dict(img_path=osp.join(self.data_prefix['img'], str(self.table.columns['image'][row])))
        if 'quarter_turns' in self.table:
            place['img_quarter_turns'] = int(self.table.columns['quarter_turns'][row])
        if 'focal' in self.table and self.table.columns['focal'][row] > 0:
            place['focal'] = float(self.table.columns['focal'][row])
        if 'gender' in self.table:
            place['gender'] = str(self.table.columns['gender'][row])
        return place

    def will_read(self, indices: np.ndarray) -> None:
        if 'image' not in self.table:
            super().will_read(indices)

    def relative(self, *parts: Union[str, Path]) -> str:
        """A path below ``data_root`` as the column ``image`` has it."""
        path = Path(*parts)
        root = Path(self.data_root or '.')
        return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _check(corpus: Any, split: str, form: str) -> None:
    splits = sorted({name for each in corpus.FORMS.values() for name in each.files})
    name = corpus.__name__ if isinstance(corpus, type) else type(corpus).__name__
    if form not in (AUTO, *corpus.FORMS):
        raise UserError(f'{name}: form={form!r} is not one of {", ".join((AUTO, *corpus.FORMS))}.')
    if split not in splits:
        raise UserError(f'{name}: split={split!r} is not one of {", ".join(splits)}.')
    if form != AUTO and split not in corpus.FORMS[form].files:
        raise UserError(f'{name}: form {form!r} has no split {split!r}, only {", ".join(corpus.FORMS[form].files)}.')


def _find(corpus: Any, root: str, split: str, form: str, files: Union[str, Sequence[str], None]
          ) -> Tuple[Optional[str], List[Path]]:
    """Name of the first form whose files are there, and the files; None and nothing if none are."""
    for name, each in corpus.FORMS.items():
        if form not in (AUTO, name):
            continue
        if files is not None:
            patterns = [files] if isinstance(files, str) else list(files)
            found = [path for pattern in patterns for path in _glob(root, pattern)]
            if found and form == AUTO and not each.suits(found[0]):
                continue
        else:
            found = each.find(root, split)
        if found:
            return name, found
    return None, []


def _glob(root: Union[str, Path], pattern: str) -> List[Path]:
    return sorted(path for path in Path(root).glob(pattern) if CACHE_FOLDER not in path.parts)


def _path_word(path: Path, root: str) -> str:
    """Eight letters for where a file lies below the root: two files of one name must not share a cache file."""
    return hashlib.sha256(osp.relpath(path, root or '.').encode()).hexdigest()[:8]


def join_npz(parts: Sequence[Path], left_out: Sequence[str] = ()) -> Dict[str, Any]:
    """Columns of several npz behind one another, as ``npz_columns.Blocks``: one block of one column in memory at a time.

    A column that only some parts have is filled up with zeros, or with '' where it is text.
    """
    members = [{member.name: member for member in npz_columns.list_members(part)} for part in parts]
    counts = [next(iter(each.values())).shape[0] for each in members]
    columns: Dict[str, Any] = {}
    for name in dict.fromkeys(name for each in members for name in each):
        having = [each[name] for each in members if name in each]
        shape, dtype = having[0].shape[1:], np.result_type(*(member.dtype for member in having))

        def blocks(name: str = name, shape: tuple = shape, dtype: np.dtype = dtype) -> Iterator[np.ndarray]:
            for part, each, count in zip(parts, members, counts):
                if name in each:
                    yield from npz_columns.stream_rows(part, name)
                else:
                    yield np.zeros((count, *shape), dtype)
        columns[name] = npz_columns.Blocks((sum(counts), *shape), dtype, blocks())
    columns['left_out'] = np.array(json.dumps(list(left_out)))
    return columns
