import importlib.util
from pathlib import Path

import cv2
import numpy as np
import pytest

from ajahr_mm.datasets.corpora import Human36M
from ajahr_mm.io.errors import UserError

from ...datasets.miniatures.studio import write_h36m

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope='module')
def tool():
    spec = importlib.util.spec_from_file_location('extract_frames', ROOT / 'tools/dataset_converters/extract_frames.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_video(path, frames):
    """Frame n (from 0) is n * 20 bright."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'MJPG'), 25, (64, 48))
    for frame in range(frames):
        writer.write(np.full((48, 64, 3), 20 * frame, np.uint8))
    writer.release()


def test_frames_of_h36m_lie_where_its_data_set_looks(tool, tmp_path):
    write_h36m(tmp_path)
    for path in tmp_path.rglob('*.jpg'):
        path.unlink()
    video = tmp_path / 'S1/Videos/Walking 1.60457274.mp4'
    write_video(tmp_path / 'x.avi', 11)
    video.parent.mkdir()
    (tmp_path / 'x.avi').rename(video)
    layout = tool.LAYOUTS['h36m']
    assert [tool.extract(each, layout, 5) for each in tool.find_videos(layout, tmp_path)] == [3]
    data = Human36M(str(tmp_path))
    for i in range(3):
        picture = cv2.imread(data.get_data_info(i)['img_path'])
        assert abs(int(picture.mean()) - 20 * 5 * i) <= 3  # the fifth frame is the fifth
    assert tool.extract(video, layout, 5) == 0  # they are there


def test_frames_of_3dhp(tool, tmp_path):
    for camera in (0, 3):
        write_video(tmp_path / f'S1/Seq1/imageSequence/video_{camera}.avi', 12)
    layout = tool.LAYOUTS['mpi_inf_3dhp']
    videos = list(tool.find_videos(layout, tmp_path))
    assert [video.stem for video in videos] == ['video_0'] and tool.extract(videos[0], layout, 10) == 2
    assert sorted(path.name for path in (tmp_path / 'S1/Seq1/imageFrames/video_0').iterdir()) == ['frame_000001.jpg',
                                                                                                  'frame_000011.jpg']


def test_no_videos_and_a_damaged_one(tool, tmp_path):
    with pytest.raises(UserError, match='has no videos like S'):
        tool.find_videos(tool.LAYOUTS['h36m'], tmp_path)
    (tmp_path / 'x.mp4').write_bytes(b'nothing')
    with pytest.raises(UserError, match='cannot be read as a video'):
        tool.extract(tmp_path / 'x.mp4', tool.LAYOUTS['h36m'], 5)
