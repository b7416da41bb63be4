"""Pictures, and networks on disk, for the removal of people."""
import importlib.util
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from ... import tiny_networks

FOLDER = Path(__file__).parent
if str(FOLDER) not in sys.path:  # worker processes inherit the path and import the stand-ins by name
    sys.path.insert(0, str(FOLDER))
import removal_stand_ins as stand_ins_module  # noqa: E402

ASTRONAUT_BOX = [19., 15., 366., 512.]


@pytest.fixture(scope='session')
def stand_ins():
    return stand_ins_module


@pytest.fixture(scope='session')
def networks():
    return tiny_networks


@pytest.fixture(scope='session')
def astronaut():
    """The photograph (256,256,3) uint8 RGB of a person before a flag and a model of the shuttle (NASA, public domain)."""
    import skimage.data
    return cv2.resize(skimage.data.astronaut(), (256, 256), interpolation=cv2.INTER_AREA)


@pytest.fixture(scope='session')
def astronaut_box():
    """Her box (1,4) px."""
    return np.array([ASTRONAUT_BOX]) / 2


@pytest.fixture(scope='session')
def needs_transformers():
    if importlib.util.find_spec('transformers') is None:
        pytest.skip('transformers is not installed')


@pytest.fixture(scope='session')
def sam_folder(tmp_path_factory, needs_transformers):
    return tiny_networks.save_sam(tmp_path_factory.mktemp('sam'))


@pytest.fixture(scope='session')
def sam2_folder(tmp_path_factory, needs_transformers):
    return tiny_networks.save_sam2(tmp_path_factory.mktemp('sam2'))


@pytest.fixture(scope='session')
def lama_file(tmp_path_factory):
    return tiny_networks.save_torchscript(tiny_networks.MeanLaMa(), tmp_path_factory.mktemp('lama') / 'lama.pt')


@pytest.fixture(scope='session')
def alexnet_file(tmp_path_factory):
    return tiny_networks.save_alexnet(tmp_path_factory.mktemp('alexnet') / 'alexnet.pth')


@pytest.fixture
def scene():
    """A red disc of radius 24 px before a blue-green pattern (120,160,3), its mask, and its box (1,4)."""
    y, x = np.mgrid[:120, :160]
    ground = np.stack([60 + 0 * x, 120 + 40 * np.sin(x / 4.), 150 + 30 * np.cos(y / 5.)], axis=-1).astype(np.uint8)
    disc = (x - 80) ** 2 + (y - 60) ** 2 <= 24 ** 2
    return np.where(disc[..., None], np.uint8([210, 40, 30]), ground), disc, np.array([[56., 36., 104., 84.]])
