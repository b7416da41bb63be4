"""The sample of a person must be what training would have made of the same person."""
import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import COCO17_IN_HMR44, HMR44
from ajahr_mm.apis.inputs import list_pictures
from ajahr_mm.apis.people import Person, box_of_square, pack
from ajahr_mm.datasets.transforms.crop import CropBody
from ajahr_mm.geometry.boxes import square_box

BOX = np.array([20., 10., 70., 110.])


def keypoints():
    points = np.random.default_rng(3).uniform(15, 75, (17, 3))
    points[:, 2] = 0.9
    points[9] = 0          # not seen
    points[10, 2] = 0.3    # unsure
    points[16, :2] = 300   # far outside the crop
    return points


def test_the_crop_and_the_keypoints_are_those_of_the_training_pipeline(photo):
    packed = pack(Person(list_pictures(photo)[0], 0, photo, BOX, keypoints()), threshold=0.55)
    center, size = square_box(BOX)
    all44 = np.zeros((len(HMR44), 3))
    all44[list(COCO17_IN_HMR44)] = keypoints()
    trained = CropBody()(dict(img=photo, center=center, size=size, rotation=0.0, keypoints_2d=all44, projected_2d=all44,
                              visibility=np.zeros(len(HMR44), np.uint8)))
    np.testing.assert_array_equal(packed['inputs'].numpy().transpose(1, 2, 0), trained['img'])
    expected = trained['keypoints_2d'][list(COCO17_IN_HMR44[5:])]
    expected[5] = 0  # the right wrist is too unsure
    np.testing.assert_allclose(packed['data_samples'].gt.input_keypoints, expected, atol=1e-3)
    np.testing.assert_allclose(packed['data_samples'].affine, trained['affine'])


def test_twelve_keypoints_are_the_last_twelve_of_seventeen(photo):
    picture = list_pictures(photo)[0]
    both = [pack(Person(picture, 0, photo, BOX, points))['data_samples'].gt.input_keypoints.numpy()
            for points in (keypoints(), keypoints()[5:])]
    np.testing.assert_array_equal(*both)
    assert (both[0][:, 2] > 0).sum() == 10  # the unseen and the cropped one are gone


def test_without_keypoints_nothing_is_detected(photo):
    sample = pack(Person(list_pictures(photo)[0], 2, photo, BOX))['data_samples']
    assert sample.gt.input_keypoints.shape == (12, 3) and not sample.gt.input_keypoints.any()
    assert sample.sample_id == 'array_2' and sample.img_shape == (120, 100)


def test_inputs_are_not_changed(photo):
    points, before = keypoints(), keypoints()
    pack(Person(list_pictures(photo)[0], 0, photo, BOX, points), threshold=0.55)
    np.testing.assert_array_equal(points, before)


@pytest.mark.parametrize('center, size', [((128, 128), 256), ((31.5, 70), 99.25)])
def test_a_square_can_be_asked_for(center, size):
    found_center, found_size = square_box(box_of_square(center, size))
    np.testing.assert_allclose(found_center, center)
    assert found_size == pytest.approx(size)
