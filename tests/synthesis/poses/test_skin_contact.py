"""Self-penetration measured on the real skin, by the winding number, against the key poses people can take."""
import numpy as np
import pytest
import torch

from ajahr_mm.anatomy.skeleton import JOINTS
from ajahr_mm.body_models import build_body
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.synthesis.poses.pose_bank import PoseBank
from ajahr_mm.synthesis.poses.self_contact import overlap, turns

wp = pytest.importorskip('warp')
pytestmark = pytest.mark.slow
DEPTH = .002            # m below the skin, where a point of a free pose is inside once
EVERY = 3               # so many vertices are looked at
ENDS = [i for i, name in enumerate(JOINTS) if name.endswith(('elbow', 'wrist', 'hand', 'ankle', 'foot'))]


@wp.kernel
def _inside_twice(mesh: wp.uint64, points: wp.array(dtype=wp.vec3), found: wp.array(dtype=float)):
    i = wp.tid()
    query = wp.mesh_query_point_sign_winding_number(mesh, points[i], 10.0, 2.0, 1.5)
    found[i] = query.sign


@pytest.fixture(scope='module')
def skin():
    """Function: body poses (N,69), betas (N,10) -> share (N,) of vertices just below which one is inside the body twice.

    With ``ends`` only those of forearms, hands and feet count: hips, knees and armpits fold into themselves.
    """
    body = build_body('open')
    faces = body.faces.numpy().astype(np.int32)

    def share(poses, betas, ends=False):
        counted = np.isin(body.part_labels.numpy(), ENDS)[::EVERY] if ends else slice(None)
        turned = axis_angle_to_matrix(torch.from_numpy(poses).view(-1, 23, 3))
        with torch.no_grad():
            out = body(torch.eye(3).expand(len(poses), 3, 3), turned, torch.from_numpy(np.float32(betas)))
        return np.array([one(vertices)[counted].mean() for vertices in out.vertices.numpy()])

    def one(vertices):
        corners = vertices[faces]
        across, normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), np.zeros_like(vertices)
        for k in range(3):
            np.add.at(normals, faces[:, k], across)
        below = (vertices - DEPTH * normals / np.linalg.norm(normals, axis=1, keepdims=True))[::EVERY]
        mesh = wp.Mesh(wp.array(vertices, dtype=wp.vec3, device='cpu'), wp.array(faces.ravel(), dtype=int, device='cpu'),
                       support_winding_number=True)
        found = wp.zeros(len(below), dtype=float, device='cpu')
        wp.launch(_inside_twice, len(below), [mesh.id, wp.array(below, dtype=wp.vec3, device='cpu'), found], device='cpu')
        return found.numpy() < 0

    return share


def test_the_measure_finds_nothing_in_the_rest_pose_and_much_in_a_fist_through_the_belly(skin):
    from ajahr_mm.synthesis.poses import joint_angles
    bad = joint_angles.to_body_pose(joint_angles.pack(shoulder_raise=30, shoulder_plane=90, shoulder_rotate=-75,
                                                      elbow_flex=120)[None])
    rest, through = skin(np.concatenate([np.zeros((1, 69), np.float32), bad]), np.zeros((2, 10)))
    assert rest == 0 and through > .04


def test_drawn_poses_penetrate_no_more_than_the_key_poses(skin):
    """Sitting folds the skin of hips and knees into itself, in key poses as well; more than that is not allowed."""
    bank, rng = PoseBank(), np.random.default_rng(0)
    known = bank.reference()
    drawn = np.stack([pose.body_pose for split in ('train', 'test') for pose in bank.sample_batch(
        [np.random.default_rng([5, i]) for i in range(80)], split)])
    key_share, drawn_share = (skin(poses, rng.normal(size=(len(poses), 10)).clip(-2, 2)) for poses in (known, drawn))
    assert drawn_share.mean() < key_share.mean() < .01
    assert np.quantile(drawn_share, .95) < np.quantile(key_share, .95) + .003
    assert drawn_share.max() < key_share.max() + .01


def test_the_spheres_know_what_the_skin_knows(skin):
    """Of poses drawn without looking, those the spheres refuse are those whose skin penetrates."""
    careless = PoseBank(max_depth=1., spread=1.6)
    poses = np.stack([pose.body_pose for pose in careless.sample_batch(
        [np.random.default_rng([6, i]) for i in range(120)], 'train')])
    rotations = turns(np.concatenate([np.zeros((120, 1, 3)), poses.reshape(120, 23, 3)], 1))
    refused, share = overlap(rotations) > PoseBank().max_depth, skin(poses, np.zeros((120, 10)), ends=True)
    assert 5 < refused.sum() < 60
    assert share[refused].mean() > 4 * share[~refused].mean()
    assert share[~refused].max() < .04
