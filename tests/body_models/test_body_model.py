"""The whole body layer: against smplx, against stored numbers of the release's zero matrices, and its promises."""
from pathlib import Path

import numpy as np
import pytest
import torch

from ajahr_mm.anatomy import keypoints as keypoint_sets
from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.skeleton import FLIP, descendants
from ajahr_mm.body_models import BodyModel, build_body
from ajahr_mm.body_models.assets import OPEN_BODY, load_body
from ajahr_mm.geometry.rotations import flip_rotation
from ajahr_mm.io import UserError
from ajahr_mm.registry import BODY_MODELS

PARITY = Path(__file__).parents[1] / 'data' / 'amputation.npz'


def smplx_layer(path):
    smplx = pytest.importorskip('smplx')
    body, parents = load_body(path), np.load(OPEN_BODY)['kintree_table'].astype(np.int64)
    parents[0, 0] = -1
    data = smplx.utils.Struct(
        v_template=body.v_template, shapedirs=body.shapedirs, J_regressor=body.J_regressor, weights=body.weights,
        posedirs=np.zeros((len(body.v_template), 3, 207)) if body.posedirs is None else body.posedirs,
        f=body.faces, kintree_table=parents)
    landmarks = dict.fromkeys(smplx.vertex_ids.vertex_ids['smplh'], 0)
    return smplx.SMPLLayer(model_path='', data_struct=data, num_betas=10, vertex_ids=landmarks)


@pytest.mark.parametrize('source', ['open', 'synthetic'])
@pytest.mark.parametrize('zeroed', [(), (4, 7, 10), (16, 18, 20, 22)])
def test_matches_smplx_on_the_same_arrays(source, zeroed, smpl_path, pose):
    path = OPEN_BODY if source == 'open' else smpl_path
    orient, body_pose, betas = pose(3, seed=1)
    reference_pose = body_pose.clone()
    reference_pose[:, [j - 1 for j in zeroed]] = 0
    transl = torch.tensor([[0.1, -0.2, 3.]] * 3)
    with torch.no_grad():
        expected = smplx_layer(path)(global_orient=orient[:, None], body_pose=reference_pose, betas=betas, transl=transl)
    extent = torch.full((3, 4), 3.)
    for limb, chain in enumerate(limbs.CHAINS):
        if zeroed and zeroed[-1] in chain:
            extent[:, limb] = 4 - len(zeroed)
    got = build_body(path, mask_pose_blend=False)(orient, body_pose, betas, transl, limb_extent=extent)
    assert (got.vertices - expected.vertices).abs().max() < 1e-5
    assert (got.joints - expected.joints[:, :24]).abs().max() < 1e-5


def test_zero_matrices_give_the_stored_numbers_of_the_release(smpl_path):
    """17 cases: the 12 labels, intact, two combinations, only the topmost joint zeroed, identity instead of zeros."""
    stored = np.load(PARITY)
    labels = [[i] for i in range(13)] + [[1, 8], [2, 5, 8, 11]]
    classes = np.stack([sum(limbs.label_to_classes(i) for i in row) for row in labels])
    pose = torch.from_numpy(stored['body_pose_intact']).repeat(17, 1, 1, 1)
    mask = torch.from_numpy(stored['zero_mask']).bool()
    pose[15][mask[15]] = 0
    pose[16][torch.from_numpy(stored['label_rows'][1]).bool()] = torch.eye(3)
    extent = np.full((17, 4), 3, np.float32)
    extent[:15] = limbs.classes_to_extent(classes)
    out = build_body(smpl_path, mask_pose_blend=False)(
        torch.from_numpy(stored['global_orient']).expand(17, 3, 3), pose,
        torch.from_numpy(stored['betas']).expand(17, 10), limb_extent=torch.from_numpy(extent))
    assert np.abs(out.vertices.numpy() - stored['vertices']).max() < 1e-5
    assert np.abs(out.joints.numpy() - stored['joints24']).max() < 1e-5
    moved = np.abs(stored['vertices'][16] - stored['vertices'][1]).max()
    assert moved > 0.01  # the negative control is far away, so the comparison can fail


