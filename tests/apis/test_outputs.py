"""What is left on disk: whole or absent."""
import json

import numpy as np
import pytest

from ajahr_mm.apis.inferencer import BodyInferencer
from ajahr_mm.apis.inputs import list_pictures
from ajahr_mm.apis.outputs import ResultWriter
from ajahr_mm.apis.people import Person
from ajahr_mm.io.errors import UserError

NAMES = {'array_0_overlay.png', 'array_0.json', 'array_0.glb', 'results.json'}


@pytest.fixture
def result(network, photo):
    return BodyInferencer(network)(photo, progress=False)[0]


@pytest.fixture
def person(photo):
    return Person(list_pictures(photo)[0], 0, photo, np.array([0., 0, 100, 120]))


def test_the_files_and_their_index(tmp_path, network, person, result):
    writer = ResultWriter(tmp_path / 'a' / 'b', network.body.faces)
    writer.write(person, result)
    writer.finish()
    folder = tmp_path / 'a' / 'b'
    assert {f.name for f in folder.iterdir()} == NAMES
    entry = json.loads((folder / 'results.json').read_text())['people'][0]
    assert entry['verdict'] == result['verdict'] and entry['limbs']['right_leg']['limb_class'] == 2
    assert all((folder / entry[key]).stat().st_size > 0 for key in ('overlay', 'json', 'glb'))


def test_the_mesh_is_upright_centred_and_without_the_lost_shank(tmp_path, network, person, result):
    trimesh = pytest.importorskip('trimesh')
    writer = ResultWriter(tmp_path, network.body.faces)
    writer.write(person, result)
    mesh = trimesh.load(tmp_path / 'array_0.glb', force='mesh', process=False)
    assert mesh.bounds[1, 1] > 0.6 and abs(mesh.bounds[:, 0].mean()) < .05, 'head up, pelvis at the origin'
    assert mesh.volume > 0, 'faces look outwards'
    lost = 3 * 8  # knee, ankle and foot of the right leg are octahedra that collapsed
    assert len(mesh.faces) == len(network.body.faces) - lost


@pytest.mark.parametrize('victim', ['person', 'write_glb', 'to_json'])
def test_a_failure_leaves_nothing_of_this_person(tmp_path, network, person, result, monkeypatch, victim):
    import ajahr_mm.apis.outputs as outputs
    owner = outputs.BodyPainter if victim == 'person' else outputs
    monkeypatch.setattr(owner, victim, lambda *a, **k: (_ for _ in ()).throw(RuntimeError('boom')))
    with pytest.raises(RuntimeError, match='boom'):
        ResultWriter(tmp_path, network.body.faces).write(person, result)
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_folder_should_be(tmp_path, network):
    (tmp_path / 'out').write_text('')
    with pytest.raises(UserError, match='out is a file'):
        ResultWriter(tmp_path / 'out' / 'deeper', network.body.faces)


def test_a_full_disk_is_told(tmp_path, network, person, result, monkeypatch):
    import ajahr_mm.apis.outputs as outputs

    def full(*args, **kwargs):
        raise OSError(28, 'No space left on device')
    monkeypatch.setattr(outputs, 'write_glb', full)
    with pytest.raises(UserError, match='cannot be written to .*No space left'):
        ResultWriter(tmp_path, network.body.faces).write(person, result)
