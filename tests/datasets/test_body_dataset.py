import pickle

import numpy as np
import pytest
import torch
from mmengine.dataset import ConcatDataset, pseudo_collate
from torch.utils.data import DataLoader

from ajahr_mm.datasets import BodyDataset
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DATASETS

PIPELINE = [dict(type=t) for t in ('LoadImage', 'RandomFlipBody', 'RandomScaleRotate', 'CropBody', 'RandomColor',
                                   'DetectorKeypoints', 'PackBodyInputs')]


@pytest.fixture(autouse=True, scope='module')
def scope():
    import ajahr_mm.datasets  # noqa: F401
    from mmengine.registry import init_default_scope
    init_default_scope('ajahr_mm')


def test_reads_the_columns(tmp_path, write_miniature):
    columns = write_miniature(tmp_path)
    data = BodyDataset(data_root=str(tmp_path))
    assert len(data) == 6
    info = data.get_data_info(4)
    for name in ('center', 'global_orient', 'betas', 'transl', 'camera', 'root_offset', 'keypoints_2d', 'projected_2d', 'keypoints_3d',
                 'limb_extent'):
        np.testing.assert_array_equal(info[name], columns[name][4])
    np.testing.assert_array_equal(info['body_pose'].ravel(), columns['body_pose'][4])
    assert info['size'] == columns['size'][4] and info['img_path'] == str(tmp_path / 'images/000004.png')
    assert (info['has_pose'], info['has_betas'], info['has_limbs']) == (1, 1, 1)
    assert info['sample_id'] == 'body/4' and info['sample_idx'] == 4


def test_absent_columns_are_zero_and_said_to_be_absent(tmp_path, write_miniature):
    write_miniature(tmp_path, body_pose=None, betas=None, limb_extent=None, keypoints_3d=None, root_offset=None)
    info = BodyDataset(data_root=str(tmp_path)).get_data_info(0)
    assert (info['has_pose'], info['has_betas'], info['has_limbs']) == (0, 0, 0)
    assert not info['body_pose'].any() and not info['betas'].any() and not info['keypoints_3d'].any()
    np.testing.assert_array_equal(info['limb_extent'], [3, 3, 3, 3])
    np.testing.assert_array_equal(info['root_offset'], [0, 0, 0])


def test_flags_of_single_rows(tmp_path, write_miniature):
    write_miniature(tmp_path, has_pose=np.array([1, 0, 1, 1, 1, 1]), has_betas=np.zeros(6, bool))
    data = BodyDataset(data_root=str(tmp_path))
    assert [data.get_data_info(i)['has_pose'] for i in range(3)] == [1, 0, 1]
    assert data.get_data_info(0)['has_betas'] == 0


def test_changing_a_record_leaves_the_table_alone(a3d_folder):
    data = BodyDataset(data_root=str(a3d_folder))
    first = data.get_data_info(0)
    for value in first.values():
        if isinstance(value, np.ndarray):
            value += 1
    again = data.get_data_info(0)
    assert not np.allclose(first['keypoints_2d'], again['keypoints_2d'])
    assert not np.allclose(first['limb_extent'], again['limb_extent'])


def test_limbs_filter_indices_and_groups(tmp_path, write_miniature):
    write_miniature(tmp_path, count=26)  # labels 0..12 twice
    everyone = BodyDataset(data_root=str(tmp_path))
    intact = BodyDataset(data_root=str(tmp_path), limbs='intact')
    amputee = BodyDataset(data_root=str(tmp_path), limbs='amputee', indices=[1, 12])
    assert (len(everyone), len(intact), len(amputee)) == (26, 2, 2)
    np.testing.assert_array_equal(intact.rows(), [12, 25])
    np.testing.assert_array_equal(amputee.rows(), [1, 13])
    assert all((d['limb_extent'] == 3).all() for d in map(intact.get_data_info, range(2)))
    assert list(everyone.group_names('amputee')) == (['amputee'] * 12 + ['intact']) * 2
    assert list(amputee.group_names('group')) == ['south', 'south']
    assert list(intact.group_names('label')) == ['12', '12']


def test_built_from_a_config_and_loaded_by_workers(a3d_folder):
    data = DATASETS.build(dict(type='BodyDataset', data_root=str(a3d_folder), pipeline=PIPELINE))
    batch = next(iter(DataLoader(data, batch_size=3, num_workers=1, collate_fn=pseudo_collate)))
    assert len(batch['inputs']) == 3 and batch['inputs'][0].shape == (3, 256, 256)
    assert batch['inputs'][0].dtype == torch.uint8
    assert [s.sample_id for s in batch['data_samples']] == ['body/0', 'body/1', 'body/2']
    assert batch['data_samples'][0].gt.body_pose.shape == (23, 3, 3)


