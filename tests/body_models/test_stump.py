"""Residual limbs: they end where they should, closed and smooth, bigger the longer, finite gradients everywhere."""
import numpy as np
import pytest
import torch

from ajahr_mm.anatomy import limbs
from ajahr_mm.body_models import BodyModel
from ajahr_mm.body_models.assets import load_body
from ajahr_mm.body_models.limb_field import STATIONS, limb_field
from ajahr_mm.body_models.stump import _along

EXTENTS = (0., 0.6, 1., 1.4, 1.9, 2., 2.3, 2.7)


def rest(body, extent, betas=None):
    """T-posed bodies whose limbs end at ``extent`` (B,4)."""
    batch, eye = len(extent), torch.eye(3)
    betas = torch.zeros(batch, 10) if betas is None else betas
    return body(eye.expand(batch, 3, 3), eye.expand(batch, 23, 3, 3), betas, limb_extent=extent, amputation='stump')


def intact_joints(body):
    return rest(body, torch.full((1, 4), 3.)).joints


def with_limb(limb, values):
    extent = torch.full((len(values), 4), 3.)
    extent[:, limb] = torch.as_tensor(values)
    return extent


def volumes(vertices, faces):
    a, b, c = vertices.double()[:, faces].unbind(2)
    return (a * torch.cross(b, c, dim=-1)).sum((1, 2)) / 6


@pytest.mark.parametrize('limb', range(4))
def test_volume_grows_with_the_extent(open_body, limb):
    extent = with_limb(limb, np.linspace(0, 3, 61))
    litres = 1000 * volumes(rest(open_body, extent).vertices, open_body.faces)
    assert (litres.diff() > 0).all()
    # A whole leg is about a sixth of a body, an arm a twentieth; half a thigh is half of its volume, roughly.
    share = (litres[-1] - litres[0]) / litres[-1]
    assert (0.1 < share < 0.22) if limb >= 2 else (0.03 < share < 0.08)


@pytest.mark.parametrize('limb', range(4))
@pytest.mark.parametrize('value', [0.6, 1.4, 1.9])
def test_limb_ends_at_its_extent_and_nothing_else_moves(open_body, limb, value):
    extent = with_limb(limb, [value])
    out, intact = rest(open_body, extent), rest(open_body, torch.full((1, 4), 3.))
    moved = (out.vertices != intact.vertices).any(-1)[0]
    assert (open_body.lbs_weights[moved][:, list(limbs.CHAINS[limb])].sum(1) > 0.3).all()
    chain, whole = limbs.CHAINS[limb], int(value)
    start, end = intact.joints[0, chain[whole]], intact.joints[0, chain[whole + 1]]
    along = (end - start) / (end - start).norm()
    mine = open_body.lbs_weights[:, list(chain)].sum(1) > 0.9
    reach = ((out.vertices[0, mine] - start) @ along).max() / (end - start).norm()
    assert abs(reach - (value - whole)) < 0.02
    lost = ~out.joint_present[0]
    assert (out.joints[0, lost] - (start + (value - whole) * (end - start))).norm(dim=-1).max() < 0.002
    assert (out.joints[0, lost][:, None] - out.vertices[0]).norm(dim=-1).amin(1).max() < 1e-5  # on the pole of the cap


@pytest.mark.parametrize('value', [0.6, 1.4, 1.7])
def test_cap_begins_with_the_slope_of_the_limb(value):
    """Near its seam the cap leaves the intact skin by the square of the distance only: no crease."""
    extent = torch.full((1, 4), value)
    straight = BodyModel(stump=dict(taper=0.))
    out, intact = (rest(straight, e).vertices[0] for e in (extent, torch.full((1, 4), 3.)))
    body = load_body('open')
    field = limb_field(body)
    points = field.stations @ (body.J_regressor @ body.v_template)
    length = np.concatenate([np.zeros((4, 1)), np.linalg.norm(np.diff(points, axis=1), axis=2).cumsum(1)], 1)
    depth = straight.stump.cut(torch.zeros(1, 10), intact_joints(straight), extent).depth[0].numpy()
    own = np.array([np.interp(c, STATIONS, length[i]) for c, i in zip(field.coordinate, field.limb)])
    seam = np.array([np.interp(value, STATIONS, length[i]) for i in field.limb]) - depth[field.limb]
    beyond, moved = own - seam, (out - intact).norm(dim=1).numpy()
    on_limb = field.coordinate > -0.5
    assert (moved[on_limb & (beyond < 0)] == 0).all()
    near = on_limb & (beyond > 0) & (beyond < 0.4 * depth[field.limb])
    assert near.sum() >= 20
    assert (moved[near] <= 1.3 * beyond[near] ** 2 / depth[field.limb][near] + 5e-5).all()


