"""Build ``ajahr_mm/assets/panoramas.npz``: real places under CC0, small enough to ship, each with the light that fell there.

    npm pack @pmndrs/assets@1.7.0
    python tools/misc/build_panoramas.py pmndrs-assets-1.7.0.tgz [--out FILE]

The npm package (CC0 1.0) holds 18 HDR panoramas of Poly Haven, shrunk to 512 x 256. Lanczos shrinking and lossy compression
left dark rings around lamps, negative values, and suns that lost two of three channels; all that is mended here. What goes
into the asset is a tone-mapped picture, and direction, colour and softness of the light measured in the HDR values.
"""
import argparse
import base64
import hashlib
import os
import re
import tarfile
from pathlib import Path
from typing import Dict, Tuple

os.environ['OPENCV_IO_ENABLE_OPENEXR'] = '1'   # read by OpenCV when it is imported
import cv2  # noqa: E402
import numpy as np  # noqa: E402

from ajahr_mm.io import UserError, atomic_path, exit_on_user_error  # noqa: E402

ASSET = Path(__file__).parents[2] / 'ajahr_mm/assets/panoramas.npz'
SHA256 = '152bd218a3390703f184f0c6ce16e73c8f0a87f32d38530d418a09d33d8208dc'
HEIGHT, WIDTH = 256, 512
LUMINANCE = np.float32([.2126, .7152, .0722])
EVERYWHERE = (0., 180.)
#: Name -> strength of the grain of its ground, and where to look: middle and half width of the yaw in degrees, to the right
#: of the middle column. The package's ``sky`` is left out, because it has no ground.
PLACES = {
    'apartment': (.0, EVERYWHERE), 'bridge': (.0, EVERYWHERE), 'city': (.11, EVERYWHERE), 'dawn': (.2, EVERYWHERE),
    'esplanade': (.0, EVERYWHERE), 'forest': (.16, EVERYWHERE), 'hall': (.03, EVERYWHERE), 'lab': (.05, EVERYWHERE),
    'lobby': (.0, EVERYWHERE), 'night': (.2, EVERYWHERE), 'park': (.2, EVERYWHERE), 'studio': (.0, (-90., 28.)),
    'sunrise': (.22, EVERYWHERE), 'sunset': (.11, EVERYWHERE), 'venice': (.14, (-105., 62.)), 'warehouse': (.09, EVERYWHERE),
    'workshop': (.03, EVERYWHERE)}


def read_package(path: Path) -> Dict[str, np.ndarray]:
    """Name -> (256,512,3) float32 RGB radiance. Raises UserError when the file is not the package this was written for."""
    data = path.read_bytes() if path.is_file() else b''
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise UserError(f'{path} is not the package @pmndrs/assets 1.7.0; get it with: npm pack @pmndrs/assets@1.7.0')
    found = {}
    with tarfile.open(path) as package:
        for name in PLACES:
            text = package.extractfile(f'package/hdri/{name}.exr.js').read().decode()
            packed = base64.b64decode(re.search(r'base64,([A-Za-z0-9+/=]+)', text).group(1))
            found[name] = cv2.imdecode(np.frombuffer(packed, np.uint8), cv2.IMREAD_UNCHANGED)[..., 2::-1].astype(np.float32)
    return found


def mend(radiance: np.ndarray) -> np.ndarray:
    """Finite, non-negative radiance without rings around lamps, and with suns that have all their colours."""
    image = np.nan_to_num(radiance, nan=0., posinf=6e4, neginf=0.)
    for row in range(0, HEIGHT, 8):            # the blocks of the compression
        for column in range(0, WIDTH, 8):
            block = image[row:row + 8, column:column + 8]
            top = block.max((0, 1))
            if top.max() > 300 and top.min() < .05 * top.max():   # only suns are that bright
                _refill(image, row, column)
    lamps = cv2.dilate((image.max(-1) > 100).astype(np.uint8), np.ones((9, 9))) > 0
    around = np.pad(image, ((0, 0), (8, 8), (0, 0)), mode='wrap')
    closed = cv2.morphologyEx(around, cv2.MORPH_CLOSE, np.ones((5, 5)))[:, 8:-8]
    return np.maximum(np.where(lamps[..., None] & (image < .5 * closed), closed, image), 0)


def _refill(image: np.ndarray, row: int, column: int) -> None:
    """A block whose sun lost two channels: the colour of the ring around it, and the energy that the third channel kept."""
    block = image[row:row + 8, column:column + 8]
    ring = image[max(row - 6, 0):row + 14, max(column - 6, 0):column + 14].reshape(-1, 3)
    ring = ring[(ring > .3).all(1) & (ring.max(1) < 200)]
    color, kept = np.percentile(ring, 80, axis=0), int(block.max((0, 1)).argmax())
    y, x = np.unravel_index(block[..., kept].argmax(), block.shape[:2])
    energy = max(float(block[..., kept].sum()), 0.)
    block[:] = color
    block[y, x] += color / color[kept] * energy


