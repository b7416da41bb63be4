"""Pickles of data are read as Python reads them; every other pickle is refused by name and runs nothing."""
import collections
import copyreg
import os
import pickle

import numpy as np
import pytest

from ajahr_mm.io import UserError
from ajahr_mm.io.restricted_pickle import NUMPY, SMPL, load_pickle

PLAIN = dict(
    numbers=np.arange(6.).reshape(2, 3), columns=np.asfortranarray(np.arange(6).reshape(2, 3)), empty=np.zeros((0, 4)),
    flag=np.array(True), text=np.array(['a', 'bc']), bytes=np.array([b'a']), big_endian=np.arange(3).astype('>i4'),
    half=np.float16(1), single=np.float32(2.5), yes=np.bool_(1), name=np.str_('hey'), complex=np.ones(2, np.complex64),
    objects=np.array([['x', None], [[1], np.int64(3)]], object), ordered=collections.OrderedDict(a=1, b=[2]), unique={1, 2},
    raw=b'xyz', nothing=b'', umlaut='ü', none=None, huge=2 ** 100, nested={'a': [(1, 2.5), {'b': ('c',)}], ((2, 3), None): 1})


@pytest.mark.parametrize('protocol', range(6))
@pytest.mark.parametrize('name', PLAIN)
def test_data_come_back_as_they_were(name, protocol):
    value, back = PLAIN[name], load_pickle(pickle.dumps(PLAIN[name], protocol))
    if isinstance(value, np.ndarray):
        assert back.shape == value.shape and back.dtype.newbyteorder('=') == value.dtype.newbyteorder('=')
        assert back.flags.f_contiguous == value.flags.f_contiguous and back.flags.writeable
        np.testing.assert_array_equal(back, value)
    else:
        assert back == value and type(back) in (type(value), dict)


def test_pickle_of_python_2_and_of_numpy_2():
    """The first was written by cPickle of Python 2.7, with the bytes of an array as text; numpy 2 moved its modules."""
    old = (b"\x80\x02}q\x01U\x01xcnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
           b"(K\x01K\x02\x85cnumpy\ndtype\nU\x02f4K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
           b"\x89U\x08\x00\x00\x80?\x00\x00\xe0@tbs.")
    np.testing.assert_array_equal(load_pickle(old)['x'], np.array([1, 7], np.float32))
    for protocol in range(6):
        moved = pickle.dumps(np.arange(3.), protocol).replace(b'numpy.core', b'numpy._core').replace(
            b'\x8c\x15numpy', b'\x8c\x16numpy').replace(b'\x8c\x12numpy', b'\x8c\x13numpy')
        np.testing.assert_array_equal(load_pickle(_without_frames(moved)), np.arange(3.))


def _without_frames(data):
    return data.replace(data[2:11], b'', 1) if data[2:3] == b'\x95' else data


class Runs:
    """What a pickle of it asks for when it is read."""

    def __init__(self, function, *arguments):
        self.answer = function, arguments

    def __reduce__(self):
        return self.answer


def call(module, name, *texts):
    """A pickle of protocol 0 that calls ``module.name`` with texts."""
    return f'c{module}\n{name}\n('.encode() + b''.join(b'V' + text.encode() + b'\n' for text in texts) + b'tR.'


