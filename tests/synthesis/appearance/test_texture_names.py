import pytest

from ajahr_mm.synthesis.appearance.texture_names import read_owner


@pytest.mark.parametrize('path,gender,group', [
    ('skin_f_african_01_ALB.png', 'female', 'African'), ('rp_african_female_x.png', 'female', 'African'),
    ('skin_m_southeast_asian_02.png', 'male', 'SoutheastAsian'), ('SoutheastAsian/male/1.jpg', 'male', 'SoutheastAsian'),
    ('Middle Eastern/woman-07.webp', 'female', 'MiddleEastern'), ('skin_f_middleeastern_3.png', 'female', 'MiddleEastern'),
    ('asian/latino_man.png', 'male', 'Hispanic'), ('whiteFemale.png', 'female', 'White'), ('indian.tif', None, 'Indian'),
    ('textures/0001.png', None, None), ('males/caucasians.png', None, None), ('f/a.png', 'female', None)])
def test_words_of_names_and_folders_tell_whose_a_texture_is(path, gender, group):
    assert read_owner(path) == (gender, group)
