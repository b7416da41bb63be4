import numpy as np
import pytest
import torch

from ajahr_mm.anatomy import keypoints as keypoint_table
from ajahr_mm.geometry.cameras import project, weak_to_translation
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis import annotation


@pytest.fixture(scope='module')
def table(samples):
    return annotation.to_columns([sample.row for sample in samples])


def test_pictures_decode_to_the_asked_size(samples):
    import cv2
    for sample in samples:
        assert cv2.imdecode(np.frombuffer(sample.jpeg, np.uint8), cv2.IMREAD_COLOR).shape == (128, 128, 3)


def test_keypoints_are_those_of_the_collapsed_body_with_the_written_parameters(table):
    from ajahr_mm.body_models import build_body
    body = build_body('open')

    def rotations(name, joints):
        return axis_angle_to_matrix(torch.from_numpy(table[name]).reshape(30, joints, 3))
    with torch.no_grad():
        out = body(rotations('global_orient', 1)[:, 0], rotations('body_pose', 23), torch.from_numpy(table['betas']),
                   limb_extent=torch.from_numpy(table['limb_extent']), amputation='collapse')
    expected = out.keypoints.numpy() + table['transl'][:, None]
    np.testing.assert_allclose(table['keypoints_3d'][..., :3], expected, atol=2e-4)
    np.testing.assert_allclose(table['root_offset'], out.joints[:, 0].numpy(), atol=1e-5)


def test_2d_is_the_projection_of_3d_by_the_written_camera(table):
    camera = torch.from_numpy(table['camera'])
    np.testing.assert_allclose(weak_to_translation(camera, crop_size=128), table['transl'], rtol=1e-5)
    pixels = project(torch.from_numpy(table['keypoints_3d'][..., :3]), 5000., (64., 64.)).numpy()
    seen = table['keypoints_2d'][..., 2] > 0
    np.testing.assert_allclose(table['keypoints_2d'][..., :2][seen], pixels[seen], atol=2e-2)
    inside = ((pixels >= 0) & (pixels < 128)).all(-1)
    absent = table['visibility'] == annotation.ABSENT
    np.testing.assert_array_equal((table['visibility'] == annotation.OUTSIDE), ~inside & ~absent)


def test_absent_keypoints_are_those_of_the_lost_limbs_and_hidden_ones_exist_besides(table):
    np.testing.assert_array_equal(table['visibility'] == annotation.ABSENT,
                                  keypoint_table.missing_keypoints(table['limb_extent']))
    assert (table['visibility'] == annotation.OCCLUDED).any(1).sum() > 5
    assert (table['visibility'] == annotation.VISIBLE).mean() > .5


def test_ends_of_lost_limbs_are_inside_the_picture(table):
    from ajahr_mm.anatomy import limbs
    end = {'arm': ('shoulder', 'elbow', 'wrist'), 'leg': ('hip', 'knee', 'ankle')}
    pixels = project(torch.from_numpy(table['keypoints_3d'][..., :3]), 5000., (64., 64.)).numpy()
    checked = 0
    for row, limb in zip(*np.nonzero(table['limb_extent'] < 3)):
        side, kind = limbs.LIMBS[limb].split('_')
        index = keypoint_table.HMR44.index(f'{side}_{end[kind][int(table["limb_extent"][row, limb])]}')
        assert (pixels[row, index] > 0).all() and (pixels[row, index] < 128).all()
        checked += 1
    assert checked > 10


def test_a_picture_does_not_depend_on_what_is_made_before_it(make_config, samples):
    fresh = SYNTHESIS.build(make_config())
    for index, sample in zip(range(10, 20), fresh.render('train', 10, 20)):
        assert sample.jpeg == samples[index].jpeg
        np.testing.assert_array_equal(sample.row['keypoints_3d'], samples[index].row['keypoints_3d'])


def test_seed_and_split_change_the_pictures(make_config, pipeline, samples):
    other = SYNTHESIS.build(make_config(seed=4)).render('train', 0, 10)
    test = pipeline.render('test', 0, 10)
    for first, second in ((other, samples), (test, samples)):
        assert not np.array_equal(first[0].row['body_pose'], second[0].row['body_pose']) and first[0].jpeg != second[0].jpeg