def test_parts_concatenate(a3d_folder):
    one = dict(type='BodyDataset', data_root=str(a3d_folder), name='one')
    both = ConcatDataset([DATASETS.build(one), DATASETS.build(dict(one, name='two'))])
    assert len(both) == 12 and both.get_data_info(7)['sample_id'] == 'two/1'


def test_a_metainfo_string_is_never_opened_as_a_file(a3d_folder):
    (a3d_folder / 'note').write_text('from the file')
    data = BodyDataset(data_root=str(a3d_folder), metainfo=dict(note=str(a3d_folder / 'note')))
    assert data.metainfo['note'] == str(a3d_folder / 'note')


@pytest.mark.parametrize('change,message', [
    (dict(center=None), 'lacks the column center'),
    (dict(center=np.zeros((6, 1, 2))), r'center has shape \(6, 1, 2\), expected \(6, 2\)'),
    (dict(body_pose=np.zeros((6, 72))), r'expected \(6, 69\)'),
    (dict(betas=np.full((6, 10), np.nan)), 'betas is NaN or infinite in rows 0, 1, 2, 3, 4, … '),
    (dict(size=np.array([1, 1, 0, 1, 1, -1.])), r'size is not positive in rows 2, 5'),
    (dict(limb_extent=np.full((6, 4), 3.5)), r'limb extent is outside \[0, 3\]'),
    (dict(image=np.arange(6)), 'image holds int64, expected str'),
])
def test_refusals(tmp_path, write_miniature, change, message):
    write_miniature(tmp_path, **change)
    with pytest.raises(UserError, match=message) as error:
        BodyDataset(data_root=str(tmp_path))
    assert 'annotations.npz' in str(error.value)


def test_missing_file_and_empty_selection(tmp_path, a3d_folder):
    with pytest.raises(UserError, match='quickstart.sh'):
        BodyDataset(data_root=str(tmp_path / 'nowhere'))
    with pytest.raises(UserError, match="no records with limbs='intact'"):
        BodyDataset(data_root=str(a3d_folder), limbs='intact')
    with pytest.raises(UserError, match="limbs='some'"):
        BodyDataset(data_root=str(a3d_folder), limbs='some')
    (a3d_folder / 'images/000002.png').unlink()
    with pytest.raises(UserError, match='000002.png does not exist'):
        BodyDataset(data_root=str(a3d_folder), pipeline=[dict(type='LoadImage')])[2]


# ---------------------------------------------------------------------- bad records
def skipping(folder, **kwargs):
    return BodyDataset(data_root=str(folder), on_bad='skip', pipeline=[dict(type='LoadImage')], **{'max_bad': 1, **kwargs})


def test_impossible_rows_are_left_out_and_counted(tmp_path, write_miniature):
    columns = write_miniature(tmp_path, count=26)
    pose, size = columns['body_pose'].copy(), columns['size'].copy()
    extent = columns['limb_extent'].copy()
    pose[3, 5], size[7], extent[9, 2] = np.nan, -1, 4
    write_miniature(tmp_path, count=26, body_pose=pose, size=size, limb_extent=extent)
    data = skipping(tmp_path)
    assert len(data) == 23 and not {3, 7, 9} & set(data.rows().tolist()) and len(data.bad_samples) == 3
    assert all(np.isfinite(data.get_data_info(i)['body_pose']).all() for i in range(23))
    with pytest.raises(UserError, match=r'3 of 26 records cannot be used, more than the 2 that max_bad allows'):
        skipping(tmp_path, max_bad=0.05)
    with pytest.raises(UserError, match='body_pose is NaN or infinite in row 3'):
        BodyDataset(data_root=str(tmp_path))


def test_a_bad_picture_is_replaced_by_one_of_the_same_kind(tmp_path, write_miniature):
    write_miniature(tmp_path, count=39)  # row 12, 25 and 38 are intact
    (tmp_path / 'images/000012.png').write_bytes(b'torn')
    (tmp_path / 'images/000003.png').unlink()
    data = skipping(tmp_path)
    other = data[12]
    assert other['sample_id'] in ('body/25', 'body/38') and other['img'].any() and (other['limb_extent'] == 3).all()
    assert (data[3]['limb_extent'] < 3).any() and data[5]['sample_id'] == 'body/5'
    assert len(data.bad_samples) == 2
    again = skipping(tmp_path)  # in another order, in another process, after a resume: the same
    assert [again[i]['sample_id'] for i in (3, 12, 3, 12)] == [data[i]['sample_id'] for i in (3, 12, 3, 12)]


def test_a_resumed_run_replaces_alike(tmp_path, write_miniature):
    write_miniature(tmp_path, count=26)
    for row in (0, 1, 2, 14, 15):
        (tmp_path / f'images/{row:06d}.png').unlink()
    forwards, backwards = skipping(tmp_path), skipping(tmp_path)
    one = [forwards[i]['sample_id'] for i in range(26)]
    assert one == [backwards[i]['sample_id'] for i in reversed(range(26))][::-1]
    assert one == [forwards[i]['sample_id'] for i in range(26)]


