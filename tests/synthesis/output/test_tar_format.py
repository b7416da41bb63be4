import io
import tarfile

import numpy as np

from ajahr_mm.datasets import TarDataset
from ajahr_mm.datasets.transforms import LoadImage
from ajahr_mm.synthesis.annotation import COLUMNS
from ajahr_mm.synthesis.output.shards import Shard
from ajahr_mm.synthesis.output.tar_format import TarFormat


def test_the_dataset_class_reads_every_column_back(fill, made, tmp_path):
    fill(TarFormat(), tmp_path)
    assert sorted(path.name for path in (tmp_path / 'train').iterdir()) == [
        'a3d-train-000000.tar', 'a3d-train-000020.tar', 'a3d-train-000040.tar']
    data = TarDataset('*.tar', data_root=str(tmp_path / 'train'))
    assert len(data) == 45
    columns = data.table.columns
    for name in set(COLUMNS) - {'image'}:
        expected = [sample.row[name] for sample in made]
        if COLUMNS[name][1] == 'U':
            assert columns[name].tolist() == expected
        else:
            np.testing.assert_array_equal(columns[name], np.asarray(expected, COLUMNS[name][1]), err_msg=name)
    for i in (0, 13, 19, 20, 44):
        info = data.get_data_info(i)
        np.testing.assert_array_equal(info['limb_extent'], np.float32(made[i].row['limb_extent']))
        assert info['has_limbs'] == info['has_pose'] == 1
        assert LoadImage()(info)['img'].shape == (64, 64, 3)


def test_samples_hold_plain_files_and_no_pickle(fill, made, tmp_path):
    fill(TarFormat(), tmp_path)
    with tarfile.open(tmp_path / 'train/a3d-train-000020.tar') as tar:
        assert tar.getnames()[:4] == ['000020.jpg', '000020.npz', '000020.json', '000020.mask.png']
        assert len(tar.getnames()) == 20 * 4
        assert tar.extractfile('000021.jpg').read() == made[21].jpeg
        with np.load(io.BytesIO(tar.extractfile('000021.npz').read()), allow_pickle=False) as loaded:
            assert loaded['limb_extent'].shape == (1, 4)


def test_the_same_samples_are_the_same_bytes_and_nothing_torn_stays(made, tmp_path, monkeypatch):
    shard = Shard('train', 0, 20)
    for name in 'ab':
        TarFormat().write(shard, made[:20], tmp_path / name)
    tars = [(tmp_path / name / 'train/a3d-train-000000.tar').read_bytes() for name in 'ab']
    assert tars[0] == tars[1]

    def killed(*_, **__):
        raise KeyboardInterrupt
    monkeypatch.setattr('ajahr_mm.io.shard_writer.npz_bytes', killed)
    try:
        TarFormat().write(shard, made[:20], tmp_path / 'c')
    except KeyboardInterrupt:
        pass
    assert not [path for path in (tmp_path / 'c').rglob('*') if path.is_file()]
