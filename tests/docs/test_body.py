"""docs/body.md tells the truth: its code runs, its pictures are there, its numbers are those of the packaged file."""
import re
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoint_sets import KEYPOINT_SETS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / 'docs' / 'body.md').read_text(encoding='utf-8')


def tables():
    """All rows of all tables as lists of cells."""
    rows = re.findall(r'^\|(.+)\|$', TEXT, re.MULTILINE)
    return [[cell.strip() for cell in row.split('|')] for row in rows]


def test_snippets_run_in_order():
    names = {}
    for code in re.findall(r'```python\n(.*?)```', TEXT, re.DOTALL):
        exec(code, names)  # our own documentation
    out, points, present = names['out'], names['points'], names['present']
    assert out.vertices.shape == (1, 6639, 3) and names['body'].faces.shape == (13274, 3)
    assert points.shape == (1, 17, 3) and names['regressor'].shape == (17, 6639)
    assert out.joint_present.tolist()[0] == (~limbs.missing_joints(torch.tensor([1.4, 3., 3., 2.]))).tolist()
    assert (~present).sum() == 2  # left wrist and right ankle


def test_pictures_are_there_and_small():
    files = [ROOT / 'docs' / name for name in re.findall(r'\]\((pictures/[^)]+)\)', TEXT)]
    assert len(files) == 4 and sum(f.stat().st_size for f in files) < 600_000


def test_axis_table_is_that_of_the_file():
    sys.path.insert(0, str(ROOT / 'tools' / 'body_models'))
    try:
        measures = import_module('measures')
    finally:
        sys.path.pop(0)
    body = np.load(ROOT / 'ajahr_mm/assets/open_body.npz')
    rows = [row for row in tables() if row[0].isdigit() and row[1].endswith('%')]
    assert [int(row[0]) for row in rows] == list(range(1, 11))
    for k, row in enumerate(rows):
        assert float(row[1].rstrip('%')) == pytest.approx(100 * body['shape_shares'][k], abs=0.051)
        for end, value in ((0, -2), (1, 2)):
            vertices = body['v_template'] + value * body['shapedirs'][..., k]
            sizes = measures.measure(vertices, body['J_regressor'] @ vertices, body['f'], body['part_labels'])
            for cell, name in zip(row[3:], ('stature', 'volume', 'chest', 'waist', 'hips', 'shoulders')):
                assert float(cell.split(' … ')[end]) == pytest.approx(sizes[name], abs=0.51), (k + 1, name)


def test_clinical_terms_and_keypoint_sets_are_those_of_the_code():
    rows = tables()
    for extent in (0, 0.6, 1, 1.4, 2, 2.4):
        name = f'{int(extent)}' if extent == int(extent) else f'{int(extent)} … {int(extent) + 1}'
        row = next(r for r in rows if r[0] == name and len(r) == 4)
        assert [limbs.clinical_term(limb, extent) for limb in (0, 2)] == [f'left {term}' for term in row[1:3]]
        assert int(row[3]) == limbs.extent_to_classes(np.float64(extent))
    counts = {r[0].strip('`'): int(r[1]) for r in rows if r[0].startswith('`') and r[1].isdigit()}
    assert counts == {name: len(s.names) for name, s in KEYPOINT_SETS.items()}
