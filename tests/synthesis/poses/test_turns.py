import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.synthesis.poses import turns

ANGLES = np.random.default_rng(0).uniform(-np.pi, np.pi, (3, 200, 4))


@pytest.mark.parametrize('axes, turn', [('YZX', turns.turn_yzx), ('XZY', turns.turn_xzy)])
def test_three_turns_are_those_of_scipy(axes, turn):
    expected = Rotation.from_euler(axes, ANGLES.reshape(3, -1).T).as_matrix().reshape(200, 4, 3, 3)
    np.testing.assert_allclose(turn(*ANGLES), expected, atol=1e-14)


def rotation_vectors():
    """Random axes with angles from 0 to pi, the ends and their neighbourhoods among them."""
    axes = np.random.default_rng(1).normal(size=(1000, 3))
    axes[:6] = np.concatenate([np.eye(3), -np.eye(3)])
    angles = np.linspace(0, np.pi - 1e-6, 1000)
    angles[[0, 7, 100, 200, 300]] = np.pi - 1e-9, 1e-15, 1e-9, 1e-5, np.pi - 1e-7
    return axes / np.linalg.norm(axes, axis=1, keepdims=True) * angles[:, None]


def test_rotation_vectors_and_back():
    vectors = rotation_vectors()
    matrices = turns.turns(vectors)
    np.testing.assert_allclose(matrices, Rotation.from_rotvec(vectors).as_matrix(), atol=1e-14)
    np.testing.assert_allclose(turns.rotation_vectors(matrices), vectors, atol=1e-8)


def test_half_turns_give_the_same_rotation_whatever_the_sign():
    vectors = np.pi * np.concatenate([np.eye(3), [[.6, .8, 0], [0, -.6, .8]]])
    found = turns.rotation_vectors(turns.turns(vectors))
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), np.pi, atol=1e-7)
    np.testing.assert_allclose(turns.turns(found), turns.turns(vectors), atol=1e-12)


def test_a_row_does_not_depend_on_its_neighbours():
    vectors = rotation_vectors()
    whole = turns.rotation_vectors(turns.turns(vectors))
    for start, stop in ((0, 1), (3, 4), (1, 8), (5, 30), (17, 300)):
        np.testing.assert_array_equal(turns.rotation_vectors(turns.turns(vectors[start:stop])), whole[start:stop])


def test_arrays_of_any_shape_and_with_gaps_are_taken():
    vectors = rotation_vectors()
    assert turns.turns(vectors[9]).shape == (3, 3) and turns.rotation_vectors(turns.turns(vectors[9])).shape == (3,)
    gaps = np.stack([vectors, -vectors], 1)[:, 0]
    np.testing.assert_array_equal(turns.turns(gaps), turns.turns(vectors))
    np.testing.assert_array_equal(turns.turn_yzx(*gaps.T), turns.turn_yzx(*vectors.T.copy()))
