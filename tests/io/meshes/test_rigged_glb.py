"""Rigged files, read by pygltflib and skinned by the formula of the glTF 2.0 specification (Sec. 3.7.3.3)."""
import numpy as np
import pygltflib as gltf
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.rig import Clip, Rig, pose_rig, strongest_weights
from ajahr_mm.io.meshes.rigged_glb import write_rigged_glb

TYPES = {5121: 'u1', 5123: '<u2', 5125: '<u4', 5126: '<f4'}
WIDTHS = {'SCALAR': 1, 'VEC2': 2, 'VEC3': 3, 'VEC4': 4, 'MAT4': 16}


class Player:
    """An independent glTF player: numbers by pygltflib, node matrices and skinning as the standard writes them."""

    def __init__(self, path):
        self.file = gltf.GLTF2().load_binary(str(path))
        self.blob = self.file.binary_blob()
        self.node = next(n for n in self.file.nodes if n.skin is not None)
        self.skin = self.file.skins[self.node.skin]
        primitive = self.file.meshes[self.node.mesh].primitives[0]
        self.points, self.faces = self.column(primitive.attributes.POSITION), self.column(primitive.indices).reshape(-1, 3)
        sets = [(getattr(primitive.attributes, f'JOINTS_{i}', None), getattr(primitive.attributes, f'WEIGHTS_{i}', None))
                for i in range(8)]
        sets = [(self.column(j), self.column(w)) for j, w in sets if j is not None]
        self.joints, self.weights = (np.concatenate(columns, 1) for columns in zip(*sets))
        self.bind = self.column(self.skin.inverseBindMatrices).reshape(-1, 4, 4).transpose(0, 2, 1)

    def column(self, index):
        accessor = self.file.accessors[index]
        view = self.file.bufferViews[accessor.bufferView]
        width = WIDTHS[accessor.type]
        flat = np.frombuffer(self.blob, TYPES[accessor.componentType], accessor.count * width, view.byteOffset or 0)
        return flat.reshape(-1, width) if width > 1 else flat

    def times(self):
        return self.column(self.file.animations[0].samplers[0].input)

    def play(self, key=None):
        """Vertices at a key of the animation, or as the file stands."""
        local = {}
        for number, node in enumerate(self.file.nodes):
            local[number] = dict(translation=node.translation or [0, 0, 0], rotation=node.rotation or [0, 0, 0, 1])
        if key is not None:
            animation = self.file.animations[0]
            for channel in animation.channels:
                values = self.column(animation.samplers[channel.sampler].output)
                local[channel.target.node][channel.target.path] = values[key]
        world = {}

        def visit(number, above):
            x, y, z, w = (float(v) for v in local[number]['rotation'])
            matrix = np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w), 0],
                               [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w), 0],
                               [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y), 0], [0, 0, 0, 1.]])
            matrix[:3, 3] = local[number]['translation']
            world[number] = above @ matrix
            for child in self.file.nodes[number].children or []:
                visit(child, world[number])
        for root in self.file.scenes[self.file.scene].nodes:
            visit(root, np.eye(4))
        matrices = np.stack([world[joint] for joint in self.skin.joints]) @ self.bind
        skin = (self.weights[..., None, None] * matrices[self.joints]).sum(1)
        return (skin[:, :3, :3] @ self.points[..., None])[..., 0] + skin[:, :3, 3]


@pytest.mark.parametrize('influences', [None, 2, 1])
def test_every_frame_is_our_own_skinning(tmp_path, rig, clip, influences):
    write_rigged_glb(tmp_path / 'a.glb', rig, clip, max_influences=influences)
    player = Player(tmp_path / 'a.glb')
    np.testing.assert_allclose(player.times(), np.arange(5) / 25, atol=1e-6)
    weights = strongest_weights(rig.weights, influences)
    for frame in range(5):
        expected = pose_rig(rig, clip.rotations[frame], clip.translation[frame], weights)
        np.testing.assert_allclose(player.play(frame), expected, atol=2e-6)
    np.testing.assert_allclose(player.play(), pose_rig(rig, clip.rotations[0], weights=weights), atol=2e-6)