@pytest.mark.parametrize('module, name', [
    ('os', 'system'), ('posix', 'system'), ('nt', 'system'), ('subprocess', 'Popen'), ('builtins', 'eval'),
    ('__builtin__', 'eval'), ('builtins', 'exec'), ('builtins', 'getattr'), ('builtins', '__import__'), ('builtins', 'open'),
    ('builtins', 'bytes.fromhex'), ('importlib', 'import_module'), ('runpy', 'run_path'), ('pty', 'spawn'),
    ('shutil', 'rmtree'), ('pickle', 'loads'), ('_pickle', 'loads'), ('marshal', 'loads'), ('types', 'FunctionType'),
    ('operator', 'attrgetter'), ('functools', 'partial'), ('numpy', 'load'), ('numpy', 'fromfile'), ('numpy', 'memmap'),
    ('numpy.core.multiarray', 'fromfile'), ('numpy.testing._private.utils', 'runstring'),
    ('numpy.f2py.crackfortran', 'myeval'), ('numpy', 'core.multiarray.scalar'),
    ('numpy.core.multiarray', '_reconstruct.__globals__'), ('scipy.sparse', 'load_npz'), ('scipy.io', 'loadmat'),
    ('_codecs', 'decode'), ('codecs', 'encode'), ('chumpy.utils', 'os.system'), ('chumpy', 'ch.Ch'), ('torch', 'load'),
    ('torch.storage', '_load_from_bytes'), ('copyreg', 'add_extension'), ('ajahr_mm.io.safe_load', 'read_bytes')])
@pytest.mark.parametrize('opcode', ['GLOBAL', 'STACK_GLOBAL'])
def test_names_outside_of_the_table(module, name, opcode, refused):
    data = call(module, name, 'touch MARKER')
    if opcode == 'STACK_GLOBAL':
        pieces = b''.join(b'\x8c' + bytes([len(text)]) + text.encode() for text in (module, name))
        data = b'\x80\x04' + pieces + b'\x93(Vtouch MARKER\ntR.'
    assert f'asks for {module}.{name}, so it was refused' in refused(data)


def test_the_attack_is_real(marker):
    """The same bytes do run under pickle itself, so the tests here can fail."""
    file, command = marker
    pickle.loads(call('os', 'system', command))
    assert file.exists()


@pytest.mark.parametrize('wrap', [
    lambda bomb: [1, {'a': (bomb,)}], lambda bomb: np.array([None, bomb], object),
    lambda bomb: np.array([[bomb]], object), lambda bomb: collections.OrderedDict(a=bomb)])
@pytest.mark.parametrize('protocol', range(6))
def test_hidden_inside_of_data(wrap, protocol, refused, marker):
    data = pickle.dumps(wrap(Runs(os.system, marker[1])), protocol)
    assert f'asks for {os.system.__module__}.system' in refused(data, NUMPY)


def test_names_that_are_allowed_for_smpl_are_not_for_data(refused):
    for name in (b'chumpy.ch\nCh', b'scipy.sparse.csc\ncsc_matrix', b'copy_reg\n_reconstructor'):
        assert 'asks for ' + name.decode().replace('\n', '.') in refused(b'c' + name + b'\n.', NUMPY)


@pytest.mark.parametrize('data, message', [
    (b'(Vtouch MARKER\nios\nsystem\n.', '(INST)'), (b'(cchumpy.ch\nCh\no.', '(OBJ)'),
    (b'\x80\x04cchumpy.ch\nCh\n)}\x92.', '(NEWOBJ_EX)'), (b'Ptouch MARKER\n.', '(PERSID)'),
    (b'\x80\x02VMARKER\nQ.', '(BINPERSID)'), (b'\x80\x05\x97.', '(NEXT_BUFFER)'), (b'\x80\x04(\x91.', '(FROZENSET)'),
    (b'\x80\x02c__builtin__\nset\n)\x81.', 'builds an object'),
    (b'\x80\x02cchumpy.ch\nCh\nK\x01\x85\x81.', 'builds an object'),
    (b'ccopy_reg\n_reconstructor\n(c__builtin__\ntuple\nc__builtin__\ntuple\n(ttR.', 'asks for __builtin__.tuple'),
    (b'ccopyreg\n_reconstructor\n(csubprocess\nPopen\nc__builtin__\nobject\nNtR.', 'asks for subprocess.Popen'),
    (b'ccopyreg\n_reconstructor\n(c__builtin__\nset\nc__builtin__\nobject\nNtR.', 'builds an object'),
    (b'ccopyreg\n_reconstructor\n(cchumpy.ch\nCh\nc__builtin__\nset\n(ltR.', 'builds an object'),
    (b'Vos\n(tR.', 'calls something'), (b'c__builtin__\nset\n]R.', 'calls something'),
    (b'c__builtin__\nset\n}V__globals__\n}sb.', 'gives a state to a function'),
    (b'cchumpy.ch\nCh\n}Vvalue\nVx\nsb.', 'gives a state to a type'), (b']}Vappend\nNsb.', 'gives a state to a list'),
    (b'\x80\x02cchumpy.ch\nCh\n)\x81Vx\nb.', 'state that is not a dict'),
    (b'\x80\x02cchumpy.ch\nCh\n)\x81}I1\nNsb.', 'state that is not a dict'),
    (b'\x80\x02cchumpy.ch\nCh\n)\x81Vx\nNs.', 'sets items of something'),
    (b'\x80\x02cchumpy.ch\nCh\n)\x81I1\na.', 'appends to something'), (b'\x80\x04](I1\n\x90.', 'adds to something'),
    (b'cevil\x1b[2J\nx\n.', r'asks for evil\x1b[2J.x')])
