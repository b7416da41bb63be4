import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.mixture import Mixture


class Part:
    def __init__(self, name):
        self.skipped = {f'{name}.jpg': 'it breaks off'}
        self.facts = lambda: dict(source=name, limits=['few'])


def test_facts_tell_the_parts_that_are_used_and_every_limit_once():
    facts = Mixture([Part('a'), Part('b'), Part('c')], [3, 0, 1]).facts()
    assert facts == dict(parts=[dict(type='Part', weight=.75, source='a'), dict(type='Part', weight=.25, source='c')],
                         limits=['few'])


def test_skipped_files_of_all_parts_are_named():
    assert set(Mixture([Part('a'), Part('b')]).skipped) == {'a.jpg', 'b.jpg'}


@pytest.mark.parametrize('weights', [[1.], [1., -1.], [0., 0.], [np.nan, 1.]])
def test_weights_that_are_none_are_refused_by_the_name_of_the_mixture(weights):
    with pytest.raises(UserError, match='^Mixture has 2 parts'):
        Mixture([Part('a'), Part('b')], weights)