def test_masked_pose_blend_leaves_other_parts_alone(smpl_path, pose):
    orient, body_pose, betas = pose(1, seed=2)
    extent = torch.tensor([[3., 1., 3., 3.]])
    intact = build_body(smpl_path)(orient, body_pose, betas)
    far = intact.vertices[:, 4::24]  # fully bound to the left knee in this body
    masked = build_body(smpl_path)(orient, body_pose, betas, limb_extent=extent).vertices[:, 4::24]
    released = build_body(smpl_path, mask_pose_blend=False)(orient, body_pose, betas, limb_extent=extent).vertices[:, 4::24]
    body_pose[:, [j - 1 for j in (19, 21, 23)]] = torch.eye(3)  # what silencing means: as if the lost joints were at rest
    rest = build_body(smpl_path)(orient, body_pose, betas).vertices[:, 4::24]
    assert (masked - rest).abs().max() < 1e-6
    assert (released - rest).abs().max() > 1e-4 and (far - rest).abs().max() > 1e-5


@pytest.mark.parametrize('label', range(12))
def test_collapsed_joints_coincide_with_the_topmost_lost_one(open_body, pose, label):
    orient, body_pose, betas = pose(2, seed=label)
    extent = torch.from_numpy(limbs.classes_to_extent(limbs.label_to_classes(label))).expand(2, 4)
    intact, out = open_body(orient, body_pose, betas), open_body(orient, body_pose, betas, limb_extent=extent)
    top = limbs.zeroed_joints(*limbs.label_to_limb(label))[0]
    below = descendants(top)
    assert (out.joints[:, below] == out.joints[:, [top]]).all()
    others = [j for j in range(24) if j not in below]
    assert torch.equal(out.joints[:, others], intact.joints[:, others])
    torch.testing.assert_close(out.joints[:, top], intact.joints[:, top], atol=1e-6, rtol=0)
    bound = open_body.lbs_weights[:, below].sum(1) > 1 - 1e-6
    assert (out.vertices[:, bound] - out.joints[:, [top]]).abs().max() < 2e-6


@pytest.mark.parametrize('mode', ['collapse', 'stump'])
def test_limbs_of_one_batch_do_not_disturb_each_other(open_body, pose, mode):
    """A batch of different losses equals one body at a time, and several losses equal each on its own limb."""
    orient, body_pose, betas = pose(4, seed=3)
    extent = torch.tensor([[3., 3, 3, 3], [1.4, 3, 3, 3], [3, 3, 0.6, 2.2], [0, 1, 2, 2.7]])
    together = open_body(orient, body_pose, betas, limb_extent=extent, amputation=mode)
    for b in range(4):
        row = slice(b, b + 1)
        alone = open_body(orient[row], body_pose[row], betas[row], limb_extent=extent[row], amputation=mode)
        torch.testing.assert_close(together.vertices[row], alone.vertices, atol=2e-6, rtol=0)
    one = extent[3:].clone()
    one[:, 1:] = 3
    single = open_body(orient[3:], body_pose[3:], betas[3:], limb_extent=one, amputation=mode)
    arm = open_body.lbs_weights[:, [16, 18, 20, 22]].sum(1) > 0.99
    torch.testing.assert_close(together.vertices[3:, arm], single.vertices[:, arm], atol=2e-6, rtol=0)


@pytest.mark.parametrize('mode', ['collapse', 'stump'])
def test_mirrored_person_has_the_mirrored_surface(open_body, pose, mode):
    orient, body_pose, betas = pose(1, seed=4)
    extent = torch.tensor([[1.4, 3., 0., 2.6]])
    rotations = torch.cat([orient[:, None], body_pose], 1)
    flipped = flip_rotation(rotations)[:, list(FLIP)]
    out = open_body(orient, body_pose, betas, limb_extent=extent, amputation=mode)
    other = open_body(flipped[:, 0], flipped[:, 1:], betas, limb_extent=extent[:, list(limbs.FLIP)], amputation=mode)
    sign = torch.tensor([-1., 1., 1.])
    mirror = torch.from_numpy(np.load(OPEN_BODY)['mirror']).long()
    assert (other.vertices - out.vertices[:, mirror] * sign).abs().max() < 1e-5
    assert (other.joints - out.joints[:, list(FLIP)] * sign).abs().max() < 1e-5
    assert (other.keypoints - out.keypoints[:, list(keypoint_sets.HMR44_FLIP)] * sign).abs().max() < 1e-5
    assert torch.equal(other.keypoint_present, out.keypoint_present[:, list(keypoint_sets.HMR44_FLIP)])