def directions() -> Tuple[np.ndarray, np.ndarray]:
    """Unit vectors (H,W,3) of the pixels, x right of the middle column, y down, z to it; and their solid angles (H,1) sr."""
    azimuth = ((np.arange(WIDTH) + .5) / WIDTH - .5) * 2 * np.pi
    down = (((np.arange(HEIGHT) + .5) / HEIGHT - .5) * np.pi)[:, None]
    where = np.stack([np.cos(down) * np.sin(azimuth), np.sin(down) + 0 * azimuth, np.cos(down) * np.cos(azimuth)], -1)
    return where, np.cos(down) * (2 * np.pi / WIDTH) * (np.pi / HEIGHT)


def measure_light(radiance: np.ndarray) -> Dict[str, np.ndarray]:
    """Direction (3,) towards the lamps, colours (3,) sun, sky and ground, softness 0..1, as in ``records.Light``.

    What outshines four times the median is lamps. Their light counts as one lamp as far as it comes from one side; the rest
    of it, and everything else, is what the sky and the ground send. White paper facing the lamp has a brightness of 1.
    """
    where, solid = directions()
    brightness = radiance @ LUMINANCE
    lamps = radiance * np.clip(1 - 4 * np.median(brightness) / np.maximum(brightness, 1e-9), 0, 1)[..., None]
    flux = (lamps * solid[..., None]).sum((0, 1))
    pull = ((lamps @ LUMINANCE * solid)[..., None] * where).sum((0, 1))
    oneness = float(np.linalg.norm(pull) / max(flux @ LUMINANCE, 1e-9))
    direction = pull / max(np.linalg.norm(pull), 1e-9)
    rest = radiance - oneness * lamps
    sky, ground = ((rest * (solid * np.maximum(sign * where[..., 1], 0))[..., None]).sum((0, 1)) / np.pi for sign in (-1, 1))
    sun = oneness * flux / np.pi
    share = float(sun @ LUMINANCE / max((sun + sky) @ LUMINANCE, 1e-9))
    facing = ground + (sky - ground) * (1 - direction[1]) / 2
    scale = 1 / float((sun + facing) @ LUMINANCE)
    return dict(direction=direction, sun=sun * scale, sky=sky * scale, ground=ground * scale,
                softness=np.clip(1 - oneness ** 6 * min(1., share / .6), .08, 1.))


def balance(radiance: np.ndarray) -> np.ndarray:
    """White balance half way to grey, as cameras do it: dusk stays blue, but not that blue."""
    _, solid = directions()
    mean = (np.minimum(radiance, 20 * np.median(radiance)) * solid[..., None]).sum((0, 1))
    return radiance * np.sqrt(mean @ LUMINANCE / mean).astype(np.float32)


def tone_map(radiance: np.ndarray) -> np.ndarray:
    """(256,512,3) uint8 as a camera shows it: exposed for what lies around the horizon, highlights rolled off."""
    middle = radiance[60:200].mean(-1)
    usual = np.exp(np.mean(np.log(middle + .01 * np.median(middle))))
    image = radiance * min(.2 / usual, 1. / np.percentile(middle, 80))
    bright = np.maximum(image @ np.float32([.25, .6, .15]), 1e-5)[..., None]
    image = image * (1 + bright / 16) / (1 + bright)
    image = np.clip(image, 0, 1) + np.clip(image - 1, 0, None).mean(-1, keepdims=True) / 2   # what is too bright turns white
    image = np.clip(image, 0, 1) ** (1 / 2.2)
    image += .35 * (image * image * (3 - 2 * image) - image)                                 # a little contrast
    grey = image.mean(-1, keepdims=True)
    image = grey + 1.12 * (image - grey)
    soft = cv2.GaussianBlur(image, (0, 0), .7)       # edges of what is too bright are stairs; smooth them
    edge = cv2.GaussianBlur(cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3))), (0, 0), 1.)[..., None]
    image += np.clip(edge * 3 - 1, 0, 1) * (soft - image)
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)


def build(path: Path) -> Dict[str, np.ndarray]:
    """All arrays of the asset."""
    radiance = {name: balance(mend(image)) for name, image in read_package(path).items()}
    lights = [measure_light(image) for image in radiance.values()]
    arrays = {key: np.float32([light[key] for light in lights]) for key in lights[0]}
    arrays['names'] = np.array(list(PLACES))
    arrays['grain'] = np.float32([grain for grain, _ in PLACES.values()])
    arrays['yaw'] = np.deg2rad(np.float32([yaw for _, yaw in PLACES.values()]))
    for name, image in radiance.items():
        done, data = cv2.imencode('.webp', tone_map(image)[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, 94])
        if not done:
            raise RuntimeError('this OpenCV cannot write WebP')
        arrays[f'image_{name}'] = data.reshape(-1)
    return arrays


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('package', type=Path, help='pmndrs-assets-1.7.0.tgz')
    parser.add_argument('--out', type=Path, default=ASSET)
    args = parser.parse_args()
    with exit_on_user_error():
        arrays = build(args.package)
        with atomic_path(args.out) as path:
            np.savez_compressed(path, **arrays)
    print(f'{args.out}: {len(PLACES)} places, {args.out.stat().st_size / 1e6:.2f} MB')


if __name__ == '__main__':
    main()
