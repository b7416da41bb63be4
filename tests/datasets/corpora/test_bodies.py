import numpy as np
import pytest

from ajahr_mm.datasets.corpora.bodies import Bodies, add_keypoints_3d, gender_word

OPEN = dict(type='BodyModel', source='open')


@pytest.mark.parametrize('word,gender',
                         [('m', 'male'), ('male', 'male'), ("b'f'", 'female'), ('F', 'female'), ('neutral', 'neutral'),
                                         ('', 'neutral'), ('unknown', 'neutral')])
def test_words_for_genders(word, gender):
    assert gender_word(word) == gender


def test_no_body_is_false_and_one_serves_everybody():
    assert not Bodies(None) and Bodies(OPEN)
    rng = np.random.default_rng(0)
    arguments = rng.normal(size=(3, 3)), rng.normal(0, 0.3, (3, 69)), rng.normal(size=(3, 10))
    one = Bodies(OPEN).points(*arguments, np.array(['male', 'neutral', 'female']))
    many = Bodies(dict(male=OPEN, neutral=OPEN)).points(*arguments, np.array(['male', 'neutral', 'female']))
    np.testing.assert_allclose(one['keypoints'], many['keypoints'], atol=1e-6)


def test_nan_stays_nan_and_does_not_spread():
    pose = np.zeros((2, 69), np.float32)
    pose[1, 4] = np.nan
    columns = dict(global_orient=np.zeros((2, 3), np.float32), body_pose=pose, betas=np.zeros((2, 10), np.float32),
                   transl=np.array([[0, 0, 2.0], [0, 0, 2]], np.float32))
    add_keypoints_3d(columns, Bodies(OPEN), np.array(['neutral', 'neutral']))
    assert np.isfinite(columns['keypoints_3d'][0]).all() and np.isnan(columns['keypoints_3d'][1, :, 0]).all()
