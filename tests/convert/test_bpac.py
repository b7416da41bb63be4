"""Limb order and class meaning: the release's words against ours, through the limb table."""
import pytest
import torch

from ajahr_mm.anatomy import limbs
from ajahr_mm.convert.bpac import THEIR_ORDER, bpac_config, bpac_rules
from ajahr_mm.convert.rules import apply_rules

# The release: heads of right arm, left arm, left leg, right leg; classes hand/foot, elbow/knee, shoulder/hip gone, intact.
THEIR_LIMBS = ('right_arm', 'left_arm', 'left_leg', 'right_leg')


@pytest.mark.parametrize('head', range(4))
@pytest.mark.parametrize('their_class', range(4))
def test_a_verdict_means_the_same_limb_and_level(head, their_class):
    state = {f'classifier.head{i + 1}.bias': torch.eye(4)[their_class if i == head else 3] for i in range(4)}
    done = apply_rules(state, bpac_rules(''), 'AJAHR').state
    classes = [int(done[f'heads.{limb}.bias'].argmax()) for limb in range(4)]
    level = {0: 1, 1: 2, 2: 3, 3: 0}[their_class]  # outermost part first; 3 is their whole limb
    expected = [level if limbs.LIMBS[limb] == THEIR_LIMBS[head] else 0 for limb in range(4)]
    assert classes == expected
    assert limbs.classes_to_labels(classes) == [3 * head + their_class if their_class < 3 else limbs.INTACT_LABEL]


def test_the_way_back_is_the_inverse():
    theirs = torch.randn(4, 4)
    done = apply_rules({f'classifier.head{i + 1}.bias': theirs[i] for i in range(4)}, bpac_rules(''), 'AJAHR').state
    back = torch.stack([done[f'heads.{limb}.bias'][rows] for limb, rows in zip(*THEIR_ORDER)])
    assert torch.equal(back, theirs)


def test_the_network_is_told_by_its_shapes(meta_state):
    assert bpac_config(meta_state('bpac_only')) == dict(
        type='BPACNet', token_dim=1280, ignore_confidence=True,
        backbone=dict(type='CBAMResNet', layers=(3, 4, 6, 3), width=64, in_channels=15))