@pytest.mark.parametrize('mode', ['collapse', 'stump'])
def test_intact_extents_change_nothing_at_all(open_body, pose, mode):
    orient, body_pose, betas = pose(2, seed=5)
    plain = open_body(orient, body_pose, betas)
    full = open_body(orient, body_pose, betas, limb_extent=torch.full((2, 4), 3.), amputation=mode)
    for name in ('vertices', 'joints', 'keypoints', 'joint_present', 'keypoint_present'):
        assert torch.equal(getattr(plain, name), getattr(full, name))
    assert plain.joint_present.all()


@pytest.mark.parametrize('mode', ['collapse', 'stump'])
def test_keypoints_alone_equal_those_of_the_whole_body(open_body, pose, mode):
    orient, body_pose, betas = pose(2, seed=6)
    options = dict(limb_extent=torch.tensor([[3., 3, 2, 0.5]] * 2), amputation=mode, transl=torch.ones(2, 3))
    whole = open_body(orient, body_pose, betas, **options)
    few = open_body(orient, body_pose, betas, with_vertices=False, **options)
    assert few.vertices is None and torch.equal(few.keypoints, whole.keypoints) and torch.equal(few.joints, whole.joints)
    body = load_body('open')  # and both are what the tables say, on vertices of the full mesh
    expected = (torch.from_numpy(body.keypoint_joints) @ whole.joints
                + torch.from_numpy(body.keypoint_vertices) @ whole.vertices[:, body.keypoint_vertex_ids])
    torch.testing.assert_close(few.keypoints, expected, atol=2e-6, rtol=0)


def test_masks_follow_the_limb_table(open_body, pose):
    extent = torch.tensor([[3., 2, 1, 0], [2.6, 1.4, 2.3, 0.6]])
    out = open_body(*pose(2, seed=7), limb_extent=extent, amputation='stump')
    assert torch.equal(out.joint_present, ~limbs.missing_joints(extent))
    assert torch.equal(out.keypoint_present, ~keypoint_sets.missing_keypoints(extent))


def test_vertex_subset(pose):
    ids = [5000, 3, 42]
    options = dict(limb_extent=torch.tensor([[1.4, 1.4, 1.4, 1.4]]), amputation='stump')
    subset = BODY_MODELS.build(dict(type='BodyModel', source='open', vertex_ids=ids))
    got, whole = subset(*pose(1, seed=8), **options), build_body()(*pose(1, seed=8), **options)
    assert subset.num_vertices == 3
    torch.testing.assert_close(got.vertices, whole.vertices[:, ids], atol=1e-6, rtol=0)
    torch.testing.assert_close(got.keypoints, whole.keypoints)


def test_autocast_does_not_touch_the_body(open_body, pose):
    orient, body_pose, betas = pose(1, seed=9)
    plain = open_body(orient, body_pose, betas)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        cast = open_body(orient, body_pose, betas)
    assert cast.vertices.dtype == torch.float32 and torch.equal(cast.vertices, plain.vertices)
    low = open_body(orient.bfloat16(), body_pose.bfloat16(), betas.bfloat16())  # predictions of a network in bfloat16
    assert low.joints.dtype == torch.float32


@pytest.mark.parametrize('mode', ['collapse', 'stump'])
def test_gradients_in_double_precision(smpl_path, pose, mode):
    body = BodyModel(smpl_path, vertex_ids=range(48)).double()
    inputs = [t.requires_grad_() for t in pose(1, seed=10, dtype=torch.float64)]
    extent = torch.tensor([[1.4, 0.63, 2.21, 2.7]], dtype=torch.float64, requires_grad=mode == 'stump')

    def run(*values):
        out = body(*values[:3], limb_extent=values[3], amputation=mode)
        return out.vertices, out.joints, out.keypoints

    assert torch.autograd.gradcheck(run, [*inputs, extent], fast_mode=True)


