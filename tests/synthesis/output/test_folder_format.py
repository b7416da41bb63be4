import cv2
import numpy as np

from ajahr_mm.datasets import A3DDataset
from ajahr_mm.synthesis.output.folder_format import FolderFormat


def test_the_dataset_class_reads_it_back(fill, made, tmp_path):
    fill(FolderFormat(), tmp_path)
    assert sorted(path.name for path in (tmp_path / 'train').iterdir()) == ['annotations.npz', 'images', 'masks']
    data = A3DDataset(data_root=str(tmp_path / 'train'))
    assert len(data) == 45 and len(A3DDataset(data_root=str(tmp_path / 'test'))) == 8
    for i in (0, 13, 14, 44):
        info, row = data.get_data_info(i), made[i].row
        np.testing.assert_array_equal(info['limb_extent'], np.float32(row['limb_extent']))
        np.testing.assert_allclose(info['body_pose'].reshape(-1), row['body_pose'], rtol=1e-6)
        np.testing.assert_array_equal(info['keypoints_2d'], row['keypoints_2d'])
        np.testing.assert_array_equal(info['visibility'], row['visibility'])
        assert cv2.imread(info['img_path']).shape == (64, 64, 3)
        assert (tmp_path / f'train/masks/{i:06d}.png').read_bytes() == made[i].extras['mask.png']