def test_replacing_one_part_leaves_the_draws_of_the_others(make_config, samples):
    plain = make_config(backgrounds=dict(type='ProceduralScenes', shares=dict(plain=1.)))
    for changed, sample in zip(SYNTHESIS.build(plain).render('train', 0, 10), samples):
        assert changed.jpeg != sample.jpeg
        for name in ('body_pose', 'global_orient', 'betas', 'camera', 'limb_extent'):
            np.testing.assert_array_equal(changed.row[name], sample.row[name])


def test_person_is_in_the_picture(make_config):
    """Between two pictures that differ only in clothes, the pixels that change are the person's."""
    import cv2
    quiet = dict(finish=dict(type='CameraFinish', match=0., blur=0., grain=.6), companions=0,
                 occluders=dict(type='RandomOccluders', share=0.), view=dict(type='RandomView', cropped=0.))

    def pictures(**appearance):
        config = make_config(**quiet, appearance=dict(type='ProceduralAppearance', **appearance))
        return [cv2.imdecode(np.frombuffer(s.jpeg, np.uint8), 1).astype(int) for s in SYNTHESIS.build(config).render('train', 0, 10)]
    first, second = pictures(patterned=1., barefoot=0.), pictures(patterned=0., barefoot=1.)
    changed = [(abs(a - b).sum(-1) > 90).mean() for a, b in zip(first, second)]
    assert max(changed) > .03 and max(changed) < .5


def test_pose_sets_are_half_amputee_and_reproducible(pipeline):
    first, second = pipeline.pose_set(200, 'train'), pipeline.pose_set(200, 'train')
    assert first['body_pose'].shape == (200, 69) and (first['limb_extent'] < 3).any(1).sum() == 100
    np.testing.assert_array_equal(first['body_pose'], second['body_pose'])
    assert not np.array_equal(first['body_pose'], pipeline.pose_set(200, 'test')['body_pose'])


def test_labels_count_pixel_centres_as_whole_numbers(pipeline, samples):
    """A body of some 15 px lies in the picture where its vertices are labelled: on whole numbers, not half a pixel beside."""
    draft = pipeline._drafts('train', range(1))[0]
    pipeline._poser.pose([draft])
    draft.view = draft.view._replace(focal=5000.)
    draft.vertices = .25 * (draft.vertices - draft.vertices.mean(0))
    draft.place([.31, -.27, 40.])
    expected = draft.project(draft.vertices, pipeline.size)
    frame, = pipeline._maker._render([draft], np.ones_like(draft.vertices)[None])
    rows, columns = np.nonzero(frame.alpha[0] > 127)
    for seen, labelled in ((columns, expected[:, 0]), (rows, expected[:, 1])):
        assert abs((seen.min() + seen.max()) / 2 - (labelled.min() + labelled.max()) / 2) < .3


def test_residual_limbs_keep_their_end_in_sight_and_are_absent_beyond_it(make_config):
    config = make_config(amputation='stump', view=dict(type='PerspectiveView', cropped=.5), companions=0.,
                         subjects=dict(type='SubjectQuota', intact=0., residual=1.))
    pipeline = SYNTHESIS.build(config)
    pipeline.render('train', 0, 10)
    drafts = pipeline._drafts('train', range(10))
    pipeline._poser.pose(drafts)
    for draft in drafts:
        extent = draft.subject.limb_extent
        assert len(draft.ends) == (extent < 3).sum() >= 1 and (extent[extent < 3] % 1 > 0).all()
        draft.place(pipeline.view.frame(draft.view, draft.vertices, draft.ends, pipeline.size))
        pixels = draft.project(draft.ends, pipeline.size)
        assert (pixels > 0).all() and (pixels < pipeline.size).all()
        # the end lies on the surface of the stump: some vertex is near it, and none is much farther down the limb
        assert np.linalg.norm(draft.vertices[:, None] - draft.ends, axis=-1).min(0).max() < .13


