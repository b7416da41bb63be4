"""How a mesh in a GLB looks: base colour, roughness, and a picture wrapped around it."""
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Sequence, Tuple, Union

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.glb_writer import GlbWriter

_KINDS = ((b'\x89PNG\r\n\x1a\n', 'image/png'), (b'\xff\xd8\xff', 'image/jpeg'))


@dataclass
class Material:
    """A dull surface.

    Args:
        color: sRGB in 0..1; multiplied with vertex colours and texture. None: white under those, else light grey.
        roughness: 0 mirror, 1 chalk.
        texture: PNG or JPEG file, or (h,w,3) uint8 RGB; needs a mesh with texture coordinates.
    """
    color: Optional[Sequence[float]] = None
    roughness: float = 0.75
    texture: Optional[Union[str, Path, np.ndarray]] = None

    def __post_init__(self) -> None:
        if self.color is not None and (np.shape(self.color) != (3,) or not all(0 <= c <= 1 for c in self.color)):
            raise UserError(f'a colour is three numbers from 0 to 1, got {self.color}')
        if not 0 <= self.roughness <= 1:
            raise UserError(f'roughness must be from 0 to 1, got {self.roughness}')


def linear(srgb: np.ndarray) -> np.ndarray:
    """sRGB in 0..1 -> linear light, the space of glTF's colours."""
    srgb = np.clip(srgb, 0, 1)
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def to_srgb(light: np.ndarray) -> np.ndarray:
    """Linear light in 0..1 -> sRGB."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def add_material(writer: GlbWriter, material: Material, colored: bool, has_uv: bool) -> int:
    """Appends the material (and its picture) to a document: its index. ``colored``: the mesh has vertex colours."""
    plain = (0.8, 0.8, 0.8) if material.color is None else linear(np.array(material.color, np.float64)).tolist()
    white = material.color is None and (colored or material.texture is not None)
    surface = dict(baseColorFactor=[1, 1, 1, 1] if white else [*plain, 1], metallicFactor=0,
                   roughnessFactor=float(material.roughness))
    if material.texture is not None:
        if not has_uv:
            raise UserError('a texture needs a mesh with texture coordinates (uv)')
        data, kind = _picture(material.texture)
        image = writer.add('images', bufferView=writer.view(data), mimeType=kind)
        sampler = writer.add('samplers', magFilter=9729, minFilter=9987, wrapS=10497, wrapT=10497)
        surface['baseColorTexture'] = dict(index=writer.add('textures', source=image, sampler=sampler))
    return writer.add('materials', pbrMetallicRoughness=surface)


def _picture(texture: Union[str, Path, np.ndarray]) -> Tuple[bytes, str]:
    """Encoded picture and its media type."""
    if isinstance(texture, np.ndarray):
        import cv2
        if texture.ndim != 3 or texture.shape[2] != 3 or texture.dtype != np.uint8 or not texture.size:
            raise UserError(f'a texture is (h,w,3) uint8 RGB, got {texture.dtype} {texture.shape}')
        return cv2.imencode('.png', texture[..., ::-1])[1].tobytes(), 'image/png'
    try:
        data = Path(texture).read_bytes()
    except OSError as error:
        raise UserError(f'texture {texture} cannot be read ({error.strerror}); check its path') from None
    for start, kind in _KINDS:
        if data.startswith(start):
            return data, kind
    raise UserError(f'texture {texture} is neither PNG nor JPEG, the two kinds a GLB may hold')
