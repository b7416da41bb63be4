"""From placed people to finished pictures: light, rendering, layers, annotation."""
from typing import TYPE_CHECKING, Dict, List, Optional, Tuple

import numpy as np

from ajahr_mm.anatomy import keypoints as keypoint_table
from ajahr_mm.geometry.cameras import FOCAL
from ajahr_mm.synthesis import annotation
from ajahr_mm.synthesis.companions import is_in_front
from ajahr_mm.synthesis.composition.occluders import clear_of
from ajahr_mm.synthesis.draft import Draft
from ajahr_mm.synthesis.poses.weak_camera import solve_weak_camera
from ajahr_mm.synthesis.posing import Poser
from ajahr_mm.synthesis.records import Sample, View

if TYPE_CHECKING:
    from ajahr_mm.rendering import Frame

_LIMB_POINTS = np.isin(np.arange(keypoint_table.NUM_KEYPOINTS), keypoint_table.LIMB12_IN_HMR44)


class PictureMaker:
    """Lights, renders and composes the drafts of a chunk; see :class:`~ajahr_mm.synthesis.pipeline.A3DPipeline`."""

    def __init__(self, pipeline, poser: Poser, mask: bool, depth: bool, renderer: str, samples: int) -> None:
        from ajahr_mm.rendering import Mesh, make_renderer
        self.pipeline, self.poser, self.mask, self.depth = pipeline, poser, mask, depth
        surface = poser.surface
        textured = surface.uv is not None
        mesh = Mesh(faces=poser.faces, face_part=surface.part[poser.faces[:, 0]], uv=surface.uv if textured else None,
                    uv_faces=surface.uv_faces if textured else None)
        self._parts = np.append(mesh.face_part.astype(np.int16), np.int16(-1))   # the last: no face
        self._renderer = make_renderer(mesh, renderer, samples=samples, ids_at='sample')
        self._tolerance = annotation.depth_tolerance()

    def make(self, drafts: List[Draft]) -> List[Sample]:
        """Samples of the placed drafts."""
        clock = self.pipeline.clock
        people = [person for draft in drafts for person in draft.people]
        with clock('lighting'):
            lit = self.pipeline.shading.shade(
                np.stack([p.vertices for p in people]), np.stack([p.normals for p in people]), [p.light for p in people],
                np.stack([p.view.up for p in people]), self.poser.surface)
        with clock('render'):
            frames = self._render(people, lit)
        samples, at = [], 0
        for draft in drafts:
            own, other = frames[at], frames[at + 1] if draft.companion is not None else None
            at += len(draft.people)
            samples.append(self._compose(draft, own, other))
        return samples

    # ------------------------------------------------------------------ rendering

    def _render(self, people: List[Draft], lit: np.ndarray) -> List['Frame']:
        """A frame of one picture for each person. People with a texture and people with coloured vertices go apart."""
        from ajahr_mm.rendering import Camera, Frame, Light, occluded
        frames: List[Optional['Frame']] = [None] * len(people)
        for textured in (True, False):
            chosen = [i for i, person in enumerate(people) if (person.look.texture is not None) == textured]
            if not chosen:
                continue
            color = lit[chosen]
            if not textured:
                color = color * np.stack([people[i].look.color for i in chosen])
            size = self.pipeline.size
            focal = np.array([people[i].view.focal for i in chosen], np.float32)
            middle = np.full_like(focal, size / 2)
            camera = Camera.from_opencv(np.stack([focal, focal, middle, middle], -1), (size, size))
            frame = self._renderer.render(
                np.stack([people[i].vertices for i in chosen]), camera, Light.unlit(),
                ('rgb', 'depth', 'face'), vertex_color=color.astype(np.float32),
                texture=np.stack([people[i].look.texture for i in chosen]) if textured else None)
            behind = occluded(frame, np.stack([people[i].points for i in chosen]), self._tolerance)
            for k, i in enumerate(chosen):
                people[i].behind = behind[k]
                frames[i] = Frame(Camera(camera.K[k:k + 1], camera.size), frame.mesh, frame.rgb[k:k + 1],
                                  frame.alpha[k:k + 1], frame.depth[k:k + 1], frame.face[k:k + 1])
        return frames

    # ------------------------------------------------------------------ composition

    def _compose(self, draft: Draft, own: 'Frame', other: Optional['Frame']) -> Sample:
        parts, size, clock = self.pipeline.parts(), self.pipeline.size, self.pipeline.clock
        ends = draft.project(draft.ends, size)
        with clock('compose'):
            scene, image = draft.background.image, self._on_the_floor(draft)
            hiding, layers = np.zeros((size, size), np.float32), [own]
            if other is not None:
                coverage = _coverage(other)
                if is_in_front(draft) and clear_of(coverage, ends):
                    layers.append(other)
                    hiding = coverage
                else:
                    layers.insert(0, other)
            for layer in layers:
                image = parts['finish'].put(image, layer.rgb[0], _coverage(layer), scene)
            hidden, pixels = self._hidden(draft)
            targets = pixels[_LIMB_POINTS & ~hidden.absent & ~hidden.outside]
            coverage, paint = parts['occluders'].sample(self._rng(draft, 'occluder'), targets, ends, size,
                                                        draft.background._replace(light=draft.light))
            if coverage is not None:
                image, hiding = parts['finish'].put(image, paint, coverage, scene), np.maximum(hiding, coverage)
            picture = parts['finish'].finish(self._rng(draft, 'finish'), image)
        with clock('annotate'):
            column, row = np.clip(pixels.T.astype(int), 0, size - 1)
            hidden = hidden._replace(occluded=hidden.occluded | (hiding[row, column] > .5))
            annotated = self._row(draft, hidden, pixels)
        with clock('encode'):
            return Sample(parts['finish'].encode(picture), annotated, self._extras(draft, own, other, hiding))

    def _rng(self, draft: Draft, part: str) -> np.random.Generator:
        return self.pipeline.rng(draft.split, draft.index, part)

    def _on_the_floor(self, draft: Draft) -> np.ndarray:
        """The background (H,W,3) float32 with the shadows of the people on it."""
        import cv2
        image, shadow = draft.background.image.astype(np.float32), self.pipeline.parts().get('shadow')
        for person in draft.people if shadow is not None else ():
            left = 1 - shadow.cast(person.vertices, draft.light, draft.view.up, draft.view.focal, self.pipeline.size)
            dark = image[int(np.argmax(left.min(1) < 1)):]      # the rows from the first with a shadow on
            below = left[-len(dark):]
            cv2.multiply(dark, cv2.merge([below, below, below]), dst=dark)   # several times faster than broadcasting
        return image

    # ------------------------------------------------------------------ annotation

    def _hidden(self, draft: Draft) -> Tuple[annotation.Hidden, np.ndarray]:
        """Why keypoints are unseen, but for what lies over the person, and where they are, (44,2) px."""
        pixels = draft.project(draft.points, self.pipeline.size)
        outside = ((pixels < 0) | (pixels >= self.pipeline.size)).any(1)
        absent = keypoint_table.missing_keypoints(draft.subject.limb_extent)
        return annotation.Hidden(draft.behind, outside, absent), pixels

    def _row(self, draft: Draft, hidden: annotation.Hidden, pixels: np.ndarray) -> Dict[str, object]:
        subject, view, size = draft.subject, draft.view, self.pipeline.size
        return dict(
            image=f'images/{draft.index:06d}.jpg', index=draft.index, center=np.full(2, size / 2), size=size,
            global_orient=view.global_orient, body_pose=draft.pose.body_pose, betas=subject.betas, transl=draft.transl,
            root_offset=draft.root, camera=weak_camera(draft, pixels, hidden.absent, size), focal=view.focal,
            seed=self.pipeline.seed, group=subject.group,
            gender=subject.gender, age=subject.age, build=subject.build, background=draft.background.name,
            pose_source=draft.pose.source, up=view.up, light=draft.light.direction,
            **annotation.limb_columns(subject.limb_extent), **annotation.keypoint_columns(pixels, draft.points, hidden),
            **_source_columns(view))

    def _extras(self, draft: Draft, own: 'Frame', other: Optional['Frame'], hiding: np.ndarray) -> Dict[str, bytes]:
        """Files beside the picture: parts of the visible person, and distance."""
        extras = {}
        if self.mask:
            others = None if other is None else other.alpha[0] > 127
            extras['mask.png'] = annotation.encode_mask(self._parts.take(own.face[0]), hiding > .5, others)
        if self.depth:
            extras['depth.png'] = annotation.encode_depth(own.depth[0], float(draft.transl[2]))
        return extras


def weak_camera(draft: Draft, pixels: np.ndarray, absent: np.ndarray, size: int) -> np.ndarray:
    """The crop camera (3,) s, tx, ty that networks speak of: the picture's own, or what comes nearest to a full camera.

    ``pixels`` (44,2) of the keypoints, ``absent`` (44,) bool.
    """
    if draft.view.focal != FOCAL:
        try:
            return solve_weak_camera(draft.points - draft.transl, pixels, (~absent).astype(np.float32),
                                     np.full(2, size / 2), size)[0]
        except ValueError:      # so near that the keypoints say nothing; the distance of the body's origin does
            pass
    return np.array([2 * draft.view.focal / (size * draft.transl[2]), *draft.transl[:2]], np.float32)


def _source_columns(view: View) -> Dict[str, object]:
    """The photograph in which the person replaces somebody, if there is one."""
    if view.place is None:
        return dict(source_picture='', source_box=np.zeros(3, np.float32))
    return dict(source_picture=view.place.picture, source_box=np.array([*view.place.center, view.place.size], np.float32))


def _coverage(frame: 'Frame') -> np.ndarray:
    """(H,W) float32 0..1 of a frame of one picture."""
    return frame.alpha[0] * np.float32(1 / 255)
