"""BPAC-Net of the AJAHR release: other order of the limbs, other meaning of the classes."""
from typing import Any, Dict, List, Tuple

from ajahr_mm.anatomy.limbs import LIMBS, NUM_CLASSES, label_to_limb
from ajahr_mm.convert.rules import Rule, State, change, count, drop, keep, require, within

#: The release's class of a whole limb; 0, 1, 2 are AJAHR's indices of the limb from the outermost level inwards.
_THEIR_INTACT = NUM_CLASSES - 1


def _limb_of_head(head: int) -> int:
    """Our limb of their ``head1`` … ``head4``, which follow AJAHR's indices: right arm, left arm, left leg, right leg."""
    return label_to_limb(3 * (head - 1))[0]


def _their_classes(head: int) -> List[int]:
    """``rows[ours]`` is their row of our class."""
    rows = [_THEIR_INTACT] * NUM_CLASSES
    for theirs in range(_THEIR_INTACT):
        rows[label_to_limb(3 * (head - 1) + theirs)[1]] = theirs
    return rows


def _head_rules() -> Tuple[Rule, ...]:
    rules = []
    for head in range(1, len(LIMBS) + 1):
        limb, rows = _limb_of_head(head), _their_classes(head)
        rules.append(change(rf'head{head}\.(weight|bias)', {rf'heads.{limb}.\1': lambda value, rows=rows: value[rows]},
                            f'{LIMBS[limb]}; class {_THEIR_INTACT} (intact) becomes 0'))
    return tuple(rules)


#: Our limb of each of their heads, and our classes in the order of theirs: what turns our logits into theirs.
THEIR_ORDER: Tuple[List[int], List[List[int]]] = (
    [_limb_of_head(head) for head in range(1, len(LIMBS) + 1)],
    [[_their_classes(head).index(theirs) for theirs in range(NUM_CLASSES)] for head in range(1, len(LIMBS) + 1)])

#: For names without ``classifier.``.
BPAC: Tuple[Rule, ...] = _head_rules() + (
    keep(r'resnet\.(.+)', r'backbone.\1'), keep(r'projection\.(weight|bias)', r'projection.\1'),
    drop(r'heatmap_generator\.[xy]_grid', 'coordinates 0..255, computed here'))


def bpac_rules(ours: str = 'limb_classifier.') -> Tuple[Rule, ...]:
    """Rules for entries that begin with ``classifier.``."""
    return within('classifier.', ours, BPAC)


def bpac_config(state: State, title: str = 'AJAHR') -> Dict[str, Any]:
    """The ``limb_classifier`` of these entries; missing keypoints are drawn in the corner, as the release does."""
    prefix = 'classifier.'
    require(state, [prefix + 'resnet.conv1.weight', prefix + 'projection.weight', prefix + 'head1.weight'], title)
    layers = tuple(count(state, rf'classifier\.resnet\.layer{stage}\.(\d+)\.') for stage in range(1, 5))
    width, channels = state[prefix + 'resnet.conv1.weight'].shape[:2]
    return dict(type='BPACNet', token_dim=len(state[prefix + 'projection.weight']), ignore_confidence=True,
                backbone=dict(type='CBAMResNet', layers=layers, width=width, in_channels=channels))