def test_five_joints_a_vertex_make_a_second_set(tmp_path, capsule):
    vertices, faces, _ = capsule
    weights = np.random.default_rng(0).uniform(.1, 1, (len(vertices), 6))
    weights /= weights.sum(1, keepdims=True)
    joints = np.random.default_rng(1).normal(size=(6, 3))
    rig = Rig(vertices, faces, [f'j{i}' for i in range(6)], [-1, 0, 1, 2, 3, 4], joints, weights)
    from scipy.spatial.transform import Rotation
    clip = Clip(Rotation.random(12, random_state=0).as_matrix().reshape(2, 6, 3, 3))
    write_rigged_glb(tmp_path / 'a.glb', rig, clip)
    player = Player(tmp_path / 'a.glb')
    assert player.weights.shape[1] == 8 and player.file.animations[0].channels[-1].target.path == 'rotation'
    np.testing.assert_allclose(player.play(1), pose_rig(rig, clip.rotations[1]), atol=1e-5)
    # Float32 weights that sum to 1 to the last bit, strongest first, joint 0 where there is none.
    np.testing.assert_allclose(player.weights.sum(1, dtype=np.float64), 1, atol=1e-7)
    assert (np.diff(player.weights, axis=1) <= 1e-7).all() and (player.joints[player.weights == 0] == 0).all()


def test_without_a_clip_or_with_one_frame_nothing_is_animated(tmp_path, rig, clip):
    write_rigged_glb(tmp_path / 'a.glb', rig)
    player = Player(tmp_path / 'a.glb')
    assert not player.file.animations
    np.testing.assert_allclose(player.play(), rig.vertices, atol=1e-6)
    write_rigged_glb(tmp_path / 'a.glb', rig, Clip(clip.rotations[2:3], clip.translation[2:3]))
    player = Player(tmp_path / 'a.glb')
    assert not player.file.animations
    np.testing.assert_allclose(player.play(), pose_rig(rig, clip.rotations[2], clip.translation[2]), atol=2e-6)


@pytest.mark.parametrize('absent, names', [('drop', ['root', 'middle', 'side']),
                                           ('flag', ['root', 'middle', 'end', 'side'])])
def test_bones_of_lost_limbs(tmp_path, rig, clip, absent, names):
    weights = rig.weights.copy()
    weights[:, 1] += weights[:, 2]
    weights[:, 2] = 0
    rig = Rig(rig.vertices, rig.faces, rig.joint_names, rig.parents, rig.joints, weights, [False, False, True, False])
    write_rigged_glb(tmp_path / 'a.glb', rig, clip, absent=absent, extras=dict(limbs=['x']))
    player = Player(tmp_path / 'a.glb')
    bones = [player.file.nodes[joint] for joint in player.skin.joints]
    assert [bone.name for bone in bones] == names and player.node.extras == dict(limbs=['x'])
    assert [bone.name for bone in bones if bone.extras] == ['end'] * (absent == 'flag')
    assert all(bone.extras == dict(absent=True) for bone in bones if bone.extras)
    moved = {channel.target.node for channel in player.file.animations[0].channels}
    assert moved == {joint for joint, bone in zip(player.skin.joints, bones) if bone.name != 'end'}
    np.testing.assert_allclose(player.play(4), pose_rig(rig, clip.rotations[4], clip.translation[4]), atol=2e-6)


def test_seams_of_a_texture_move_together(tmp_path, cube, clip):
    vertices, faces, uv, uv_faces = cube
    weights = np.random.default_rng(0).uniform(.1, 1, (8, 4))
    rig = Rig(vertices, faces, list('abcd'), [-1, 0, 1, 0], np.zeros((4, 3)), weights / weights.sum(1, keepdims=True),
              uv=uv, uv_faces=uv_faces)
    write_rigged_glb(tmp_path / 'a.glb', rig, clip)
    player = Player(tmp_path / 'a.glb')
    assert len(player.points) > 8
    np.testing.assert_allclose(player.play(3)[player.faces], pose_rig(rig, clip.rotations[3], clip.translation[3])[faces],
                               atol=2e-6)


def test_what_does_not_fit(tmp_path, rig, clip):
    for options, words in ((dict(absent='hide'), 'drop, flag'), (dict(max_influences=0), '1 or more'),
                           (dict(clip=Clip(clip.rotations[:, :3])), 'moves 3 joints')):
        with pytest.raises(UserError, match=words):
            write_rigged_glb(tmp_path / 'a.glb', rig, **dict(dict(clip=clip), **options))
    assert list(tmp_path.iterdir()) == []
