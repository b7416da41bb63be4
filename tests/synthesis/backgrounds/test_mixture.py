import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.backgrounds.mixture import BackgroundMixture
from ajahr_mm.synthesis.records import Background, Place

PLACE = Place('a.jpg', np.zeros(2), 10., np.zeros(3), np.zeros(3), np.zeros(10))


class Plain:
    """A part with one colour and the two methods that every part has."""

    def __init__(self, tone):
        self.tone = tone

    def sample(self, rng, split, size, place=None):
        return Background(np.full((size, size, 3), self.tone, np.uint8), f'plain/{self.tone}')

    def sources(self, split):
        return {f'plain/{self.tone}': 'CC0'}


class Full(Plain):
    """A part with everything that a part may have."""
    skipped = {'a.jpg': 'broken'}

    def holds(self, place, split):
        return place.picture == 'a.jpg' and split == 'train'

    def check(self, split, count):
        return f'{count} are too many.' if count > 10 else None

    def facts(self):
        return dict(tone=self.tone, limits=['one colour'])


def test_the_weights_are_followed():
    part = BackgroundMixture([Plain(1), Plain(2), Plain(3)], [6, 3, 0])
    rng = np.random.default_rng(0)
    counts = np.bincount([part.sample(rng, 'train', 2).image[0, 0, 0] for _ in range(900)], minlength=4)
    assert counts[3] == 0 and abs(counts[1] - 600) < 60
    assert set(part.sources('train')) == {'plain/1', 'plain/2'}, 'what is never drawn is no source'


def test_a_part_that_holds_a_place_shows_it_whatever_the_weights():
    part = BackgroundMixture([Plain(1), Full(2)], [1, 0])
    assert part.sample(np.random.default_rng(0), 'train', 2, PLACE).name == 'plain/2'
    assert part.sample(np.random.default_rng(0), 'test', 2, PLACE).name == 'plain/1'
    assert part.sample(np.random.default_rng(0), 'train', 2).name == 'plain/1'


def test_what_the_parts_say_comes_together():
    part = BackgroundMixture([Plain(1), Full(2), Full(3)], [.5, .25, .25])
    facts = part.facts()
    assert [entry['type'] for entry in facts['parts']] == ['Plain', 'Full', 'Full'] and facts['limits'] == ['one colour']
    assert [entry['weight'] for entry in facts['parts']] == [.5, .25, .25] and part.skipped == {'a.jpg': 'broken'}
    assert part.check('train', 40) is None and part.check('train', 100) == '25 are too many. 25 are too many.'


def test_parts_are_built_from_configs():
    part = BackgroundMixture([dict(type='ProceduralScenes', scenes=1), SYNTHESIS.build(dict(type='SkimagePhotographs'))])
    assert part.weights.tolist() == [.5, .5] and type(part.parts[0]).__name__ == 'ProceduralScenes'


@pytest.mark.parametrize('weights', [[.5], [1, -1], [0, 0]])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(UserError, match='one non-negative weight'):
        BackgroundMixture([Plain(1), Plain(2)], weights)
