from dataclasses import replace

import cv2
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.appearance import stumps
from ajahr_mm.synthesis.appearance.folder_textures import FolderTextures

SIZE = 64


def save(path, color, size=(80, 80), alpha=None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = np.full((*size, 3), color[::-1], np.uint8)
    if alpha is not None:
        image = np.dstack([image, alpha])
    assert cv2.imwrite(str(path), image)


@pytest.fixture
def folder(tmp_path):
    save(tmp_path / 'skins/rp_african_female_01.png', (80, 50, 40))
    save(tmp_path / 'skins/rp_african_male_01.png', (90, 60, 40))
    save(tmp_path / 'skins/white/m_03.jpg', (230, 190, 170), (64, 64))
    save(tmp_path / 'skins/any/07.png', (10, 200, 10))
    return tmp_path


def sample(textures, subject, surface, seed: int = 0) -> np.ndarray:
    return textures.sample(np.random.default_rng(seed), subject, surface).texture


def test_people_get_a_texture_of_their_gender_and_group(folder, surface, make_person):
    textures = FolderTextures(str(folder / 'skins'), size=SIZE)
    for group, gender, color in (('African', 'female', (80, 50, 40)), ('African', 'male', (90, 60, 40)),
                                 ('White', 'male', (230, 190, 170)), ('White', 'female', (230, 190, 170)),
                                 ('Asian', 'male', (10, 200, 10))):
        texture = sample(textures, make_person(group, gender), surface)
        assert texture.shape == (SIZE, SIZE, 3) and texture.dtype == np.uint8
        np.testing.assert_allclose(texture.reshape(-1, 3).mean(0), color, atol=2)
    assert not textures.skipped and not textures.unmatched and textures.facts()['textures'] == 4


def test_whom_nothing_fits_gets_any_and_is_named(folder, surface, make_person):
    (folder / 'skins/any/07.png').unlink()
    textures = FolderTextures(str(folder / 'skins'), size=SIZE, licence='CC BY 4.0')
    assert sample(textures, make_person('Asian', 'female'), surface).any()
    assert textures.facts()['without_own_textures'] == ['female Asian'] and textures.facts()['licence'] == 'CC BY 4.0'


def test_clothes_are_laid_over_by_their_alpha(folder, surface, make_person):
    alpha = np.zeros((80, 80), np.uint8)
    alpha[:40] = 255
    save(folder / 'clothes/female_dress.png', (0, 0, 250), alpha=alpha)
    save(folder / 'clothes/male_shirt.png', (250, 0, 0), alpha=alpha)
    textures = FolderTextures(str(folder / 'skins'), str(folder / 'clothes'), size=SIZE)
    texture = sample(textures, make_person('African', 'female'), surface)
    np.testing.assert_allclose(texture[10, 10], (0, 0, 250), atol=2)
    np.testing.assert_allclose(texture[50, 10], (80, 50, 40), atol=2)
    assert sample(textures, make_person('African', 'male'), surface)[10, 10, 0] > 240
    nobody = FolderTextures(str(folder / 'skins'), str(folder / 'clothes'), overlay_share=0., size=SIZE)
    np.testing.assert_allclose(sample(nobody, make_person('African', 'female'), surface)[10, 10], (80, 50, 40), atol=2)


def test_files_that_cannot_be_used_are_skipped_and_named(folder, surface, make_person):
    (folder / 'skins/broken_white_male.png').write_bytes(b'\x89PNG\r\n\x1a\n not a picture')
    save(folder / 'skins/white_male_wide.png', (1, 2, 3), (40, 120))
    textures = FolderTextures(str(folder / 'skins'), size=SIZE)
    for seed in range(12):
        texture = sample(textures, make_person('White', 'male'), surface, seed)
        np.testing.assert_allclose(texture.mean((0, 1)), (230, 190, 170), atol=2)
    assert sorted(path.rpartition('/')[2] for path in textures.skipped) == ['broken_white_male.png', 'white_male_wide.png']
    assert 'square' in textures.skipped[str(folder / 'skins/white_male_wide.png')]
    strict = FolderTextures(str(folder / 'skins'), size=SIZE, strict=True)
    with pytest.raises(UserError, match='broken_white_male|white_male_wide'):
        for seed in range(12):
            sample(strict, make_person('White', 'male'), surface, seed)


def test_same_stream_same_texture_whatever_was_read_before(folder, surface, make_person):
    (folder / 'skins/broken_white_male.png').write_bytes(b'nothing')
    first, second = (FolderTextures(str(folder / 'skins'), size=SIZE) for _ in range(2))
    sample(first, make_person('White', 'male'), surface, 5)
    for seed in range(4):
        subject = make_person('White', 'male')
        np.testing.assert_array_equal(sample(first, subject, surface, seed), sample(second, subject, surface, seed))


def test_folders_without_pictures_are_refused(tmp_path, folder):
    with pytest.raises(UserError, match='holds no picture'):
        FolderTextures(str(tmp_path / 'nowhere'))
    with pytest.raises(UserError, match='holds no picture'):
        FolderTextures(str(folder / 'skins'), overlays=str(tmp_path / 'nothing'))


def test_a_folder_of_nothing_but_damage_is_refused(tmp_path, surface, make_person):
    (tmp_path / 'a.png').write_bytes(b'?')
    with pytest.raises(UserError, match='hardly one can be used'):
        sample(FolderTextures(str(tmp_path), size=SIZE), make_person(), surface)


def test_clothes_without_alpha_are_refused(folder, surface, make_person):
    save(folder / 'clothes/dress.png', (0, 0, 250))
    textures = FolderTextures(str(folder / 'skins'), str(folder / 'clothes'), size=SIZE, strict=True)
    with pytest.raises(UserError, match='no transparent part'):
        sample(textures, make_person(), surface)


def test_bodies_without_texture_coordinates_are_refused(folder, surface, make_person):
    with pytest.raises(UserError, match='texture coordinates'):
        sample(FolderTextures(str(folder / 'skins'), size=SIZE), make_person(), replace(surface, uv=None, uv_faces=None))


def test_ends_of_limbs_are_repainted(folder, surface, make_person, canvas):
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[::2] = 255
    cv2.imwrite(str(folder / 'skins/hispanic_female.png'), stripes)
    textures = FolderTextures(str(folder / 'skins'), size=256)
    texture = sample(textures, make_person('Hispanic', 'female', (3, 1.4, 3, 3)), surface).reshape(-1, 3)
    limb = stumps.find_limb(canvas, 1)
    assert np.ptp(texture[limb.index[limb.between(1.8)]].astype(int), axis=0).max() == 0
    assert np.ptp(texture[limb.index[limb.between(.2, 1.1)]].astype(int)) == 255
