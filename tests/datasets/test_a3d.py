import numpy as np
import pytest

from ajahr_mm.anatomy import limbs
from ajahr_mm.datasets import A3DDataset
from ajahr_mm.io.errors import UserError


@pytest.mark.parametrize('kept', ['limb_extent', 'multi_hot', 'label'])
def test_any_one_limb_column_is_enough(tmp_path, write_miniature, kept):
    absent = {name: None for name in ('limb_extent', 'multi_hot', 'label') if name != kept}
    write_miniature(tmp_path, count=13, **absent)
    data = A3DDataset(data_root=str(tmp_path))
    for label in range(13):
        classes = limbs.label_to_classes(label)
        info = data.get_data_info(label)
        np.testing.assert_array_equal(info['limb_extent'], 3 - classes)
        assert info['has_limbs'] == 1


def test_residual_limbs_and_several_limbs(tmp_path, write_miniature):
    extent = np.full((6, 4), 3, np.float32)
    extent[0] = [1.4, 3, 3, 0]      # left transradial and right hip
    extent[1] = [3, 2.5, 3, 3]      # right partial hand
    classes = limbs.extent_to_classes(extent)
    hot = limbs.classes_to_multi_hot(classes)
    assert [classes[0].tolist(), classes[1].tolist()] == [[2, 0, 0, 3], [0, 1, 0, 0]]
    label = np.array([-1, 0, 12, 12, 12, 12])
    write_miniature(tmp_path, limb_extent=extent, multi_hot=hot, label=label)
    np.testing.assert_array_equal(A3DDataset(data_root=str(tmp_path)).get_data_info(0)['limb_extent'], extent[0])
    write_miniature(tmp_path, limb_extent=None, multi_hot=hot, label=label)
    np.testing.assert_array_equal(A3DDataset(data_root=str(tmp_path)).get_data_info(0)['limb_extent'], [1, 3, 3, 0])


@pytest.mark.parametrize('change,message', [
    (dict(label=np.array([0, 1, 2, 3, 4, 6])), r'label and limb_extent contradict each other in row 5'),
    (dict(label=np.array([0, 1, 2, -1, 4, 5])), r'label and limb_extent contradict each other in row 3'),
    (dict(label=np.array([0, 1, 2, 3, 4, 13])), r'label is outside -1..12 in row 5'),
    (dict(multi_hot=np.eye(12, dtype=np.uint8)[[0, 1, 2, 3, 4, 11]]), 'multi_hot and limb_extent contradict'),
    (dict(multi_hot=np.ones((6, 12), np.uint8)), 'carries two amputation levels'),
    (dict(label=None, multi_hot=None, limb_extent=None), 'lacks the column limb_extent'),
    (dict(label=np.array([0, -1, 2, 3, 4, 5]), multi_hot=None, limb_extent=None), 'without limb_extent or multi_hot to say which, in row 1'),
])
def test_refusals(tmp_path, write_miniature, change, message):
    write_miniature(tmp_path, **change)
    with pytest.raises(UserError, match=message):
        A3DDataset(data_root=str(tmp_path))


def test_missing_set_tells_the_tree_and_how_to_make_it(tmp_path):
    with pytest.raises(UserError, match=r'train/images/000000.jpg.*tools/quickstart.sh.*synthesize_a3d.py'):
        A3DDataset(data_root=str(tmp_path / 'train'))