def test_half_precision_networks_keep_a_precise_body(smpl_path, pose):
    inputs = pose(1, seed=9)
    plain, body = BodyModel(smpl_path), BodyModel(smpl_path)
    network = torch.nn.Sequential(torch.nn.Linear(2, 2), body).bfloat16()
    assert network[0].weight.dtype == torch.bfloat16
    assert torch.equal(body(*inputs).vertices, plain(*inputs).vertices)
    assert body.double().to(torch.float16)(*inputs).vertices.dtype == torch.float64
    assert body.float()(*inputs).vertices.dtype == torch.float32


def test_double_precision_is_closer_to_itself(pose):
    """float64 all the way: against the same body in float32 they agree as far as float32 goes, and no further."""
    body, inputs = BodyModel(), pose(2, seed=3)
    extent = torch.tensor([[1.4, 3, 0.6, 2.2], [2.7, 0., 1., 3.]])
    single = body(*inputs, limb_extent=extent, amputation='stump').vertices
    double = body.double()(*(t.double() for t in inputs), limb_extent=extent.double(), amputation='stump').vertices
    assert double.dtype == torch.float64 and 0 < (single - double).abs().max() < 1e-5


def test_stump_gradients_of_the_packaged_body(pose):
    """Finite differences on the open body, which unlike the artificial one has digits; one vertex in a hundred."""
    full = BodyModel()
    on_limbs = np.flatnonzero(full.stump._field.coordinate > 0)
    body = BodyModel(vertex_ids=on_limbs[::97]).double()
    inputs = [t.requires_grad_() for t in pose(2, seed=11, dtype=torch.float64)]
    extent = torch.tensor([[1.43, 0.63, 2.21, 2.73], [2.37, 2.61, 0.13, 1.91]], dtype=torch.float64, requires_grad=True)

    def run(*values):
        out = body(*values[:3], limb_extent=values[3], amputation='stump')
        return out.vertices, out.joints, out.keypoints

    assert torch.autograd.gradcheck(run, [*inputs, extent], fast_mode=True, eps=1e-7, atol=1e-5)


@pytest.mark.parametrize('mode', ['collapse', 'stump'])
def test_ghosts_are_the_joints_of_the_intact_person(open_body, smpl_path, pose, mode):
    inputs, transl = pose(2, seed=12), torch.tensor([[1., 2., 3.], [0., 0., -1.]])
    extent = torch.tensor([[1.4, 3., 0., 3.], [3., 2., 3., 2.7]])
    for body in (open_body, build_body(smpl_path)):
        intact = body(*inputs, transl)
        out = body(*inputs, transl, limb_extent=extent, amputation=mode, ghost=True)
        torch.testing.assert_close(out.ghost_joints, intact.joints)
        torch.testing.assert_close(out.ghost_keypoints, intact.keypoints)
        plain = body(*inputs, transl, limb_extent=extent, amputation=mode)
        assert torch.equal(out.joints, plain.joints) and torch.equal(out.vertices, plain.vertices)
        assert plain.ghost_joints is None and plain.ghost_keypoints is None