def test_a_full_camera_is_written_down_as_it_was_used(make_config):
    pipeline = SYNTHESIS.build(make_config(view=dict(type='PerspectiveView')))
    rows = [sample.row for sample in pipeline.render('train', 0, 10)]
    assert len({float(row['focal']) for row in rows}) > 5
    for row in rows:
        points = torch.from_numpy(row['keypoints_3d'][None, :, :3])
        pixels = project(points, float(row['focal']), (64., 64.))[0].numpy()
        seen = row['keypoints_2d'][:, 2] > 0
        np.testing.assert_allclose(row['keypoints_2d'][seen, :2], pixels[seen], atol=2e-2)
        # the crop camera comes as near to it as any: nearer than one at the distance of the body's origin
        exists = row['projected_2d'][:, 2] > 0
        misses = []
        for camera in (row['camera'], np.float32([2 * row['focal'] / (128 * row['transl'][2]), *row['transl'][:2]])):
            body = points[0] - torch.from_numpy(row['transl']) + weak_to_translation(torch.from_numpy(camera)[None], 128)
            near = project(body[None], 5000., (64., 64.))[0].numpy()
            misses.append(np.square(near - pixels)[exists].sum())
        assert misses[0] <= misses[1] * 1.001


def test_masks_name_the_parts_that_are_seen_and_what_lies_over_them(make_config):
    import cv2
    config = make_config(mask=True, depth=True, companions=.5)
    for sample in SYNTHESIS.build(config).render('train', 0, 10):
        mask, depth = (cv2.imdecode(np.frombuffer(sample.extras[name], np.uint8), cv2.IMREAD_UNCHANGED)
                       for name in ('mask.png', 'depth.png'))
        assert mask.shape == depth.shape == (128, 128) and depth.dtype == np.uint16
        assert set(np.unique(mask)) <= {0, *range(1, 25), annotation.OTHER}
        person = (mask > 0) & (mask < annotation.OTHER)
        assert person.sum() > 200 and (depth[person] > 0).all()
        visible = sample.row['visibility'] == annotation.VISIBLE
        column, row = sample.row['keypoints_2d'][visible, :2].round().astype(int).clip(0, 127).T
        near = cv2.dilate(person.astype(np.uint8), np.ones((7, 7)))
        assert near[row, column].mean() > .9       # visible keypoints lie on the person


def test_a_companion_stands_on_the_same_floor(make_config):
    pipeline = SYNTHESIS.build(make_config(companions=1., view=dict(type='PerspectiveView')))
    pipeline.render('train', 0, 10)
    drafts = pipeline._drafts('train', range(10))
    for i, companion in zip(*pipeline._companions(drafts)):
        drafts[i].companion = companion
    pipeline._poser.pose([person for draft in drafts for person in draft.people])
    from ajahr_mm.synthesis.companions import place_beside
    for draft in drafts:
        draft.place(pipeline.view.frame(draft.view, draft.vertices, draft.ends, pipeline.size))
        draft.companion.place(place_beside(draft, np.random.default_rng(draft.index)))
        heights = [(person.vertices @ draft.view.up).min() for person in draft.people]
        assert heights[0] == pytest.approx(heights[1], abs=1e-3)
        assert draft.companion.vertices[:, 2].min() > .1 and draft.companion.background is draft.background


def test_a_fit_brings_its_shape_and_keeps_its_place(make_config):
    from ajahr_mm.synthesis.records import Place
    pipeline = SYNTHESIS.build(make_config(view=dict(type='FitView', other=dict(type='RandomView')), companions=0.))
    place = Place('photo.jpg', np.array([60., 70.]), 100., np.array([3.1, .1, 0.]), np.array([.9, .05, .2]), np.full(10, .3))
    sample_batch = pipeline.poses.sample_batch
    pipeline.poses.sample_batch = lambda rngs, split: [pose._replace(place=place) for pose in sample_batch(rngs, split)]
    row = next(sample.row for sample in pipeline.render('train', 0, 10) if (sample.row['limb_extent'] == 3).all())
    np.testing.assert_allclose(row['betas'], place.betas)
    np.testing.assert_allclose(row['global_orient'], place.global_orient, rtol=1e-6)
    np.testing.assert_allclose(row['camera'], place.camera, rtol=1e-5)
