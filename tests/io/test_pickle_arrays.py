"""The constructors that pickles may call: equal to numpy's where numpy wrote the pickle, deaf to everything else."""
import codecs
import re

import numpy as np
import pytest

from ajahr_mm.io.restricted_pickle import NUMPY, load_pickle

EMPTY = b'cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntVb\ntR'
NO_FIELDS = b'NNNI-1\nI-1\nI0\n'


def array(code, shape, data, dtype_state=NO_FIELDS):
    """A pickle of protocol 0 of an array; shape and data are pieces of it."""
    dtype = b'cnumpy\ndtype\n(V' + code + b'\ntR(I3\nV<\n' + dtype_state + b'tb'
    return EMPTY + b'(I1\n(' + shape + b't' + dtype + b'I00\n' + data + b'tb.'


def encoded(encoding):
    return b'c_codecs\nencode\n(Vtext\nV' + encoding + b'\ntR.'


def test_the_pieces_make_an_array():
    np.testing.assert_array_equal(load_pickle(array(b'i2', b'I2\nI1\n', b'V\\u0001\\u0000\\u0002\\u0001\n')), [[1], [258]])
    assert load_pickle(array(b'O8', b'I2\n', b'(NVa\nl')).tolist() == [None, 'a']


@pytest.mark.parametrize('data, message', [
    (EMPTY.replace(b'cnumpy\nndarray\n', b'cnumpy\ndtype\n') + b'.', 'class other than numpy.ndarray'),
    (array(b'f8', b'I1000000000\nI1000000000\n', b'V\n'), 'should hold 8000000000000000000 bytes'),
    (array(b'f8', b'I0\nL' + b'9' * 40 + b'L\n', b'V\n'), 'impossible shape'),
    (array(b'f8', b'I-2\n', b'V\n'), 'impossible shape'),
    (array(b'f8', b'F2.5\n', b'V\n'), 'impossible shape'),
    (array(b'f8', b'I1\n' * 33, b'V12345678\n'), 'impossible shape'),
    (array(b'f8', b'I2\n', b'V12345678\n'), 'should hold 16 bytes'),
    (array(b'f8', b'I1\n', b'(l'), 'should hold 8 bytes'),
    (array(b'O8', b'I9\n', b'(Nl'), 'another number of objects'),
    (array(b'O8', b'I8\n', b'V12345678\n'), 'another number of objects'),
    (array(b'S0', b'I99999999\n', b'V\n'), "type 'S0'"),
    (array(b'V8', b'I1\n', b'V12345678\n'), "type 'V8'"),
    (array(b'M8', b'I1\n', b'V12345678\n'), "type 'M8'"),
    (array(b'f8,(9999999999)f8', b'I1\n', b'V12345678\n'), "type 'f8,"),
    (array(b'f8', b'I1\n', b'V12345678\n', b'N(Va\nt}I8\nI1\nI0\n'), 'named fields'),
    (array(b'f8', b'I1\n', b'V12345678\n', b'(Vf4\n(I2\nttNNI8\nI1\nI0\n'), 'named fields'),
    (array(b'f8', b'I1\n', b'V12345678\n')[:-1] + b'(I1\n(I0\ntNI00\nV\ntb.', 'fills the same array twice'),
    (array(b'f8', b'I1\n', b'V12345678\n').replace(b'V<\n', b'V<f8\n'), 'a form that numpy does not write'),
    (b'cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(VO8\ntRVcos\\u000asystem\\u000a(Vtouch MARKER\\u000atR.\ntR.',
     'is an object'),
    (b'cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(Vf8\ntRV1234\ntR.', 'should hold 8 bytes'),
    (b'cnumpy.core.multiarray\nscalar\n(Vf8\nV12345678\ntR.', 'without a type'),
    (b'cnumpy.core.numeric\n_frombuffer\n(V12345678\ncnumpy\ndtype\n(VO8\ntR(I1\ntVC\ntR.',
     'a form that numpy does not write'),
    (b'cnumpy.core.numeric\n_frombuffer\n(V1234\ncnumpy\ndtype\n(Vf8\ntRI2\nVC\ntR.', 'should hold 16 bytes'),
    (b'c__builtin__\nbytes\n(I9999999999\ntR.', 'not a readable pickle'),
    (b'c__builtin__\nset\n(Vabc\ntR.', 'something that is not a list'),
    (b'c__builtin__\nset\n((c__builtin__\nset\n(tRltR.', 'a set as the key'),
    (b'ccollections\nOrderedDict\n(((}NlltR.', 'a dict as the key')])
def test_arguments_that_numpy_would_not_write(data, message, refused):
    sentence = refused(data, NUMPY)
    assert re.search(message, sentence), sentence


def test_no_pickle_changes_the_types_of_numpy():
    """numpy's own dtype('f8', False, False) is the one of the whole process, and a state given to it stays."""
    swapped = b'cnumpy\ndtype\n(Vf8\nI00\nI00\ntR(I3\nV>\n' + NO_FIELDS + b'tb.'
    load_pickle(swapped)
    assert np.dtype('f8').isnative and np.zeros(1).dtype.isnative


@pytest.mark.parametrize('encoding', [b'zlib_codec', b'rot13', b'utf-8', b'marker_codec', b'..os', b'latin1\\u0000'])
def test_no_codec_but_latin1(encoding, refused, marker):
    """Looking for a codec asks search functions and imports modules."""
    codecs.register(search := lambda name: marker[0].touch())
    try:
        assert 'only Latin-1' in refused(encoded(encoding), NUMPY)
    finally:
        codecs.unregister(search)
    assert load_pickle(encoded(b'latin1')) == b'text'
