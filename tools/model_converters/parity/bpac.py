"""BPAC-Net alone: heat-maps, maps of the network, verdicts, token."""
from typing import Any, Dict, Tuple

import numpy as np
import torch
from parity import comparison
from parity.common import build, mean_and_std, pictures, probe, tap
from parity.folder import Fixture
from torch import Tensor

from ajahr_mm.apis.official import network_shapes
from ajahr_mm.convert.bpac import THEIR_ORDER, bpac_config, bpac_rules
from ajahr_mm.convert.rules import apply_rules, check_complete

LIMITS = comparison.COMMON
INPUTS = ('keypoints', 'heatmap_window_origin_xy')


def applies(fixture: Fixture) -> bool:
    names = [key for key, *_ in fixture.keys]
    return fixture.arrays is not None and bool(names) and all(name.startswith('classifier.') for name in names)


def in_their_order(logits: Tensor) -> Tensor:
    """Our logits (B,4,4) by head and class of the release."""
    heads, classes = THEIR_ORDER
    return torch.stack([logits[:, limb][:, rows] for limb, rows in zip(heads, classes)], 1)


def run(fixture: Fixture) -> Dict[str, Any]:
    """Every stored array, computed by a converted ``BPACNet``."""
    state = fixture.state()
    config = bpac_config(state)
    done = apply_rules(state, bpac_rules(''), 'AJAHR')
    check_complete(done, network_shapes(config), 'AJAHR')
    net, maps = build(config, done.state), {}
    image, keypoints = pictures(fixture), torch.from_numpy(fixture.arrays['keypoints'])
    for name, module in dict(stem=net.backbone.maxpool, block0=net.backbone.layer1[0], layer4=net.backbone.layer4).items():
        tap(module, maps, name)
    out = net(image, keypoints)
    heatmaps = net.assemble(image, keypoints)[:, 3:]
    return dict(
        weight_mean_std=mean_and_std(fixture, state), img_probe=probe(image), heatmap_sum=heatmaps.sum((2, 3)),
        heatmap_peak=heatmaps.amax((2, 3)), heatmap_at_rounded_keypoint=_at(heatmaps, fixture.arrays['keypoints']),
        heatmap_corner_5x5=heatmaps[:, :, :5, :5],
        heatmap_window_sample0_joint0=_window(heatmaps[0, 0], fixture.arrays['heatmap_window_origin_xy']),
        stem_sub=maps['stem'][:, ::8, ::9, ::9], block0_sub=maps['block0'][:, ::8, ::9, ::9],
        layer4_sub=maps['layer4'][:, ::32], pooled=maps['layer4'].mean((2, 3)), logits=in_their_order(out['logits']),
        token=out['token'][:, 0])


def _at(heatmaps: Tensor, keypoints: np.ndarray) -> np.ndarray:
    side = heatmaps.shape[-1] - 1
    x, y = np.clip(np.rint(keypoints[..., :2]), 0, side).astype(int).transpose(2, 0, 1)
    samples, joints = np.indices(x.shape)
    return heatmaps.numpy()[samples, joints, y, x]


def _window(heatmap: Tensor, origin: Tuple[int, int], side: int = 16) -> Tensor:
    x, y = int(origin[0]), int(origin[1])
    return heatmap[y:y + side, x:x + side]
