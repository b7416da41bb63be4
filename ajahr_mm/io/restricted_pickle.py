"""Reading pickles of other people without running anything that stands in them.

A pickle is a program: it may fetch any name of any module and call it. Here it may fetch what a table allows, and the table
holds no function of another library, only our own checked constructors (:mod:`ajahr_mm.io.pickle_arrays`) and stand-ins that
do nothing (:mod:`ajahr_mm.io.stand_ins`). Every instruction that data have no need of is refused by name, and size, steps
and memory are limited.
"""
import io
import pickle
import pickletools
from pathlib import Path
from typing import Any, Callable, Dict, Mapping, Optional, Tuple, Union

import numpy as np

from ajahr_mm.io import pickle_arrays, stand_ins
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import PathLike, read_bytes
from ajahr_mm.io.stand_ins import Refused, StandIn

#: (module, name) as it stands in the pickle -> what takes its place.
AllowList = Mapping[Tuple[str, str], Any]


def _table(modules: str, **names: Any) -> Dict[Tuple[str, str], Any]:
    return {(module, name): value for module in modules.split() for name, value in names.items()}


#: Arrays, scalars and plain containers, as numpy 1 and 2 under Python 2 and 3 write them.
NUMPY: AllowList = {
    **_table('numpy', ndarray=pickle_arrays.NDARRAY, dtype=pickle_arrays.Dtype),
    **_table('numpy.core.multiarray numpy._core.multiarray',
             _reconstruct=pickle_arrays.new_array, scalar=pickle_arrays.scalar),
    **_table('numpy.core.numeric numpy._core.numeric', _frombuffer=pickle_arrays.array_of_buffer),
    **_table('_codecs', encode=pickle_arrays.encode),
    **_table('builtins __builtin__', bytes=pickle_arrays.no_bytes, set=pickle_arrays.new_set),
    **_table('collections', OrderedDict=pickle_arrays.new_ordered_dict),
}

# Expressions that files of SMPL may hold beside its arrays, when they were saved from a model in use.
_CHUMPY = dict(
    ch=['MatVecMult'],
    ch_ops='''Cross NanDivide SumOfSquares absolute add arccos arcsin arctan ceil clip cos cumsum divide dot exp floor log
        maximum mean minimum multiply nan_to_num negative power reciprocal sign sin sqrt square subtract sum tan'''.split(),
    reordering='AtleastNd Concatenate Diag DiagFlat Repeat Roll Rot90 Sort Tile rollaxis swapaxes'.split())

#: NUMPY, and what the official files of SMPL, SMPL-H and MANO hold besides: sparse matrices and chumpy's arrays.
SMPL: AllowList = {
    **NUMPY,
    **_table('builtins __builtin__', object=pickle_arrays.OBJECT),
    **_table('copyreg copy_reg', _reconstructor=pickle_arrays.reconstruct),
    **_table('scipy.sparse.csc scipy.sparse._csc', csc_matrix=stand_ins.SparseMatrix, csc_array=stand_ins.SparseMatrix),
    **_table('scipy.sparse.csr scipy.sparse._csr',
             csr_matrix=stand_ins.RowSparseMatrix, csr_array=stand_ins.RowSparseMatrix),
    **_table('scipy.sparse.coo scipy.sparse._coo',
             coo_matrix=stand_ins.CoordinateMatrix, coo_array=stand_ins.CoordinateMatrix),
    **_table('chumpy.ch', **dict.fromkeys(_CHUMPY['ch'], stand_ins.Chumpy)),
    **_table('chumpy.ch_ops', **dict.fromkeys(_CHUMPY['ch_ops'], stand_ins.Chumpy)),
    **_table('chumpy.reordering', **dict.fromkeys(_CHUMPY['reordering'], stand_ins.Chumpy)),
    **_table('chumpy.ch', Ch=stand_ins.ChumpyArray),
    **_table('chumpy.reordering', Select=stand_ins.ChumpySelect, Reshape=stand_ins.ChumpyReshape,
             transpose=stand_ins.ChumpyTranspose),
}