@pytest.mark.parametrize('mode', ['collapse', 'stump'])
def test_lost_joints_are_never_where_the_limb_would_be(open_body, pose, mode):
    extent = torch.rand(40, 4, generator=torch.Generator().manual_seed(5)) * 3
    inputs = pose(40, seed=13)
    out = open_body(*inputs, limb_extent=extent, amputation=mode, ghost=True)
    assert torch.isfinite(out.joints).all() and torch.isfinite(out.keypoints).all()
    below = ~out.joint_present & torch.isin(torch.arange(24), torch.tensor([4, 5, 7, 8, 10, 11, 18, 19, 20, 21, 22, 23]))
    away = (out.joints - out.ghost_joints).norm(dim=-1)
    topmost = torch.zeros_like(below)  # collapse leaves the topmost lost joint in its place
    for chain in limbs.CHAINS:
        for upper, lower in zip(chain, chain[1:]):
            topmost[:, lower] = ~out.joint_present[:, lower] & out.joint_present[:, upper]
    wrist_and_more = below & ~topmost
    assert below.sum() > 200 and (away[wrist_and_more] > 0.01).all()
    assert away[out.joint_present].max() < 1e-5
    if mode == 'stump':  # every lost joint lies on the skin of what is left
        for b in range(5):
            gap = (out.joints[b, below[b], None] - out.vertices[b]).norm(dim=-1).amin(1)
            assert gap.max() < 0.03


def test_collapse_reports_what_it_shows(open_body, pose):
    """A partial hand cannot be collapsed by halves: the hand joint lies on the wrist, so it is not there."""
    out = open_body(*pose(1, seed=14), limb_extent=torch.tensor([[2.7, 3., 3., 1.4]]))
    assert not out.joint_present[0, 22] and out.joint_present[0, 20] and torch.equal(out.joints[0, 22], out.joints[0, 20])
    assert out.joint_present[0, 5] and not out.joint_present[0, 8]


@pytest.mark.parametrize('options, message', [
    (dict(rounding=2.), 'rounding must be a number from 0.2 to 1.5, got 2.0'), (dict(taper=-0.1), 'taper must be'),
    (dict(root_rounding='big'), 'root_rounding must be'), (dict(rounding=True), 'rounding must be'),
    ([1.], r'stump must be a dict of rounding, root_rounding, taper, got \[1.0\]'),
    (dict(sharpness=1), 'stump has no parameter sharpness; it has rounding, root_rounding, taper')])
def test_wrong_stump_parameters_are_named(options, message):
    with pytest.raises(UserError, match=message):
        BODY_MODELS.build(dict(type='BodyModel', stump=options))


def test_wrong_vertex_ids_are_named():
    for ids in ([-1], [10 ** 6]):
        with pytest.raises(UserError, match='vertex_ids must lie in 0..'):
            BodyModel(vertex_ids=ids)


@pytest.mark.slow
@pytest.mark.parametrize('mode', ['intact', 'collapse', 'stump'])
def test_compiles_in_one_piece(open_body, pose, mode):
    """One graph without breaks, forward and backward, and the same numbers."""
    extent = None if mode == 'intact' else torch.tensor([[1.4, 3, 0.6, 2.2], [2.7, 0., 1., 3.]])
    options = dict(limb_extent=extent, amputation='collapse' if mode == 'intact' else mode)
    torch._dynamo.reset()
    compiled, results = torch.compile(open_body, fullgraph=True, backend='aot_eager'), []
    for body in (open_body, compiled):
        inputs = [t.requires_grad_() for t in pose(2, seed=15)]
        out = body(*inputs, **options)
        out.vertices.square().sum().backward()
        results.append([out.vertices, out.joints, out.keypoints, *(t.grad for t in inputs)])
    for plain, other in zip(*results):
        torch.testing.assert_close(other, plain, atol=1e-4, rtol=1e-4)


def test_checkpoints_never_carry_the_body(open_body):
    assert open_body.state_dict() == {}


@pytest.mark.parametrize('change, message', [
    (dict(body_pose=torch.eye(3).expand(1, 21, 3, 3)), r'body_pose has shape \(1, 21, 3, 3\)'),
    (dict(betas=torch.zeros(2, 10)), 'betas has shape'), (dict(transl=torch.zeros(3)), 'transl has shape'),
    (dict(amputation='cut'), "amputation='cut' is not one of collapse, stump"),
    (dict(limb_extent=torch.tensor([[3., 3, 3, 4]])), 'outside')])
def test_wrong_arguments_are_named(open_body, pose, change, message):
    orient, body_pose, betas = pose(1, seed=0)
    with pytest.raises(UserError, match=message):
        open_body(**{**dict(global_orient=orient, body_pose=body_pose, betas=betas), **change})
