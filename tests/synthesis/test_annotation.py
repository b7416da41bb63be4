import numpy as np

from ajahr_mm.anatomy.keypoints import HMR44
from ajahr_mm.synthesis import annotation
from ajahr_mm.synthesis.annotation import Hidden


def columns(occluded=(), outside=(), absent=()):
    flags = [np.isin(np.arange(44), list(which)) for which in (occluded, outside, absent)]
    return annotation.keypoint_columns(np.ones((44, 2), np.float32) * 9, np.ones((44, 3), np.float32), Hidden(*flags))


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


def test_columns_have_the_declared_shapes_and_types(samples):
    table = annotation.to_columns([sample.row for sample in samples])
    assert set(table) == set(annotation.COLUMNS)
    for name, (shape, kind) in annotation.COLUMNS.items():
        assert table[name].shape == (len(samples), *shape), name
        assert table[name].dtype.kind == 'U' if kind == 'U' else table[name].dtype == np.dtype(kind), name