_INSTRUCTIONS = '''
    PROTO FRAME STOP MARK POP POP_MARK DUP GET BINGET LONG_BINGET PUT BINPUT LONG_BINPUT MEMOIZE
    NONE NEWTRUE NEWFALSE INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT
    STRING BINSTRING SHORT_BINSTRING BINBYTES SHORT_BINBYTES BINBYTES8 BYTEARRAY8
    UNICODE SHORT_BINUNICODE BINUNICODE BINUNICODE8
    EMPTY_LIST LIST APPEND APPENDS EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 EMPTY_DICT DICT SETITEM SETITEMS EMPTY_SET ADDITEMS
    GLOBAL STACK_GLOBAL REDUCE NEWOBJ BUILD
'''.split()


class RestrictedUnpickler(pickle._Unpickler):
    """The unpickler of the standard library that is written in Python, with most of it taken away.

    The one in C lets nobody look at BUILD, and takes 64 GB for a memo that a pickle of ten bytes asks for.

    Args:
        data: the pickle.
        allow: the names it may fetch.
        max_steps: how many instructions it may have.
    """

    dispatch: Dict[int, Callable[['RestrictedUnpickler'], None]] = {}

    def __init__(self, data: bytes, allow: AllowList, max_steps: int) -> None:
        self._data = io.BytesIO(data)
        super().__init__(self._data, encoding='latin1')
        self._allow, self._max_steps = allow, max_steps
        # Whatever an honest pickle builds stands in it, as bytes and once more as text; copies of copies do not.
        self._budget = 2 * len(data) + 2 ** 16

    def load(self) -> Any:
        """The content. Raises Refused, or any error at all where the pickle is damaged."""
        self.stack, self.metastack, self.memo = [], [], {}
        self.append, self.readline = self.stack.append, self._data.readline
        try:
            for _ in range(self._max_steps):
                self.dispatch[self.read(1)[0]](self)
        except pickle._Stop as stop:
            return stop.value
        raise Refused(f'has more than {self._max_steps:,} instructions')

    def read(self, size: int) -> bytes:
        data = self._data.read(size)
        if len(data) < size:
            raise EOFError('it breaks off')
        return data

    def find_class(self, module: str, name: str) -> Any:
        try:
            return self._allow[module, name]
        except KeyError:
            raise Refused(f'asks for {ascii(f"{module}.{name}")[1:-1][:80]}') from None

    def _spend(self, amount: int) -> None:
        self._budget -= amount
        if self._budget < 0:
            raise Refused('builds many times more than it holds')

    def _frame(self) -> None:
        self.read(8)  # frames only help to read ahead

    def _bytearray(self) -> None:
        self.append(bytearray(self.read(int.from_bytes(self.read(8), 'little'))))

    def _append(self) -> None:
        self._appends([self.stack.pop()])

    def _appends(self, items: Optional[list] = None) -> None:
        items = self.pop_mark() if items is None else items
        if type(self.stack[-1]) is not list:
            raise Refused('appends to something that is not a list')
        self.stack[-1].extend(items)

    def _set_item(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._set_items([key, value])

    def _set_items(self, items: Optional[list] = None) -> None:
        items = self.pop_mark() if items is None else items
        if not isinstance(self.stack[-1], dict):
            raise Refused('sets items of something that is not a dict')
        self.stack[-1].update(zip(pickle_arrays.checked_keys(items[::2]), items[1::2]))

    def _dict(self) -> None:
        items = self.pop_mark()
        self.append({})
        self._set_items(items)

    def _add_items(self) -> None:
        items = self.pop_mark()
        if type(self.stack[-1]) is not set:
            raise Refused('adds to something that is not a set')
        self.stack[-1].update(pickle_arrays.checked_keys(items))

    def _reduce(self) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        if type(arguments) is not tuple or not callable(function):
            raise Refused('calls something that is not a function')
        result = function(*arguments)
        self._spend(result.nbytes if isinstance(result, (np.ndarray, np.generic))
                    else len(result) if isinstance(result, (bytes, set, dict)) else 1)
        self.append(result)

    def _new_object(self) -> None:
        arguments, kind = self.stack.pop(), self.stack.pop()
        if arguments != () or not (isinstance(kind, type) and issubclass(kind, StandIn)):
            raise Refused('builds an object of a class that is not among the allowed ones')
        self.append(kind())

    def _build(self) -> None:
        state, built = self.stack.pop(), self.stack[-1]
        if isinstance(built, StandIn):
            built.hold(state)
        elif isinstance(built, np.ndarray):
            pickle_arrays.fill_array(built, state)
            self._spend(built.size if built.dtype.hasobject else built.nbytes)
        else:
            raise Refused(f'gives a state to a {type(built).__name__}')


_OWN = dict(
    FRAME=RestrictedUnpickler._frame, BYTEARRAY8=RestrictedUnpickler._bytearray, DICT=RestrictedUnpickler._dict,
    APPEND=RestrictedUnpickler._append, APPENDS=RestrictedUnpickler._appends, SETITEM=RestrictedUnpickler._set_item,
    SETITEMS=RestrictedUnpickler._set_items, ADDITEMS=RestrictedUnpickler._add_items, REDUCE=RestrictedUnpickler._reduce,
    NEWOBJ=RestrictedUnpickler._new_object, BUILD=RestrictedUnpickler._build)


def _refuse(instruction: str) -> Callable[[RestrictedUnpickler], None]:
    def refuse(unpickler: RestrictedUnpickler) -> None:
        raise Refused(f'has an instruction that data have no need of ({instruction})')
    return refuse


for _opcode in pickletools.opcodes:
    _code = ord(_opcode.code)
    RestrictedUnpickler.dispatch[_code] = (
        _refuse(_opcode.name) if _opcode.name not in _INSTRUCTIONS else
        _OWN.get(_opcode.name) or pickle._Unpickler.dispatch[_code])


def load_pickle(source: Union[PathLike, bytes], allow: AllowList = NUMPY, name: Optional[str] = None,
                max_bytes: int = 2 ** 30, max_steps: int = 20_000_000) -> Any:
    """The content of a pickle, of which nothing is run.

    Text of Python 2 is read as Latin-1. Arrays of objects are read; what is in them obeys the same rules. The matrices and
    chumpy arrays that SMPL allows come back as :class:`~ajahr_mm.io.stand_ins.StandIn`, which
    :func:`~ajahr_mm.io.stand_ins.as_array` turns into arrays.

    Args:
        source: a file, or the bytes of a pickle (for instance a member of a tar).
        allow: what it may hold: NUMPY, SMPL or a table of your own.
        name: what errors call it; the path if there is one.
        max_bytes, max_steps: the largest pickle, and the most instructions.

    Raises:
        UserError: it cannot be read, is too large or damaged, or asks for anything that is not allowed.
    """
    if isinstance(source, bytes):
        name, size = name or 'the pickle', len(source)
    else:
        name, path = name or str(source), Path(source)
        size = path.stat().st_size if path.is_file() else 0
    if size > max_bytes:
        raise UserError(f'{name} is a pickle of {size:,} bytes, and only pickles up to {max_bytes:,} are read; split it.')
    data = source if isinstance(source, bytes) else read_bytes(source, 'the pickle')
    if data.startswith(b'PK\x03\x04'):
        raise UserError(f'{name} is a zip archive (npz, or a checkpoint of PyTorch), not a pickle; give it its own ending.')
    try:
        return RestrictedUnpickler(data, allow, max_steps).load()
    except Refused as refusal:
        raise UserError(f'{name} {refusal}, so it was refused and nothing in this pickle was run; '
                        'get the data as npz or json.') from None
    except Exception as error:  # a damaged pickle can raise anything; all of it is about the file
        reason = ascii(f'{type(error).__name__}: {error}')[1:-1][:120]
        raise UserError(f'{name} is not a readable pickle ({reason}); '
                        'it may be cut off: copy or download it again.') from None