def test_instructions_that_data_have_no_need_of(data, message, refused):
    assert message in refused(data)


def test_extension_codes_of_this_process_are_refused(refused):
    copyreg.add_extension('os', 'system', 0x7e)
    try:
        assert '(EXT1)' in refused(b'\x80\x02\x82\x7eVtouch MARKER\n\x85R.')
    finally:
        copyreg.remove_extension('os', 'system', 0x7e)


def test_memory_time_and_size_are_limited(refused):
    text = b'\x80\x02X\xa0\x86\x01\x00' + b'x' * 100_000 + b'q\x00X\x06\x00\x00\x00latin1q\x0100'
    assert 'many times more' in refused(text + b'c_codecs\nencode\nh\x00h\x01\x86R' * 10 + b'.')  # copies of copies
    assert load_pickle(b'\x80\x02Nr\xff\xff\xff\xff.') is None  # a memo of four billion places
    assert 'it breaks off' in refused(b'\x80\x04\x8e' + b'\xff' * 7 + b'\x7fabc.')  # nine exabytes of text
    assert 'it breaks off' in refused(b'\x80\x05\x96' + b'\xff' * 6 + b'\x00\x00abc.')
    assert 'a tuple as the key' in refused(b'}(' + b')' + b'2\x86' * 60 + b'Nd.')  # would be hashed for a thousand years
    assert 'more than 50 instructions' in refused(b'(' + b'N' * 60 + b't.', max_steps=50)
    assert 'only pickles up to 100' in refused(b'N' * 101 + b'.', max_bytes=100)


def test_damaged_pickles_never_raise_anything_else():
    """Cut off anywhere, and with any byte exchanged: the data, other data, or one sentence."""
    good = pickle.dumps(dict(a=np.arange(4.), b=['x', None, {1.5}], c=np.array(['y', 2], object), d=np.float32(3)), 2)
    random = np.random.default_rng(0)
    damaged = [good[:length] for length in range(len(good))]
    for _ in range(1500):
        changed = bytearray(good)
        for place in random.integers(len(good), size=random.integers(1, 4)):
            changed[place] = random.integers(256)
        damaged.append(bytes(changed))
    refusals = 0
    for data in damaged:
        try:
            load_pickle(data, SMPL)
        except UserError:
            refusals += 1
    assert len(good) <= refusals < len(damaged)


def test_files_are_named(tmp_path):
    path = tmp_path / 'data.pyd'
    with pytest.raises(UserError, match='data.pyd does not exist'):
        load_pickle(path)
    for data, message in ((b'', 'is empty'), (b'PK\x03\x04', 'is a zip archive'), (b'\x80\x02]', 'not a readable pickle'),
                          (call('os', 'getcwd'), 'asks for os.getcwd')):
        path.write_bytes(data)
        with pytest.raises(UserError, match=f'data.pyd.*{message}'):
            load_pickle(path)
    path.write_bytes(pickle.dumps([1]))
    assert load_pickle(path) == [1]
