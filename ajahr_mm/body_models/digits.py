"""Fingers and toes, found on the surface of a body, so that a partial hand or foot ends in digits and not in threads.

Seen from the wrist or ankle every digit is a hill: its tip is a local maximum of the distance, and its base is the highest
pass (the web) over which a higher hill is reached. No labels are needed, so files of SMPL have digits, too.
"""
from dataclasses import dataclass
from typing import Dict, List, Tuple

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.body_models.assets import BodyArrays
from ajahr_mm.body_models.limb_field import LimbField

MIN_LENGTH = 0.05    # of the longest digit's distance: lower hills are knuckles and ankle bones
MIN_VERTICES = 8
WEB_SPREAD = 0.85    # webs nearer than this share of the median one belong to the thumb
WEB_MARGIN = 0.08    # limb coordinate before the first web at which the palm is no longer of one piece
AXIS_TERMS = 3       # the axis of a digit is a parabola in its coordinate


@dataclass
class Digits:
    """D digits of a body in T-pose; L=4 limbs, V vertices, N shape axes."""

    limb: np.ndarray        # (D,) limb of each digit
    digit: np.ndarray       # (V,) digit of each vertex, -1 elsewhere
    along: np.ndarray       # (V,) 0 at the web .. 1 at the tip
    axis: np.ndarray        # (D,3,3) axis point = these rows times 1, along, along^2, m
    axis_shape: np.ndarray  # (D,3,3,N) its change with each shape axis
    radius: np.ndarray      # (D,) m
    begin: np.ndarray       # (L,) limb coordinate before which there are no digits; 3 where there are none
    webs: np.ndarray        # (L,) limb coordinate of the first web between fingers or toes (the thumb's lies apart); else 3
    palm_end: np.ndarray    # (L,) limb coordinate at which hand or foot ends without its digits; else 3


def find_digits(body: BodyArrays, field: LimbField) -> Digits:
    """The digits of a body's mean shape; hands or feet with fewer than two count as having none."""
    joints, count = body.J_regressor @ body.v_template, len(body.v_template)
    digit, along = np.full(count, -1), np.zeros(count)
    limb_of, axes, shapes, radii = [], [], [], []
    begin, webs, palm_end = (np.full(limbs.NUM_LIMBS, limbs.INTACT_EXTENT) for _ in range(3))
    for limb, chain in enumerate(limbs.CHAINS):
        mine = (field.limb == limb) & (field.coordinate > limbs.JOINT_POSITION[2])
        height = np.where(mine, np.linalg.norm(body.v_template - joints[chain[2]], axis=1), -1)
        hills = [hill for hill in _hills(height, body.faces) if len(hill[0]) >= MIN_VERTICES]
        if len(hills) < 2:
            continue
        near = [field.coordinate[mine].min()]
        for members, web in hills:
            u = (height[members] - height[web]) / (height[members].max() - height[web])
            fit = np.linalg.pinv(_terms(u))  # (3,m): the parabola is linear in the vertices, and so in the shape
            digit[members], along[members] = len(axes), u
            limb_of.append(limb)
            axes.append(fit @ body.v_template[members])
            shapes.append(np.einsum('tm,mcn->tcn', fit, body.shapedirs[members]))
            radii.append(max(1e-3, np.linalg.norm(body.v_template[members] - _terms(u) @ axes[-1], axis=1).mean()))
            length = np.linalg.norm(axes[-1][1:].sum(0))
            near.append(field.coordinate[members][u * length <= 1.2 * radii[-1]].max(initial=0))  # the knuckle's dome
        members = mine & (digit >= 0)
        begin[limb] = field.coordinate[members].min()
        far = WEB_SPREAD * np.median([height[web] for _, web in hills])
        webs[limb] = min(field.coordinate[web] for _, web in hills if height[web] > far) - WEB_MARGIN
        palm_end[limb] = min(limbs.INTACT_EXTENT, max(max(near), field.coordinate[mine & (digit < 0)].max()) + 0.02)
    empty = np.zeros((0, AXIS_TERMS, 3))
    return Digits(np.array(limb_of, np.int64), digit, along, np.array(axes) if axes else empty,
                  np.array(shapes) if shapes else empty[..., None].repeat(body.shapedirs.shape[2], -1), np.array(radii),
                  begin, webs, palm_end)


def _terms(along: np.ndarray) -> np.ndarray:
    """(m,3): 1, u, u^2."""
    return along[:, None] ** np.arange(AXIS_TERMS)


def _hills(height: np.ndarray, faces: np.ndarray) -> List[Tuple[np.ndarray, int]]:
    """Members and the pass (a vertex) of every hill of the surface; vertices of negative height do not take part."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    neighbours: Dict[int, List[int]] = {}
    for a, b in edges[(height[edges] >= 0).all(1)].tolist():
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)
    least = MIN_LENGTH * height.max()
    group: Dict[int, int] = {}           # vertex -> its hill so far, named after the tip
    members: Dict[int, List[int]] = {}
    split, found = set(), []             # hills that already consist of several
    for vertex in np.argsort(-height, kind='stable')[:(height >= 0).sum()].tolist():  # the water falls
        around = sorted({group[n] for n in neighbours.get(vertex, ()) if n in group}, key=lambda tip: -height[tip])
        top = around[0] if around else vertex
        group[vertex] = top
        members.setdefault(top, []).append(vertex)
        for other in around[1:]:
            if height[other] - height[vertex] > least:
                found += [(np.array([m for m in members[tip] if height[m] > height[vertex]]), vertex)
                          for tip in (top, other) if tip not in split]
                split.add(top)
            for m in members[other]:
                group[m] = top
            members[top] += members.pop(other)
            split |= {top} if other in split else set()
    return found
