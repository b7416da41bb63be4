"""Writes the frames of Human3.6M's and MPI-INF-3DHP's videos to where their data sets look for them.

    python tools/dataset_converters/extract_frames.py h36m data/h36m                  # every fifth of S*/Videos/*.mp4
    python tools/dataset_converters/extract_frames.py mpi_inf_3dhp data/mpi_inf_3dhp  # every tenth of the *.avi

A frame that is there already is not written again, so a stopped run goes on. --step must be that of the data set.
"""
import argparse
import sys
from pathlib import Path
from typing import Callable, Dict, Iterator, NamedTuple, Tuple

from ajahr_mm.io import UserError, atomic_path, exit_on_user_error

_CAMERAS_3DHP = (0, 1, 2, 4, 5, 6, 7, 8)


class Layout(NamedTuple):
    """Where the videos are, and where frame n (from 1) of a video goes."""
    videos: Tuple[str, ...]
    frame: Callable[[Path, int], Path]
    step: int


def _h36m(video: Path, number: int) -> Path:
    subject = video.parents[1]
    sequence = f'{subject.name}_{video.stem}'.replace(' ', '_')
    return subject / 'images' / sequence / f'{sequence}_{number:06d}.jpg'


def _3dhp(video: Path, number: int) -> Path:
    return video.parents[1] / 'imageFrames' / video.stem / f'frame_{number:06d}.jpg'


LAYOUTS: Dict[str, Layout] = dict(
    h36m=Layout(('S*/Videos/*.mp4',), _h36m, 5),
    mpi_inf_3dhp=Layout(tuple(f'S*/Seq*/imageSequence/video_{camera}.avi' for camera in _CAMERAS_3DHP), _3dhp, 10))


def find_videos(layout: Layout, root: Path) -> Iterator[Path]:
    """Raises UserError if there are none."""
    found = sorted(path for pattern in layout.videos for path in root.glob(pattern) if not path.name.startswith('_ALL'))
    if not found:
        raise UserError(f'{root} has no videos like {layout.videos[0]}; give the folder that holds S1, S2, …')
    return iter(found)


def extract(video: Path, layout: Layout, step: int, quality: int = 95) -> int:
    """Writes every ``step``-th frame of a video that is not there yet, and returns how many.

    Raises:
        UserError: OpenCV cannot read the video.
    """
    import cv2
    capture = cv2.VideoCapture(str(video))
    written, number = 0, 0
    try:
        while capture.grab():
            number += 1
            target = layout.frame(video, number)
            if (number - 1) % step or target.exists():
                continue
            known, picture = capture.retrieve()
            if not known:
                break
            with atomic_path(target) as temporary:
                cv2.imwrite(str(temporary), picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
            written += 1
    finally:
        capture.release()
    if not number:
        raise UserError(f'{video} cannot be read as a video; copy or download it again.')
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('corpus', choices=LAYOUTS)
    parser.add_argument('data_root', type=Path)
    parser.add_argument('--step', type=int, help='every how many frames one is written (default: 5 and 10)')
    args = parser.parse_args()
    layout = LAYOUTS[args.corpus]
    step = layout.step if args.step is None else args.step
    if step < 1:
        raise UserError(f'--step {step} must be at least 1.')
    for number, video in enumerate(find_videos(layout, args.data_root), 1):
        print(f'[frames] {number} {video}: {extract(video, layout, step)} written', file=sys.stderr, flush=True)


if __name__ == '__main__':
    with exit_on_user_error():
        main()
