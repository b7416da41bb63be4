import cv2
import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import HMR44
from ajahr_mm.synthesis import annotation
from ajahr_mm.synthesis.annotation import Hidden


def columns(occluded=(), outside=(), absent=()):
    flags = [np.isin(np.arange(44), list(which)) for which in (occluded, outside, absent)]
    return annotation.keypoint_columns(np.ones((44, 2), np.float32) * 9, np.ones((44, 3), np.float32), Hidden(*flags))


def row(index=0, **more):
    text = dict(image=f'images/{index}.jpg', group='a' * (index + 1), gender='female', build='slim', background='b',
                pose_source='p', source_picture='')
    numbers = {name: np.full(shape, index) for name, (shape, kind) in annotation.COLUMNS.items() if kind != 'U'}
    return {**numbers, **text, **annotation.limb_columns(np.full(4, 3.)), **columns(), **more}


def decoded(png):
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)


def test_only_visible_keypoints_keep_2d_and_all_keep_3d():
    found = columns(occluded=[1], outside=[2], absent=[3])
    np.testing.assert_array_equal(found['visibility'][:5], [0, 1, 2, 3, 0])
    np.testing.assert_array_equal(found['keypoints_2d'][[1, 2, 3]], 0)
    np.testing.assert_array_equal(found['keypoints_2d'][[0, 4]], [[9, 9, 1]] * 2)
    assert (found['keypoints_3d'][:, 3] == 1).all()


def test_absent_beats_outside_beats_occluded():
    found = columns(occluded=[0, 1], outside=[0, 1, 2], absent=[0])
    np.testing.assert_array_equal(found['visibility'][:3], [annotation.ABSENT, annotation.OUTSIDE, annotation.OUTSIDE])


def test_limb_columns():
    one = annotation.limb_columns(np.array([3, 1, 3, 3.]))
    assert one['label'] == 1 and one['multi_hot'].tolist() == [0, 1] + [0] * 10            # right elbow
    two = annotation.limb_columns(np.array([0, 3, 2, 3.]))
    assert two['label'] == -1 and np.flatnonzero(two['multi_hot']).tolist() == [5, 6]
    assert annotation.limb_columns(np.full(4, 3.))['label'] == 12


def test_faces_tolerate_less_flesh_than_hips():
    tolerance = dict(zip(HMR44, annotation.depth_tolerance()))
    assert tolerance['nose'] < tolerance['left_wrist'] < tolerance['left_hip']


def test_columns_have_the_declared_shapes_and_types():
    table = annotation.to_columns([row(0), row(1), row(2)])
    assert set(table) == set(annotation.COLUMNS)
    for name, column in table.items():
        shape, kind = annotation.COLUMNS[name]
        assert column.shape == (3, *shape), name
        assert column.dtype.kind == 'U' if kind == 'U' else column.dtype == np.dtype(kind), name
    assert table['group'].tolist() == ['a', 'aa', 'aaa']


def test_a_table_without_rows_has_all_columns():
    table = annotation.to_columns([])
    assert set(table) == set(annotation.COLUMNS) and table['keypoints_3d'].shape == (0, 44, 4)


def test_a_row_that_lacks_something_is_an_error():
    rows = [row(0), row(1)]
    del rows[1]['age']
    with pytest.raises(KeyError, match='age'):
        annotation.to_columns(rows)


def test_the_mask_tells_parts_others_and_what_lies_over_them():
    part, hidden = np.full((5, 6), -1, np.int16), np.zeros((5, 6), bool)
    part[1:4, 1:4], hidden[2] = 20, True
    other = np.zeros((5, 6), bool)
    other[:, 3:5] = True
    expected = np.zeros((5, 6), int)
    expected[:, 3:5], expected[1:4, 1:4], expected[2] = 255, 21, 255
    np.testing.assert_array_equal(decoded(annotation.encode_mask(part, hidden, other)), expected)
    alone = decoded(annotation.encode_mask(part, ~hidden & False))
    assert set(alone.reshape(-1).tolist()) == {0, 21} and alone.dtype == np.uint8


@pytest.mark.parametrize('origin', [3., 41.7, 180.])
def test_depth_keeps_millimetres_however_far_away(origin):
    depth = np.float32(origin) + np.linspace(-1.5, 2, 64, dtype=np.float32).reshape(8, 8)
    depth[0] = 0
    found = decoded(annotation.encode_depth(depth, origin))
    assert found.dtype == np.uint16 and not found[0].any()
    back = (found[1:].astype(float) - annotation.DEPTH_MIDDLE) / 1000 + origin
    np.testing.assert_allclose(back, depth[1:], atol=.6e-3)
