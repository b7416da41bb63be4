import numpy as np
import pytest

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import HMR44, OCCLUDED
from ajahr_mm.synthesis import annotation
from ajahr_mm.synthesis.output import counts


@pytest.fixture
def table(made):
    return annotation.to_columns([sample.row for sample in made])


def test_every_kind_adds_up_and_agrees_with_the_rows(table):
    found = counts.counts(table)
    for kind in ('label', 'lost_limbs_a_person', 'group', 'gender', 'group_and_gender', 'age', 'build', 'background'):
        assert sum(found[kind].values()) == found['pictures'] == 45, kind
    assert found['label']['intact'] == (table['label'] == 12).sum() and found['label']['two limbs'] == 3
    assert list(found['label'])[:12] == list(limbs.LABEL_NAMES[:12])
    lost = table['limb_extent'] < 3
    assert found['lost_limb']['left_arm'] == lost[:, 0].sum()
    assert sum(found['level'].values()) == sum(found['extent_of_lost_limbs'].values()) == lost.sum()
    assert found['limb_end'] == {'at a joint': int(lost.sum()) - 3, 'between two joints': 3}
    assert found['level']['transradial'] == 3 and found['extent_of_lost_limbs']['1.25 to 1.50'] == 3
    assert found['visibility'] == {name: int((table['visibility'] == code).sum())
                                   for code, name in enumerate(('visible', 'occluded', 'outside', 'absent'))}
    assert found['background'] == {'photograph': 45} and found['different_backgrounds'] == 4
    assert found['group_and_gender']['african, female'] == (
        (table['group'] == 'african') & (table['gender'] == 'female')).sum()


def test_bands_of_ages_may_be_chosen(table):
    ages = np.floor(table['age'])
    assert counts.counts(table, ['18-35', '36-80'])['age'] == {
        '18-35': int((ages <= 35).sum()), '36-80': int((ages > 35).sum())}


def test_people_who_lack_several_limbs():
    rows = [np.float32(extent) for extent in ([0, 3, 2, 3], [0, 0, 1.5, 3], [0, 0, 0, 0])]
    table = dict(limb_extent=np.stack(rows), label=np.full(3, -1), age=np.full(3, 40.), visibility=np.zeros((3, 44)),
                 **{name: np.array(['x'] * 3) for name in ('group', 'gender', 'build', 'background')})
    found = counts.counts(table)['label']
    assert {name: count for name, count in found.items() if count} == {'two limbs': 1, 'three limbs': 1, 'four limbs': 1}


@pytest.mark.parametrize('extent, term, bar', [
    ([3, 0, 3, 3], 'shoulder disarticulation', '0.00 to 0.25'), ([.6, 3, 3, 3], 'transhumeral', '0.50 to 0.75'),
    ([3, 3, 2.9, 3], 'partial foot', '2.75 to 3.00'), ([3, 3, 3, 1], 'knee disarticulation', '1.00 to 1.25')])
def test_levels_and_extents(extent, term, bar):
    found = counts.limb_counts(np.float32([extent, [3, 3, 3, 3]]))
    assert found['level'][term] == found['extent_of_lost_limbs'][bar] == 1
    assert found['lost_limbs_a_person'] == {'0': 1, '1': 1}


def test_an_absent_limb_is_not_a_hidden_one():
    extent = np.float32([[3, 3, 3, 3], [3, 3, 3, 3], [1, 3, 3, 3]])
    visibility = np.zeros((3, 44), np.uint8)
    visibility[1, HMR44.index('left_wrist')] = OCCLUDED
    found = counts.limb_visibility(dict(limb_extent=extent, visibility=visibility))
    assert found['left_arm'] == dict(absent=1, hidden=1, seen=1) and found['right_leg'] == dict(absent=0, hidden=0, seen=3)
