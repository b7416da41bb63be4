"""Every kind of GLB that the package writes has no error and no warning in the Khronos glTF validator."""
import importlib.util
import os
import warnings
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.body_models import build_body
from ajahr_mm.body_models.export import export_body, limb_facts, rig_body
from ajahr_mm.io.mesh_files import write_glb
from ajahr_mm.io.meshes.material import Material
from ajahr_mm.io.meshes.rig import Clip
from ajahr_mm.io.meshes.rigged_glb import write_rigged_glb

VALIDATOR = Path(__file__).resolve().parents[1] / 'tools/gltf_validator/validator.py'
EXTENTS = dict(intact=None, wrists=[2, 2, 3, 3], mixed=[1.4, 3, .6, 2.5], hips=[0, 1, 0, 0], ends=[.25, 2.75, 2.25, 1.1])


@pytest.fixture(scope='module')
def validate():
    """files -> {file: issues}. Skipped, or failed where AJAHR_REQUIRE_GLTF_VALIDATOR is set, with the reason."""
    spec = importlib.util.spec_from_file_location('validator', VALIDATOR)
    validator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(validator)
    try:
        validator.install()
    except validator.Unavailable as error:
        reason = f'the Khronos glTF validator cannot be installed: {error}'
        if os.environ.get('AJAHR_REQUIRE_GLTF_VALIDATOR'):
            pytest.fail(reason)
        warnings.warn(reason)  # pytest -q prints warnings, but no reasons of skips
        pytest.skip(reason)
    return validator.validate


@pytest.fixture(scope='module')
def body():
    return build_body('open')


def motion(frames):
    vectors = np.random.default_rng(0).normal(scale=.5, size=(1, 24, 3)) * np.linspace(0, 5, frames)[:, None, None]
    return Clip(Rotation.from_rotvec(vectors.reshape(-1, 3)).as_matrix().reshape(frames, 24, 3, 3),
                np.linspace(0, 1, frames)[:, None] * [1, 0, 2], 24)


def write_all(folder, body):
    """One file of each kind."""
    rng = np.random.default_rng(1)
    betas, colors = rng.normal(size=body.num_betas), rng.uniform(size=(body.num_vertices, 3))
    rest, faces = body.v_template.numpy(), body.faces.numpy()
    picture = rng.integers(0, 256, (64, 32, 3), np.uint8)
    cv2.imwrite(str(folder / 'skin.jpg'), picture)
    texture = dict(uv=body.uv.numpy(), uv_faces=body.uv_faces.numpy())
    write_glb(folder / 'static.glb', rest, faces)
    write_glb(folder / 'static_colors.glb', rest, faces, colors, extras=dict(a=[1, 2], b=dict(c='ü')))
    write_glb(folder / 'static_texture.glb', rest, faces, **texture, material=Material(texture=picture))
    write_glb(folder / 'static_colored_texture.glb', rest, faces, colors, **texture,
              material=Material(texture=folder / 'skin.jpg'))
    for name, extent in EXTENTS.items():
        for mode in ('stump', 'collapse'):
            for absent, frames in (('drop', 1), ('flag', 7)):
                export_body(folder / f'{name}_{mode}_{absent}.glb', body, motion(frames), betas, extent, mode, absent=absent)
    export_body(folder / 'rigged_texture.glb', body, motion(3), betas, EXTENTS['mixed'], uv=True,
                material=Material(texture=picture), colors=colors)
    for influences in (1, 4, 5):
        export_body(folder / f'influences_{influences}.glb', body, motion(2), max_influences=influences)
    write_rigged_glb(folder / 'no_clip.glb', rig_body(body), extras=limb_facts(None))
    return sorted(folder.glob('*.glb'))


def test_zero_errors_and_zero_warnings(tmp_path, validate, body):
    files = write_all(tmp_path, body)
    assert len(files) == 4 + 4 * len(EXTENTS) + 5
    reports = validate(files)
    found = {path.name: [(m['code'], m['message'], m.get('pointer')) for m in reports[path]['messages']] for path in files}
    assert {name: messages for name, messages in found.items() if messages} == {}


def test_coordinates_without_a_texture_are_but_a_remark(tmp_path, validate, body):
    export_body(tmp_path / 'a.glb', body, uv=True)
    issues = validate([tmp_path / 'a.glb'])[tmp_path / 'a.glb']
    assert (issues['numErrors'], issues['numWarnings']) == (0, 0)
    assert [message['code'] for message in issues['messages']] == ['UNUSED_OBJECT']


def test_the_validator_sees_what_is_wrong(tmp_path, validate, body):
    export_body(tmp_path / 'a.glb', body)
    data = (tmp_path / 'a.glb').read_bytes()
    (tmp_path / 'b.glb').write_bytes(data.replace(b'"type":"MAT4"', b'"type":"MAT3"'))
    (tmp_path / 'c.glb').write_bytes(data[:1000])
    reports = validate([tmp_path / 'a.glb', tmp_path / 'b.glb', tmp_path / 'c.glb'])
    assert [reports[tmp_path / name]['numErrors'] > 0 for name in ('a.glb', 'b.glb', 'c.glb')] == [False, True, True]
