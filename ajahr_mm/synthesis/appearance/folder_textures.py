"""FolderTextures: the user's own pictures of skin and clothes in the body's texture layout, as BEDLAM has them."""
from collections import OrderedDict
from pathlib import Path
from typing import Dict, List, Optional, Set, Tuple

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.io.encoded_image import EncodedImage
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.appearance import stumps
from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.surface import Surface
from ajahr_mm.synthesis.appearance.texture_names import Owner, read_owner
from ajahr_mm.synthesis.records import Look, Subject

_SUFFIXES = {'.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff', '.bmp'}
_TRIES = 32
#: colours, as shares of red, green and blue, that differ less than this from those of the face are skin
_SKIN_LIKE = .035


@SYNTHESIS.register_module()
class FolderTextures:
    """Textures from a folder and its subfolders, chosen by gender and group; clothes of a second folder are laid over them.

    Gender and group are read from file and folder names, see :mod:`ajahr_mm.synthesis.appearance.texture_names`. Where no
    file fits a person, the group counts more than the gender; a person whom nothing fits gets any file, and ``unmatched``
    names the pair. A file that cannot be used is named in ``skipped``, and another is drawn.

    Args:
        folder: pictures in the texture layout of the body in use, row 0 the top: MakeHuman's for the open body, or that of a
            user's SMPL file with texture coordinates.
        overlays: folder of pictures in the same layout with an alpha channel (clothes); gender is respected.
        overlay_share: share of people who wear one.
        licence: text for the dataset card.
        size: side in texels that all are brought to.
        strict: refuse a file that cannot be used instead of skipping it.
        cache_mb: decoded textures to keep in memory.

    Raises:
        UserError: a folder does not exist or holds no picture.
    """

    def __init__(self, folder: str, overlays: Optional[str] = None, overlay_share: float = 1., licence: str = 'not stated',
                 size: int = 512, strict: bool = False, cache_mb: int = 96):
        self.folder, self.overlays = Path(folder), None if overlays is None else Path(overlays)
        self.overlay_share, self.licence, self.size, self.strict = overlay_share, licence, size, strict
        self._owners = _find(self.folder)
        self._overlay_owners = {} if self.overlays is None else _find(self.overlays)
        self._keep = max(cache_mb * 2 ** 20 // (size * size * 4), 2)
        self._cache: 'OrderedDict[Path, np.ndarray]' = OrderedDict()
        self._canvas: Optional[Canvas] = None
        self.skipped: Dict[str, str] = {}
        self.unmatched: Set[Tuple[str, str]] = set()

    def sample(self, rng: np.random.Generator, subject: Subject, surface: Surface) -> Look:
        """A person's texture. Raises UserError for a body without texture coordinates, or when no file can be used."""
        if surface.uv is None:
            raise UserError('FolderTextures needs a body with texture coordinates (uv, uv_faces); use the open body, add '
                            'them to the body file, or use ProceduralAppearance')
        if self._canvas is None or self._canvas.surface is not surface:
            self._canvas = Canvas(surface, self.size)
        names = self._fitting(self._owners, subject)
        texture = self._draw(rng, self.folder, names)[..., :3].copy()
        if self._overlay_owners and rng.random() < self.overlay_share:
            overlay = self._draw(rng, self.overlays, _of_gender(self._overlay_owners, subject.gender), alpha=True)
            _lay_over(texture, overlay)
        for limb, extent in enumerate(subject.limb_extent):
            if extent < limbs.INTACT_EXTENT:
                self._close(texture, limb, float(extent), rng)
        return Look(texture=texture)

    def facts(self) -> dict:
        """For the dataset card."""
        return dict(folder=self.folder.name, textures=len(self._owners), overlays=len(self._overlay_owners),
                    licence=self.licence, without_own_textures=sorted(' '.join(pair) for pair in self.unmatched))

    # ------------------------------------------------------------------ choice

    def _fitting(self, owners: Dict[str, Owner], subject: Subject) -> List[str]:
        wishes = (lambda o: o.group == subject.group and o.gender == subject.gender,
                  lambda o: o.group == subject.group and o.gender is None, lambda o: o.group == subject.group,
                  lambda o: o.group is None and o.gender == subject.gender, lambda o: o.group is None and o.gender is None)
        for wish in wishes:
            names = [name for name, owner in owners.items() if wish(owner)]
            if names:
                return names
        self.unmatched.add((subject.gender, subject.group))
        return list(owners)

    def _draw(self, rng: np.random.Generator, folder: Path, names: List[str], alpha: bool = False) -> np.ndarray:
        """(size,size,4) uint8 of a random file that can be read."""
        for _ in range(_TRIES):
            name = names[int(rng.integers(len(names)))]
            path = folder / name
            if str(path) in self.skipped:
                continue
            try:
                return self._read(path, alpha)
            except UserError as error:
                if self.strict:
                    raise
                self.skipped[str(path)] = str(error)
        raise UserError(f'of {len(names)} textures in {folder} hardly one can be used, the last because '
                        f'{self.skipped[str(path)]} Put other files there')

    def _read(self, path: Path, alpha: bool) -> np.ndarray:
        if path not in self._cache:
            self._cache[path] = _decode(path, self.size)
            while len(self._cache) > self._keep:
                self._cache.popitem(last=False)
        self._cache.move_to_end(path)
        if alpha and (self._cache[path][..., 3] == 255).all():
            raise UserError(f'{path} has no transparent part, so it would cover the whole person; save the clothes as PNG '
                            'with an alpha channel.')
        return self._cache[path]

    def _close(self, texture: np.ndarray, limb: int, extent: float, rng: np.random.Generator) -> None:
        found = stumps.find_limb(self._canvas, limb)
        points, figure = self._canvas.points, self._canvas.figure
        face = texture[points.is_part('head') & (((points.position - figure.nose) ** 2).sum(-1) < .05 ** 2)]
        end = texture.reshape(-1, 3)[found.index[found.between(extent - .3, extent - stumps.ROUNDING)]]
        shares = [part.mean(0) / max(part.mean(0).sum(), 1) for part in (face, end) if len(part)]
        is_cloth = len(shares) == 2 and bool(abs(shares[0] - shares[1]).max() > _SKIN_LIKE)
        stumps.close(texture, found, extent, is_cloth, rng)


def _find(folder: Path) -> Dict[str, Owner]:
    """Picture files of a folder, relative to it and sorted, and whose they are."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob('*') if path.suffix.lower() in _SUFFIXES) \
        if folder.is_dir() else []
    if not names:
        raise UserError(f'the texture folder {folder} holds no picture (png, jpg, webp, tif, bmp); check the path')
    return {name: read_owner(name) for name in names}


def _of_gender(owners: Dict[str, Owner], gender: str) -> List[str]:
    fitting = [name for name, owner in owners.items() if owner.gender in (None, gender)]
    return fitting or list(owners)


def _decode(path: Path, size: int) -> np.ndarray:
    """(size,size,4) uint8 RGB and alpha; raises UserError."""
    import cv2
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f'{path} cannot be read ({error.strerror}); check the file.') from None
    image, _ = EncodedImage(data, str(path)).decode()
    alpha = np.full((*image.shape[:2], 1), 255, np.uint8)
    raw = None if data.startswith(b'\xff\xd8') else cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if raw is not None and raw.ndim == 3 and raw.shape[2] == 4 and raw.dtype == np.uint8:
        alpha = raw[..., 3:]
    both = np.concatenate([image, alpha], -1)
    if abs(np.log2(both.shape[0] / both.shape[1])) > .05:
        raise UserError(f'{path} is {both.shape[1]} x {both.shape[0]} px, but a texture is square.')
    return cv2.resize(both, (size, size), interpolation=cv2.INTER_AREA if both.shape[0] > size else cv2.INTER_LINEAR)


def _lay_over(texture: np.ndarray, overlay: np.ndarray) -> None:
    """Lays (h,w,4) over (h,w,3), in place."""
    import cv2
    alpha = cv2.cvtColor(overlay[..., 3], cv2.COLOR_GRAY2BGR)
    cv2.add(cv2.multiply(texture, 255 - alpha, scale=1 / 255),
            cv2.multiply(np.ascontiguousarray(overlay[..., :3]), alpha, scale=1 / 255), dst=texture)
