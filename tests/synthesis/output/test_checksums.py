import hashlib
import shutil
import subprocess

import pytest

from ajahr_mm.synthesis.output import checksums


def test_sha256sum_accepts_the_list_and_finds_a_changed_file(tmp_path):
    if not shutil.which('sha256sum'):
        pytest.skip('no sha256sum here')
    paths = [tmp_path / 'b' / 'two words.txt', tmp_path / 'a.bin']
    paths[0].parent.mkdir()
    paths[0].write_text('one')
    paths[1].write_bytes(bytes(3_000_000))
    sums = checksums.digests(paths, tmp_path)
    assert list(sums) == ['a.bin', 'b/two words.txt'] and sums['b/two words.txt'] == hashlib.sha256(b'one').hexdigest()
    checksums.write(sums, tmp_path)
    command = dict(args=['sha256sum', '--strict', '-c', checksums.NAME], cwd=tmp_path, capture_output=True)
    assert subprocess.run(**command).returncode == 0
    paths[1].write_bytes(bytes(3_000_001))
    assert subprocess.run(**command).returncode == 1
