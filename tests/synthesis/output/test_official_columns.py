import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import ABSENT
from ajahr_mm.synthesis import annotation
from ajahr_mm.synthesis.output.official_columns import write_official


@pytest.fixture
def table(made):
    return annotation.to_columns([sample.row for sample in made])


def written(layout, table, tmp_path, rows=None):
    write_official(layout, table, np.arange(45) if rows is None else rows, tmp_path / 'a.npz')
    with np.load(tmp_path / 'a.npz', allow_pickle=False) as loaded:
        return dict(loaded)


#: As the release has them (supplied files of the authors): shape of a row and dtype.
COCO = dict(center=((1, 2), 'f8'), scale=((1,), 'f8'), imgname=((), 'U'), global_orient=((1, 3, 3), 'f4'),
            body_pose=((72,), 'f4'), has_body_pose=((), 'f8'), betas=((10,), 'f4'), has_betas=((), 'f8'),
            body_keypoints_2d=((25, 3), 'f4'), extra_keypoints_2d=((19, 3), 'f4'), body_keypoints_3d=((25, 4), 'f4'),
            extra_keypoints_3d=((19, 4), 'f4'), body_opt_3d_joints=((25, 1), 'f4'), extra_opt_3d_joints=((19, 1), 'f4'))
H36M = dict(imgname=((), 'U'), scale=((1,), 'f8'), center=((1, 2), 'f8'), ajahr_conf=((12,), 'i8'),
            global_orient=((1, 1, 3, 3), 'f4'), gt_2d_kpts=((1, 44, 3), 'f4'), gt_3d_kpts=((1, 44, 5), 'f4'),
            smpl_pose=((1, 23, 3, 3), 'f4'), smpl_shape=((1, 10), 'f4'), cam_t=((1, 3), 'f4'))


@pytest.mark.parametrize('layout, expected', [('coco', COCO), ('h36m', H36M)])
def test_names_shapes_and_types_are_those_of_the_release(table, tmp_path, layout, expected):
    arrays = written(layout, table, tmp_path)
    assert set(arrays) == set(expected)
    for name, (shape, kind) in expected.items():
        assert arrays[name].shape == (45, *shape), name
        assert arrays[name].dtype.kind == 'U' if kind == 'U' else arrays[name].dtype == np.dtype(kind), name
    assert arrays['imgname'].dtype == '<U44'


def test_scale_is_the_box_in_px_before_it_is_widened(table, tmp_path):
    assert written('coco', table, tmp_path)['scale'][0, 0] * 4 / 3 == table['size'][0] == 64


def test_what_exists_is_told_where_the_release_documents_nothing(table, tmp_path):
    h36m = written('h36m', table, tmp_path)
    np.testing.assert_array_equal(h36m['gt_3d_kpts'][:, 0, :, 4], table['visibility'] != ABSENT)
    np.testing.assert_array_equal(h36m['ajahr_conf'], table['multi_hot'])
    coco = written('coco', table, tmp_path)
    both = np.concatenate([coco['body_opt_3d_joints'], coco['extra_opt_3d_joints']], 1)[..., 0]
    np.testing.assert_array_equal(both, table['visibility'] != ABSENT)


def test_chosen_rows_in_blocks(table, tmp_path, monkeypatch):
    monkeypatch.setattr('ajahr_mm.synthesis.output.official_columns._BLOCK', 4)
    rows = np.array([3, 1, 4, 15, 9, 2, 6])
    arrays = written('coco', table, tmp_path, rows)
    np.testing.assert_array_equal(arrays['betas'], table['betas'][rows])
    assert arrays['imgname'].tolist() == [f'{row:06d}.jpg' for row in rows]
