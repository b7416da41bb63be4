import numpy as np
import pytest

from ajahr_mm.datasets.corpora.fields import Fields, finite_rows, pick, stacked
from ajahr_mm.io.errors import UserError


def test_axes_of_length_one_come_and_go():
    fields = Fields(dict(a=np.ones((5, 1, 2)), b=np.ones(5), c=np.ones((5, 1)), d=np.ones((5, 1, 1, 3, 3), np.float64)), 'x')
    assert fields.numbers('a', 2).shape == (5, 2) and fields.count == 5
    assert fields.numbers('b', 1).shape == (5, 1) and fields.numbers('c').shape == (5,)
    assert fields.numbers('d', 3, 3).shape == (5, 3, 3) and fields.numbers('d', 3, 3).dtype == np.float32
    assert fields.numbers('a', -1).shape == (5, 2)


def test_one_person_stays_one_person():
    """A squeeze of everything, as the release does it, takes the person away."""
    fields = Fields(dict(center=np.ones((1, 1, 2)), points=np.ones((1, 1, 44, 3))), 'x')
    assert fields.numbers('center', 2).shape == (1, 2) and fields.numbers('points', 44, 3).shape == (1, 44, 3)


def test_defaults_and_text():
    fields = Fields(dict(n=np.array([b'a', b'b']), o=np.array(['c', b'd'], object), e=np.empty(0, 'S3')), 'x')
    assert fields.texts('n').tolist() == ['a', 'b'] and fields.texts('o').tolist() == ['c', 'd']
    assert fields.numbers('absent', 2, default=7).tolist() == [[7, 7], [7, 7]]
    assert fields.texts('absent', 'z').tolist() == ['z', 'z']
    assert Fields(dict(e=np.empty(0, 'S3')), 'x').texts('e').shape == (0,) and 'n' in fields and 'm' not in fields
    with pytest.raises(ValueError):
        Fields({}, 'x').numbers('absent', default=0)


@pytest.mark.parametrize('value,shape,message', [
    (np.ones((5, 3)), (2,), r'x: a has shape \(5, 3\), expected \(5, 2\)'),
    (np.ones((4, 2)), (2,), 'a has 4 rows where others have 5'),
    (np.array(['1'] * 5), (), 'a holds <U1 where numbers'),
    (np.array([1, None, 3, 4, 5], object), (), 'a holds Python objects'),
    ([[1, 2], [1]] + [[1]] * 3, (2,), 'a is a list of arrays of different lengths'), (np.float64(3), (), 'a has no rows'),
    (np.ones((5, 2, 2)), (-1,), r'expected \(5, any\)')])
def test_what_does_not_fit_is_refused_with_its_name(value, shape, message):
    fields = Fields(dict(first=np.ones(5), a=value), 'x')
    fields.numbers('first')
    with pytest.raises(UserError, match=message):
        fields.numbers('a', *shape)


def test_missing_and_no_text():
    with pytest.raises(UserError, match='x lacks b; it has a'):
        Fields(dict(a=1), 'x').numbers('b')
    with pytest.raises(UserError, match='a holds int64 where text is expected'):
        Fields(dict(a=np.ones(2, np.int64)), 'x').texts('a')


def test_rows_of_columns():
    columns = dict(a=np.array([1.0, np.nan, 3]), b=np.array(['x', 'y', 'z']))
    good, name = finite_rows(columns)
    assert good.tolist() == [True, False, True] and name == 'a'
    assert pick(columns, good)['b'].tolist() == ['x', 'z']
    assert stacked([pick(columns, good), pick(columns, [1])])['b'].tolist() == ['x', 'z', 'y'] and stacked([]) == {}