def test_cap_has_no_sharp_edge(open_body):
    """No edge of the arms and legs turns by more than 75 degrees, few by more than 40: the rows of a half ball."""
    vertices, faces = rest(open_body, torch.tensor([[1.5, 0.5, 1.5, 0.5]])).vertices[0].double(), open_body.faces
    a, b, c = vertices[faces].unbind(1)
    normal = torch.cross(b - a, c - a, dim=-1)
    area = normal.norm(dim=-1)
    limb = torch.isin(open_body.part_labels, torch.tensor([1, 2, 4, 5, 16, 17, 18, 19]))[faces].all(1) & (area > 1e-6)
    edge = torch.stack([faces, faces.roll(-1, 1)], -1).sort(-1).values.flatten(0, 1)
    order = (edge[:, 0] * len(vertices) + edge[:, 1]).argsort()
    first, second = (order // 3).view(-1, 2).unbind(1)  # a closed surface: the two faces of every edge follow each other
    both = limb[first] & limb[second]
    cosine = (normal[first] * normal[second]).sum(-1)[both] / (area[first] * area[second])[both]
    assert len(cosine) > 1000
    assert cosine.min() > np.cos(np.radians(75)) and (cosine > np.cos(np.radians(40))).double().mean() > 0.98


@pytest.mark.parametrize('seed', range(3))
def test_gradients_are_finite_at_every_extent(open_body, pose, seed):
    orient, body_pose, betas = pose(len(EXTENTS) + 1, seed)
    extent = torch.tensor([[e] * 4 for e in EXTENTS] + [[3.] * 4])
    inputs = [t.requires_grad_() for t in (orient, body_pose, betas, extent)]
    out = open_body(*inputs[:3], limb_extent=extent, amputation='stump')
    (out.vertices.square().sum() + out.keypoints.square().sum() + out.joints.square().sum()).backward()
    assert all(torch.isfinite(t.grad).all() for t in inputs)
    assert (extent.grad[1:6].abs() > 1e-3).all()  # a longer limb is another body


def test_surface_moves_continuously_with_the_extent(open_body, pose):
    """Also across the joints of a bent limb, where the lost joint stops to bend."""
    orient, body_pose, betas = (t.expand(301, *t.shape[1:]) for t in pose(1, seed=4))
    extent = torch.linspace(0, 3, 301)[:, None].expand(301, 4)
    keep = torch.arange(0, open_body.num_vertices, 7)
    out = open_body(orient, body_pose, betas, limb_extent=extent, amputation='stump').vertices[:, keep]
    steps = out.diff(dim=0).norm(dim=-1).amax(1)
    assert steps.max() < 0.03  # metres for a hundredth of a segment


def test_lost_joints_stay_with_the_rest_of_the_limb(open_body, pose):
    """A lost wrist must not move the stump of the forearm."""
    orient, body_pose, betas = pose(1, seed=5)
    bent = body_pose.clone()
    bent[:, [19, 21]] = pose(1, seed=6)[1][:, :2]
    extent = with_limb(0, [1.4])
    a, b = (open_body(orient, p, betas, limb_extent=extent, amputation='stump') for p in (body_pose, bent))
    torch.testing.assert_close(a.vertices, b.vertices, atol=1e-6, rtol=0)
    torch.testing.assert_close(a.joints, b.joints, atol=1e-6, rtol=0)


def test_heavy_and_light_people_have_stumps_too(open_body):
    betas = torch.eye(10).repeat(2, 1) * torch.tensor([3.] * 10 + [-3.] * 10)[:, None]
    out = rest(open_body, torch.full((20, 4), 1.4), betas)
    intact = rest(open_body, torch.full((20, 4), 3.), betas)
    small, big = volumes(out.vertices, open_body.faces), volumes(intact.vertices, open_body.faces)
    assert ((0.7 < small / big) & (small / big < 0.95)).all()


def test_interpolation_matches_numpy():
    grid, values = np.array([-1., 0., 0.5, 2.]), np.array([[1.], [3.], [2.], [5.]])
    at = torch.tensor([-1., 0.2, 0.5, 1., 2.], dtype=torch.float64, requires_grad=True)
    got = _along(torch.from_numpy(values).expand(5, 4, 1), torch.from_numpy(grid), at)[:, 0]
    np.testing.assert_allclose(got.detach(), np.interp(at.detach(), grid, values[:, 0]))
    got.sum().backward()
    np.testing.assert_allclose(at.grad, [2, -2, 2, 2, 2])  # at a grid point: the slope beyond it
