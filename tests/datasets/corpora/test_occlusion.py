"""3DOH50K: everybody has all limbs; poses turned into the camera; 3D in the frame that its own pixels tell."""
import json

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy.keypoints import HMR44
from ajahr_mm.datasets.corpora import ThreeDOH50K
from ajahr_mm.io.errors import UserError

from ..miniatures.outdoors import turned, write_3doh
from ..miniatures.pictures import pixels


@pytest.mark.parametrize('camera_frame', [True, False])
def test_3doh(tmp_path, camera_frame):
    known = write_3doh(tmp_path, camera_frame=camera_frame)
    data = ThreeDOH50K(str(tmp_path))
    assert len(data) == 3
    for i in range(3):
        info = data.get_data_info(i)
        assert info['img_path'].endswith(f'testset/images/{i:05d}.jpg') and cv2.imread(info['img_path']) is not None
        found = Rotation.from_rotvec(info['global_orient']).as_matrix()
        np.testing.assert_allclose(found, turned(known['root'], known['extrinsics'])[i], atol=1e-5)
        np.testing.assert_allclose(info['body_pose'].reshape(-1), known['body'][i], rtol=1e-5)
        np.testing.assert_allclose([*info['center'], info['size']], [60, 60, 1.2 * 80])
        for name, joint in {'left_wrist': 20, 'mid_hip': 0, 'left_hip': 1}.items():
            np.testing.assert_allclose(info['keypoints_3d'][HMR44.index(name)], [*known['camera'][i, joint], 1], atol=1e-4)
            np.testing.assert_allclose(info['keypoints_2d'][HMR44.index(name), :2], pixels(known['camera'][i, joint]),
                                       rtol=1e-5)
        np.testing.assert_allclose(info['keypoints_2d'][HMR44.index('lsp_head_top')], known['lsp'][i, 13], rtol=1e-5)
        np.testing.assert_allclose(info['keypoints_2d'][HMR44.index('lsp_left_wrist')], known['lsp'][i, 11], rtol=1e-5)
        assert info['limb_extent'].tolist() == [3, 3, 3, 3]
        assert info['has_limbs'] == info['has_pose'] == info['has_betas'] == 1


@pytest.mark.parametrize('change,message', [
    (lambda person: person.pop('pose'), 'person 00001 lacks pose'),
    (lambda person: person.update(pose=[0.0] * 71), 'pose has not the same shape for all people'),
    (lambda person: person.update(betas=[['x'] * 10]), 'betas holds .* where numbers are expected')])
def test_broken_people(tmp_path, change, message):
    write_3doh(tmp_path)
    path = tmp_path / 'testset/annots.json'
    data = json.loads(path.read_text())
    change(data['00001'])
    path.write_text(json.dumps(data))
    with pytest.raises(UserError, match=message):
        ThreeDOH50K(str(tmp_path))


def test_another_json(tmp_path):
    write_3doh(tmp_path)
    (tmp_path / 'testset/annots.json').write_text('[1, 2]')
    with pytest.raises(UserError, match='is not a table of people'):
        ThreeDOH50K(str(tmp_path))
