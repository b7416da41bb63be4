"""The entry to all mesh files: three formats there and back, collapsed limbs, places and files that are wrong."""
import numpy as np
import pytest
import trimesh

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.mesh_files import WRITERS, camera_to_y_up, read_mesh, write_mesh


@pytest.fixture
def capsule():
    """A closed limb-like mesh along y with outward faces: vertices, faces, colours."""
    mesh = trimesh.creation.capsule(height=1.0, radius=0.1, count=[16, 16])
    vertices = mesh.vertices[:, [1, 2, 0]].astype(np.float32)  # a cyclic change of axes keeps the orientation
    colors = np.random.default_rng(0).uniform(0, 1, vertices.shape).astype(np.float32)
    return vertices, np.array(mesh.faces), colors


def collapse_below(vertices, height):
    """Pulls everything below ``height`` into one point, as a zero rotation matrix does to a limb."""
    below = vertices[:, 1] < height
    vertices = vertices.copy()
    # float32 noise, as posing leaves it
    vertices[below] = [0, height, 0] + np.random.default_rng(1).normal(0, 1e-7, (below.sum(), 3))
    return vertices.astype(np.float32), below


@pytest.mark.parametrize('suffix', WRITERS)
def test_every_format_comes_back(tmp_path, capsule, suffix):
    write_mesh(tmp_path / f'a{suffix}', *capsule)
    mesh = read_mesh(tmp_path / f'a{suffix}')
    np.testing.assert_allclose(mesh.vertices, capsule[0], atol=1e-6)
    np.testing.assert_array_equal(mesh.faces, capsule[1])
    np.testing.assert_allclose(mesh.colors, capsule[2], atol=.03)  # 8 bits of linear light are coarse in the dark
    write_mesh(tmp_path / f'b{suffix}', *capsule[:2])
    assert read_mesh(tmp_path / f'b{suffix}').colors is None


@pytest.mark.parametrize('suffix', WRITERS)
def test_trimesh_reads_the_same_closed_outward_mesh(tmp_path, capsule, suffix):
    vertices, faces, colors = capsule
    write_mesh(tmp_path / f'body{suffix}', vertices, faces, colors)
    read = trimesh.load(tmp_path / f'body{suffix}', force='mesh', process=False)
    np.testing.assert_allclose(read.vertices, vertices, atol=1e-6)
    np.testing.assert_array_equal(read.faces, faces)
    assert read.is_watertight and read.volume == pytest.approx(trimesh.Trimesh(vertices, faces).volume, rel=1e-4)
    assert read.volume > 0, 'faces look inwards'
    if suffix != '.glb':  # trimesh drops vertex colours beside a material
        np.testing.assert_allclose(read.visual.vertex_colors[:, :3] / 255, colors, atol=.03)


@pytest.mark.parametrize('suffix', WRITERS)
def test_a_collapsed_limb_leaves_no_degenerate_face_and_no_hole(tmp_path, capsule, suffix):
    vertices, faces, colors = capsule
    vertices, below = collapse_below(vertices, 0.5)
    write_mesh(tmp_path / f'stump{suffix}', vertices, faces, colors)
    read = trimesh.load(tmp_path / f'stump{suffix}', force='mesh', process=False)
    assert len(read.vertices) == (~below).sum() + 1, 'the collapsed limb should be one vertex'
    assert read.area_faces.min() > 1e-7
    assert read.is_watertight and read.volume > 0


def test_camera_axes_turn_upright_without_mirroring(capsule):
    vertices, faces, _ = capsule
    assert trimesh.Trimesh(camera_to_y_up(vertices), faces).volume > 0
    np.testing.assert_array_equal(camera_to_y_up([[1., 2., 3.]]), [[1, -2, -3]])


@pytest.mark.parametrize('suffix', WRITERS)
def test_what_is_no_mesh_leaves_no_file(tmp_path, capsule, suffix):
    with pytest.raises(UserError, match='not finite'):
        write_mesh(tmp_path / f'a{suffix}', capsule[0] * np.nan, capsule[1])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize('name', ['a.fbx', 'a', 'a.glb.gz', '.glb'])
def test_an_unknown_suffix_is_refused(tmp_path, capsule, name):
    with pytest.raises(UserError, match='.glb, .obj, .ply'):
        write_mesh(tmp_path / name, *capsule)
    with pytest.raises(UserError, match='.glb, .obj, .ply'):
        read_mesh(tmp_path / name)


def test_folders_are_made_and_a_file_in_their_place_is_told(tmp_path, capsule):
    write_mesh(tmp_path / 'new' / 'deep' / 'a.PLY', *capsule)
    assert (tmp_path / 'new' / 'deep' / 'a.PLY').stat().st_size > 0
    (tmp_path / 'file').write_text('')
    with pytest.raises(UserError, match='cannot be written'):
        write_mesh(tmp_path / 'file' / 'a.ply', *capsule)


def test_texture_coordinates_have_no_place_in_ply(tmp_path, capsule):
    with pytest.raises(UserError, match='choose .glb or .obj'):
        write_mesh(tmp_path / 'a.ply', *capsule, uv=capsule[0][:, :2])


@pytest.mark.parametrize('suffix', WRITERS)
def test_damaged_bytes_give_a_mesh_or_a_sentence_and_nothing_else(tmp_path, capsule, suffix):
    write_mesh(tmp_path / f'a{suffix}', *capsule)
    whole = np.frombuffer((tmp_path / f'a{suffix}').read_bytes(), np.uint8)
    rng, path, refused = np.random.default_rng(0), tmp_path / f'b{suffix}', 0
    for _ in range(150):
        damaged = whole.copy()
        # Headers are short and decide most, so half of the damage goes there.
        places = rng.integers(0, rng.choice([400, len(whole)]), rng.integers(1, 6))
        damaged[places] = rng.integers(0, 256, len(places))
        path.write_bytes(damaged.tobytes())
        try:
            mesh = read_mesh(path)
            assert np.isfinite(mesh.vertices).all() and mesh.faces.max() < len(mesh.vertices)
        except UserError as error:
            refused += 1
            assert str(path) in str(error) and '\n' not in str(error)
    assert refused > 20
