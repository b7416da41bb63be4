import pickle

import numpy as np
import pytest

from ajahr_mm.datasets.hmr2_people import hmr2_people, legacy_fields
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.shards import ShardSample
from ajahr_mm.io.tar_files import TarMember

from .legacy_tars import person


def sample(content, suffix='data.pyd'):
    data = content if isinstance(content, bytes) else pickle.dumps(content)
    return ShardSample('k', TarMember('k.jpg', 0, 1), {suffix: data})


@pytest.fixture
def people():
    rng = np.random.default_rng(0)
    return [person(rng, 12.5), person(rng, 99.0)]


def test_fields_keep_their_names_and_values(people):
    fields = legacy_fields(sample(people))
    for name in ('keypoints_2d', 'center', 'body_pose', 'betas', 'personid'):
        np.testing.assert_array_equal(fields[name], np.stack([each[name] for each in people]))
    assert fields['extra_info.fitting_loss.reprojection_loss'].tolist() == [12.5, 99.0]
    assert fields['extra_info.detection_npz_idx'].tolist() == [0, 0]


def test_our_columns(people):
    people[0]['scale'] = np.array([.5, .4])   # 100 x 80 px: widened to 3:4, 133 high
    people[1]['scale'] = np.array([.3, .6])   # 60 x 120: high enough
    columns = hmr2_people(sample(people))
    np.testing.assert_allclose(columns['size'], [100 * 4 / 3, 120], rtol=1e-6)
    for i, each in enumerate(people):
        np.testing.assert_array_equal(columns['global_orient'][i], each['body_pose'][:3])
        np.testing.assert_array_equal(columns['body_pose'][i], each['body_pose'][3:])
        np.testing.assert_array_equal(columns['keypoints_2d'][i], each['keypoints_2d'].astype(np.float32))
    assert columns['has_pose'].tolist() == [1, 1] and columns['fitting_loss'].tolist() == [12.5, 99]
    assert {column.dtype for column in columns.values()} == {np.dtype(np.float32)}


def test_flags_and_scales_of_other_shapes(people):
    for each in people:
        each['has_body_pose'], each['has_betas'] = np.array([0.0]), np.array([True])
        each['scale'] = np.float64(0.6)
    columns = hmr2_people(sample(people))
    assert columns['has_pose'].tolist() == [0, 0] and columns['has_betas'].tolist() == [1, 1]
    np.testing.assert_allclose(columns['size'], [160, 160], rtol=1e-6)


def test_nobody_in_the_picture():
    assert hmr2_people(sample([])) == {}


def test_fields_that_do_not_fit_together_are_left_out(people):
    people[0]['extra'], people[1]['ragged'] = np.zeros(2), np.zeros(3)
    people[0]['ragged'] = np.zeros(4)
    people[0]['text'] = people[1]['text'] = 'abc'
    people[0]['nothing'] = people[1]['nothing'] = None
    assert {'text', 'center'} <= set(legacy_fields(sample(people)))
    assert not {'extra', 'ragged', 'nothing'} & set(legacy_fields(sample(people)))


class Bomb:
    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, 'w')


@pytest.mark.parametrize('suffix', ['data.pyd', 'pkl', 'pickle', 'pyd'])
def test_nothing_in_a_pickle_runs(tmp_path, people, suffix):
    people[1]['center'] = Bomb(tmp_path / 'ran')
    with pytest.raises(UserError, match=f"sample 'k', {suffix}: "):
        hmr2_people(sample(people, suffix))
    assert not (tmp_path / 'ran').exists()


def test_dicts_inside_dicts_without_end():
    value = 1
    for _ in range(50):
        value = dict(a=value)
    assert legacy_fields(sample([dict(deep=value, b=3)])).keys() == {'b'}


@pytest.mark.parametrize('content,message', [
    (b'', "sample 'k'"), (b'garbage', "sample 'k'"), ('text', 'is not a list of people'),
    ([1, 2], 'is not a list of people'), ([dict(center=np.zeros(2))], 'lacks keypoints_2d')])
def test_other_content(content, message):
    with pytest.raises(UserError, match=message):
        hmr2_people(sample(content))


@pytest.mark.parametrize('name,value', [('body_pose', np.zeros(69)), ('keypoints_2d', np.zeros((25, 3))),
                                        ('betas', np.array(['a'] * 10)), ('scale', np.zeros(3))])
def test_fields_of_another_shape(people, name, value):
    for each in people:
        each[name] = value
    with pytest.raises(UserError, match=f"sample 'k': {name} is"):
        hmr2_people(sample(people))