def test_too_many_bad_pictures_stop_with_a_sentence(tmp_path, write_miniature):
    write_miniature(tmp_path, count=26)
    for row in range(5):
        (tmp_path / f'images/{row:06d}.png').unlink()
    data = skipping(tmp_path, max_bad=0.1)
    with pytest.raises(UserError, match=r'4 of 26 records cannot be used, more than the 3 .*does not exist'):
        for i in range(26):
            data[i]


def test_a_kind_without_a_usable_picture_stops(tmp_path, write_miniature):
    write_miniature(tmp_path, count=26)
    for row in (12, 25):
        (tmp_path / f'images/{row:06d}.png').unlink()
    with pytest.raises(UserError, match='neither sample 12 nor 1000 others in its place'):
        skipping(tmp_path)[12]


def test_evaluation_never_replaces(tmp_path, write_miniature):
    write_miniature(tmp_path)
    (tmp_path / 'images/000002.png').unlink()
    with pytest.raises(UserError, match='000002.png does not exist'):
        skipping(tmp_path, test_mode=True)[2]


def test_bugs_are_not_taken_for_bad_data(a3d_folder):
    class Broken:
        def __call__(self, results):
            raise TypeError('ours')
    data = skipping(a3d_folder)
    data.pipeline.transforms.append(Broken())
    with pytest.raises(TypeError, match='ours'):
        data[0]


@pytest.mark.parametrize('method', ['fork', 'spawn'])
def test_all_workers_count_together(tmp_path, write_miniature, method):
    write_miniature(tmp_path, count=26)
    for row in (1, 2, 20):
        (tmp_path / f'images/{row:06d}.png').unlink()
    data = skipping(tmp_path)
    loader = DataLoader(data, batch_size=2, num_workers=2, multiprocessing_context=method, collate_fn=list)
    batches = [sample for batch in loader for sample in batch]
    assert len(batches) == 26 and not {'body/1', 'body/2', 'body/20'} & {s['sample_id'] for s in batches}
    assert len(data.bad_samples) == 3 and all(s['img'].any() for s in batches)


@pytest.mark.parametrize('method', ['fork', 'spawn'])
def test_the_table_is_mapped_and_never_shipped(tmp_path, write_miniature, method):
    write_miniature(tmp_path, count=200)
    data = BodyDataset(data_root=str(tmp_path))
    assert len(pickle.dumps(data.table)) < 5000
    assert all(not column.flags.owndata and not column.flags.writeable for column in data.table.columns.values())
    loader = DataLoader(data, batch_size=50, num_workers=1, multiprocessing_context=method, collate_fn=list)
    loaded = [sample for batch in loader for sample in batch]
    for i in (0, 77, 199):
        np.testing.assert_array_equal(loaded[i]['keypoints_2d'], data.get_data_info(i)['keypoints_2d'])


def test_subsets(tmp_path, write_miniature):
    write_miniature(tmp_path, count=26)
    data = BodyDataset(data_root=str(tmp_path))
    part = data.get_subset([5, -1, 5])
    assert part.rows().tolist() == [5, 25, 5] and part.table is data.table and len(data) == 26
    assert data.get_subset(3).rows().tolist() == [0, 1, 2] and data.get_subset(-2).rows().tolist() == [24, 25]
    with pytest.raises(UserError, match='indices=26 is outside the 26 records'):
        data.get_subset([26])
    lazy = BodyDataset(data_root=str(tmp_path), lazy_init=True)
    assert lazy.rows().tolist() == list(range(26))


def test_empty_split(tmp_path, write_miniature):
    columns = write_miniature(tmp_path)
    np.savez(tmp_path / 'empty.npz', **{name: column[:0] for name, column in columns.items()})
    with pytest.raises(UserError, match='empty.npz is empty: its columns have no rows'):
        BodyDataset(ann_file='empty.npz', data_root=str(tmp_path))


@pytest.mark.parametrize('on_bad', ['raise', 'skip'])
def test_broken_annotation_files_are_named_under_either_policy(tmp_path, write_miniature, on_bad):
    columns = write_miniature(tmp_path)
    path = tmp_path / 'annotations.npz'
    whole = path.read_bytes()
    path.write_bytes(whole[:len(whole) // 2])
    with pytest.raises(UserError, match='annotations.npz is not a readable npz'):
        BodyDataset(data_root=str(tmp_path), on_bad=on_bad)
    for change, message in ((dict(betas=columns['betas'][:4]), 'columns of different lengths.*betas 4'),
                            (dict(image=columns['image'].astype(object)), "array 'image' holds pickled")):
        np.savez(path, **{**columns, **change})
        with pytest.raises(UserError, match=message):
            BodyDataset(data_root=str(tmp_path), on_bad=on_bad)
