"""Colours in linear light, pictures inside of the file, refusals."""
import cv2
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.glb import write_glb
from ajahr_mm.io.meshes.material import Material, linear, to_srgb


def test_light_and_back():
    colors = np.linspace(0, 1, 101)
    np.testing.assert_allclose(to_srgb(linear(colors)), colors, atol=1e-9)
    assert linear(np.array(.5)) == pytest.approx(0.21404114, abs=1e-6)  # IEC 61966-2-1


@pytest.mark.parametrize('material, colored, expected', [
    (Material(), False, [.8, .8, .8, 1]), (Material(), True, [1, 1, 1, 1]),
    (Material((1, 0, .5)), True, [1, 0, 0.21404114, 1])])
def test_the_base_colour(tmp_path, capsule, glb, material, colored, expected):
    write_glb(tmp_path / 'a.glb', *capsule[:2], capsule[2] if colored else None, material=material)
    stored = glb[0](tmp_path / 'a.glb')[0]['materials'][0]['pbrMetallicRoughness']
    np.testing.assert_allclose(stored['baseColorFactor'], expected, atol=1e-6)
    assert stored['metallicFactor'] == 0


@pytest.mark.parametrize('kind', ['array', 'png', 'jpg'])
def test_a_texture_lies_in_the_file(tmp_path, cube, glb, kind):
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[..., 0] = 200
    texture = picture
    if kind != 'array':
        texture = tmp_path / f'red.{kind}'
        cv2.imwrite(str(texture), picture[..., ::-1])
    write_glb(tmp_path / 'a.glb', *cube[:2], uv=cube[2], uv_faces=cube[3], material=Material(texture=texture))
    document, blob = glb[0](tmp_path / 'a.glb')
    view = document['bufferViews'][document['images'][0]['bufferView']]
    data = blob[view['byteOffset']:view['byteOffset'] + view['byteLength']]
    assert document['images'][0]['mimeType'] == ('image/jpeg' if kind == 'jpg' else 'image/png')
    np.testing.assert_allclose(cv2.imdecode(np.frombuffer(data, np.uint8), 1)[..., ::-1], picture, atol=2)


@pytest.mark.parametrize('texture, words', [
    ('absent.png', 'cannot be read'), (np.zeros((4, 4), np.uint8), r'\(h,w,3\)'), (np.zeros((4, 4, 3)), 'uint8')])
def test_what_is_no_texture(tmp_path, cube, texture, words):
    with pytest.raises(UserError, match=words):
        write_glb(tmp_path / 'a.glb', *cube[:2], uv=cube[2], uv_faces=cube[3], material=Material(texture=texture))


def test_a_texture_of_another_kind_or_without_coordinates(tmp_path, cube):
    (tmp_path / 'a.bmp').write_bytes(b'BM1234')
    with pytest.raises(UserError, match='neither PNG nor JPEG'):
        write_glb(tmp_path / 'a.glb', *cube[:2], uv=cube[2], uv_faces=cube[3], material=Material(texture=tmp_path / 'a.bmp'))
    with pytest.raises(UserError, match='texture coordinates'):
        write_glb(tmp_path / 'a.glb', *cube[:2], material=Material(texture=np.zeros((4, 4, 3), np.uint8)))
    assert not (tmp_path / 'a.glb').exists()


@pytest.mark.parametrize('wrong', [dict(color=(1, 2, 0)), dict(color=(1, 0)), dict(roughness=-1)])
def test_no_colour_and_no_roughness(wrong):
    with pytest.raises(UserError):
        Material(**wrong)
