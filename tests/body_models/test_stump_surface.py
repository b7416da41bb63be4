"""The surface of residual limbs on the open body: closed, without folds or creases, growing with the extent."""
import numpy as np
import pytest
import torch

from ajahr_mm.anatomy import limbs
from ajahr_mm.body_models import BodyModel
from ajahr_mm.geometry.rotations import axis_angle_to_matrix

SHAPES = {'mean': [], 'shape 1 +2': [2.], 'shape 1 -2': [-2.], 'shape 2 +2': [0, 2.]}
EXTENTS = np.round(np.arange(0.1, 2.95, 0.2), 2)
REST = torch.eye(3)[None], torch.eye(3).expand(1, 23, 3, 3), torch.zeros(1, 10)


def shape(name):
    betas = torch.zeros(10)
    betas[:len(SHAPES[name])] = torch.tensor(SHAPES[name])
    return betas


def bodies(body, limb, extents, betas, bend=0.):
    """Vertices (E,V,3) with one limb ending at each of the extents; joints of the limbs bent by ``bend`` rad."""
    count = len(extents)
    extent = torch.full((count, 4), 3.)
    extent[:, limb] = torch.as_tensor(extents, dtype=torch.float32)
    pose = torch.zeros(23, 3)
    pose[[17, 18, 19, 20]] = torch.tensor([0., bend, 0.]) * torch.tensor([[-1.], [1.], [-1.], [1.]])
    pose[[3, 4, 6, 7]] = torch.tensor([bend, 0., 0.])
    pose = axis_angle_to_matrix(pose).expand(count, 23, 3, 3)
    with torch.no_grad():
        return body(torch.eye(3).expand(count, 3, 3), pose, betas.expand(count, 10), limb_extent=extent,
                    amputation='stump').vertices


def litres(vertices, faces):
    a, b, c = vertices.double()[:, faces].unbind(2)
    return 1000 * (a * torch.linalg.cross(b, c)).sum((1, 2)) / 6


@pytest.mark.parametrize('limb', [0, 3])
@pytest.mark.parametrize('name, bend', [*((name, 0.) for name in SHAPES), ('mean', 0.5)])
def test_volume_never_shrinks_with_the_extent(open_body, name, limb, bend):
    steps = litres(bodies(open_body, limb, np.linspace(0, 3, 76), shape(name), bend), open_body.faces).diff()
    # A bent joint comes back to life within 0.2 segments, and linear skinning of a bent elbow or knee loses volume itself.
    assert (steps > (0 if bend == 0 else -0.004)).all()


@pytest.mark.slow
@pytest.mark.parametrize('limb', range(4))
def test_volume_grows_on_every_limb(open_body, limb):
    assert (litres(bodies(open_body, limb, np.linspace(0, 3, 151), shape('mean')), open_body.faces).diff() > 0).all()


def allowed(crossings, open_body, betas, bend):
    """Vertices next to places where the intact body itself is pierced: the little toes of some shapes."""
    intact = bodies(open_body, 0, [3.], betas, bend)[0].numpy()
    faces = open_body.faces.numpy()
    near = np.zeros(len(intact), bool)
    near[faces[crossings(intact, faces)].reshape(-1)] = True
    for _ in range(3):
        near[faces[near[faces].any(1)]] = True
    return intact, near


def new_crossings(crossings, open_body, vertices, intact, near):
    """Crossings of faces that moved with any others, but for those of the intact body."""
    faces = open_body.faces.numpy()
    changed = (vertices != intact).any(1)
    low, high = vertices[changed].min(0) - 0.03, vertices[changed].max(0) + 0.03
    around = np.flatnonzero(((vertices > low) & (vertices < high)).all(1)[faces].any(1))
    pairs = around[crossings(vertices, faces[around])]
    return [pair for pair in pairs if changed[faces[pair]].any() and not near[faces[pair]].any(1).all()]


@pytest.mark.parametrize('limb', [0, 2])
@pytest.mark.parametrize('name', SHAPES)
def test_caps_do_not_cross_themselves(crossings, open_body, name, limb):
    betas = shape(name)
    intact, near = allowed(crossings, open_body, betas, 0.)
    for extent, vertices in zip(EXTENTS, bodies(open_body, limb, EXTENTS, betas).numpy()):
        assert not new_crossings(crossings, open_body, vertices, intact, near), extent


@pytest.mark.parametrize('limb', [1, 3])
def test_caps_of_bent_limbs_do_not_cross_themselves(crossings, open_body, limb):
    extents = [0.6, 1.3, 1.7, 2.3, 2.6]
    intact, near = allowed(crossings, open_body, shape('mean'), 0.4)
    for extent, vertices in zip(extents, bodies(open_body, limb, extents, shape('mean'), 0.4).numpy()):
        assert not new_crossings(crossings, open_body, vertices, intact, near), extent


def test_crossings_are_found_where_there_are_some(crossings, open_body):
    """The oracle: two known tetrahedra, and a hand pushed into the chest."""
    faces = np.array([[0, 1, 2], [3, 4, 5]])
    flat = np.array([[0., 0, 0], [1, 0, 0], [0, 1, 0]])
    through = np.array([[0.2, 0.2, -1], [0.2, 0.2, 1], [0.3, 0.4, 1]])
    assert len(crossings(np.concatenate([flat, through]), faces)) == 1
    assert len(crossings(np.concatenate([flat, through + [1., 1, 0]]), faces)) == 0
    assert len(crossings(np.concatenate([flat, through + [0, 0, 2.]]), faces)) == 0
    vertices = bodies(open_body, 0, [3.], shape('mean'))[0].numpy()
    hand = open_body.lbs_weights[:, 22].numpy() > 0.5
    vertices[hand] += vertices[open_body.part_labels.numpy() == 9].mean(0) - vertices[hand].mean(0)
    assert len(crossings(vertices, open_body.faces.numpy())) > 20


