"""What the parts of the generator hand to one another. Every record is of one picture; all are plain numpy."""
from typing import NamedTuple, Optional

import numpy as np


class Place(NamedTuple):
    """Where the person of a fit stands in a photograph (the paper's route: fits of existing pictures)."""
    picture: str                # path of the photograph
    center: np.ndarray          # (2,) px, middle of the square box around the person
    size: float                 # px, side of that box
    global_orient: np.ndarray   # (3,) axis-angle into camera axes
    camera: np.ndarray          # (3,) weak camera s, tx, ty of the box
    betas: np.ndarray           # (10,)
    gender: str = 'neutral'


class Pose(NamedTuple):
    """How a person is posed, and where that comes from."""
    body_pose: np.ndarray             # (69,) axis-angle radians of joints 1..23
    pitch: float                      # degrees the whole body leans forward
    source: str                       # names what must not be shared between splits; several joined by ' / '
    place: Optional[Place] = None     # only fits of photographs have one


class Subject(NamedTuple):
    """Who a person is."""
    limb_extent: np.ndarray           # (4,) segments kept of each limb
    betas: np.ndarray                 # (10,)
    gender: str                       # 'female' or 'male'
    group: str                        # appearance group
    age: float = 35.                  # years
    build: str = 'average'            # one word for the figure


class Look(NamedTuple):
    """Skin, hair and clothes. One of ``texture`` and ``color`` is given."""
    texture: Optional[np.ndarray] = None   # (h,w,3) uint8 RGB in the body's texture layout
    color: Optional[np.ndarray] = None     # (V,3) float32 RGB 0..1
    offset: Optional[np.ndarray] = None    # (V,) float32 metres of cloth, hair or shoe above the skin, along the normal


class Light(NamedTuple):
    """Sun and sky in camera axes (x right, y down, z forward). Colours are linear factors on the surface colour."""
    direction: np.ndarray       # (3,) unit vector towards the lamp
    sun: np.ndarray             # (3,) RGB
    sky: np.ndarray             # (3,) RGB, from above
    ground: np.ndarray          # (3,) RGB, from below
    softness: float = .3        # 0 hard shadows ... 1 none


class Background(NamedTuple):
    """What is behind the person."""
    image: np.ndarray                  # (size,size,3) uint8 RGB
    name: str                          # 'photograph/x.jpg', 'panorama/forest', 'procedural/room', ...
    light: Optional[Light] = None      # what lights that place, where that is known
    horizon: Optional[float] = None    # row of the horizon / size, where that is known


class View(NamedTuple):
    """How the camera sees the person."""
    global_orient: np.ndarray   # (3,) axis-angle into camera axes
    fill: float                 # person's longer side over the frame's side
    shift: np.ndarray           # (2,) offset of the person's middle, share of the frame
    cropped: bool               # the frame cuts off part of the person on purpose
    focal: float = 5000.        # px at the picture's size
    up: np.ndarray = np.array([0., -1., 0.], np.float32)   # (3,) away from the floor, in camera axes
    place: Optional[Place] = None                          # where a fit stands, if the view keeps to it


class Sample(NamedTuple):
    """One finished picture."""
    jpeg: bytes
    row: dict                   # a value for every name of ``annotation.COLUMNS``
    extras: dict = {}           # further files by suffix: 'mask.png' (parts), 'depth.png' (mm, 16 bit)