@pytest.mark.parametrize('mode', ['rest', 'bent'])
def test_intact_bodies_keep_their_bits(open_body, mode):
    bend = 0.5 if mode == 'bent' else 0.
    for name in SHAPES:
        out = bodies(open_body, 0, [3., 1.4, 3.], shape(name), bend)  # beside somebody with a stump
        plain = bodies(open_body, 0, [3.], shape(name), bend)
        assert torch.equal(out[0], plain[0]) and torch.equal(out[2], plain[0])
        assert not torch.equal(out[1], plain[0])


def test_same_faces_closed_and_finite(open_body):
    """Closed is a matter of the faces alone, which never change; here they stay faces of the same vertices."""
    out = bodies(open_body, 1, EXTENTS, shape('mean'))
    assert out.shape[1] == open_body.num_vertices and torch.isfinite(out).all()
    edges = torch.cat([open_body.faces[:, [0, 1]], open_body.faces[:, [1, 2]], open_body.faces[:, [2, 0]]])
    forward = edges[:, 0] * out.shape[1] + edges[:, 1]
    backward = edges[:, 1] * out.shape[1] + edges[:, 0]
    assert torch.equal(forward.sort().values, backward.sort().values) and len(forward.unique()) == len(forward)


def turns(vertices, faces):
    """Edges (E,2), the distance (E,) m between the middles of their two faces, and the angle (E,) between those, degrees."""
    corners = vertices.double()[faces]
    normal = torch.linalg.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal = normal / normal.norm(dim=-1, keepdim=True).clamp(min=1e-12)
    edge = torch.stack([faces, faces.roll(-1, 1)], -1).sort(-1).values.flatten(0, 1)
    order = (edge[:, 0] * len(vertices) + edge[:, 1]).argsort()  # a closed surface: the faces of an edge follow each other
    first, second = (order // 3).view(-1, 2).unbind(1)
    middle = corners.mean(1)
    cosine = (normal[first] * normal[second]).sum(-1).clamp(-1, 1)
    return edge[order[::2]], (middle[first] - middle[second]).norm(dim=-1), cosine.arccos().rad2deg()


@pytest.mark.parametrize('limb, extent', [(0, 0.6), (0, 1.4), (0, 1.8), (2, 0.5), (2, 1.4), (2, 1.7)])
@pytest.mark.parametrize('taper', [0., 0.08])
def test_no_crease_shows_at_the_seam(limb, extent, taper):
    """Where skin that moved meets skin that did not, the surface turns no faster than on the ball that follows, or by 15 degrees."""
    body = BodyModel(stump=dict(taper=taper))
    intact, out = bodies(body, limb, [3., extent], shape('mean'))
    moved = (out != intact).any(-1)
    edge, centres, after = turns(out, body.faces)
    before = turns(intact, body.faces)[2]
    added = (after - before).abs()
    at_seam = ~moved[edge].any(1) & (added > 0)  # edges that lie still while a face beside them turns
    assert at_seam.sum() > 10
    depth = body.stump.cut(torch.zeros(1, 10), body(*REST).joints, torch.full((1, 4), extent)).depth[0, limb]
    on_ball = torch.rad2deg(centres / depth)
    assert (added < (1.1 * on_ball).clamp(min=15))[at_seam].all() and added[at_seam].mean() < 0.4 * on_ball[at_seam].mean()


@pytest.mark.parametrize('limb', range(4))
def test_partial_hands_and_feet_have_digits_or_none(open_body, limb):
    """At 2.5 the fingers and toes are gone and the palm is whole; between 2.5 and 3 they grow; nothing gets thin."""
    digits, of_limb = open_body.stump._digits, open_body.stump._field.limb == limb
    tips = (digits.along == 1) & of_limb
    assert tips.sum() == 5
    intact, *grown = bodies(open_body, limb, [3., 2.5, 2.7, 2.9], shape('mean'))
    joint = open_body(*REST).joints[0, limbs.CHAINS[limb][2]]
    reach = [(v[torch.from_numpy(tips)] - joint).norm(dim=-1) for v in (*grown, intact)]
    assert all((b > a).all() for a, b in zip(reach, reach[1:]))  # every digit is longer at the larger extent
    palm = torch.from_numpy(of_limb & (digits.digit < 0))
    assert torch.equal(grown[0][palm], intact[palm])


def test_stump_shape_parameters_do_what_they_say():
    def ends(**options):
        body = BodyModel(stump=options)
        out, intact = bodies(body, 0, [1.4, 3.], shape('mean'))
        moved = (out != intact).any(-1)
        return out, moved, intact

    blunt, round_ = ends(rounding=0.3, taper=0.), ends(rounding=1.2, taper=0.)
    assert blunt[1].sum() < round_[1].sum()  # a deeper cap begins earlier
    faces = BodyModel().faces
    volume = {name: litres(v[0][None], faces)[0] for name, v in dict(blunt=blunt, round=round_, plain=ends(taper=0.),
                                                                    thin=ends(taper=0.3)).items()}
    assert volume['blunt'] > volume['plain'] > volume['round'] and volume['thin'] < volume['plain']
    flat, deep = (bodies(BodyModel(stump=dict(root_rounding=r)), 0, [0.], shape('mean')) for r in (0.3, 1.2))
    assert litres(flat, faces) > litres(deep, faces)
