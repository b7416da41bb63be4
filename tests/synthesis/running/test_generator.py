import json
import threading

import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.running import finishing
from ajahr_mm.synthesis.running.generator import generate
from ajahr_mm.synthesis.running.job import Job
from ajahr_mm.synthesis.running.share import Share


def test_everything_is_written_and_nothing_else(finished):
    folder, files = finished
    named = {'dataset_card.json', 'contact_sheet.jpg', 'contact_sheet_annotated.jpg', 'checksums.txt', 'poses_train.npz',
             'poses_test.npz', 'train/annotations.npz', 'test/annotations.npz', '.synthesis/claim.json', '.synthesis/lock'}
    pictures = {f'{split}/images/{i:06d}.jpg' for split, count in dict(train=42, test=10).items() for i in range(count)}
    assert set(files) == named | pictures
    assert {path.name for path in folder.iterdir()} - {name.partition('/')[0] for name in files} == {
        'cost.json', 'dataset_card.md'}


def test_the_table_is_in_the_order_of_the_pictures(finished):
    with np.load(finished[0] / 'train' / 'annotations.npz', allow_pickle=False) as table:
        assert table['index'].tolist() == list(range(42))


def test_the_cost_of_the_set_stands_beside_it(finished):
    cost = json.loads((finished[0] / 'cost.json').read_text())
    assert (cost['pictures'], cost['workers'], cost['launcher']) == (52, 1, 'none')
    assert 0 < cost['seconds'] < 60 and cost['machine'] and 50 < cost['megabytes_a_worker'] < 64000


def test_skipped_files_of_all_shards_are_in_the_card(finished):
    card = json.loads((finished[0] / 'dataset_card.json').read_text())
    assert list(card['skipped']) == ['test/7.jpg', 'train/17.jpg', 'train/27.jpg', 'train/37.jpg', 'train/7.jpg']


def test_a_strict_part_stops_the_run_with_its_sentence(make_tiny, tmp_path):
    with pytest.raises(UserError, match='^train/7.jpg breaks off; copy it again$'):
        generate(make_tiny(backgrounds=dict(type='TinyBackgrounds', strict=True)), tmp_path / 'set')


def test_a_finished_set_is_left_alone(make_tiny, finished, sums, monkeypatch):
    times = {path: path.stat().st_mtime_ns for path in finished[0].rglob('*')}
    monkeypatch.setattr('tiny_pipeline.TinyPipeline.render', None)
    outcome = generate(make_tiny(), finished[0], workers=4)
    assert outcome == (finished[0] / 'dataset_card.json', 0, 11, 0, {})
    assert {path: path.stat().st_mtime_ns for path in finished[0].rglob('*')} == times


@pytest.mark.parametrize('format, ending, files', [('TarFormat', '.tar', 11), ('FolderFormat', '.jpg', 54)])
def test_shares_make_the_set_together_and_the_last_finishes_it(make_tiny, sums, tmp_path, format, ending, files):
    config = {**make_tiny(), 'format': dict(type=format)}
    left = [11]
    for number in (2, 0, 1):
        outcome = generate(config, tmp_path / 'shared', share=Share(number, 3))
        left.append(outcome.missing)
        assert (outcome.card is None) == (outcome.missing > 0) == (number != 1)
    assert left == [11, 8, 4, 0]
    generate(config, tmp_path / 'alone')
    assert sums(tmp_path / 'shared') == sums(tmp_path / 'alone')
    assert sum(name.endswith(ending) for name in sums(tmp_path / 'alone')) == files
    costs = [json.loads((tmp_path / name / 'cost.json').read_text()) for name in ('shared', 'alone')]
    assert [cost['pictures'] for cost in costs] == [52, 52] and [cost['workers'] for cost in costs] == [3, 1]


def test_only_what_a_stopped_run_left_out_is_made(make_tiny, finished, sums, tmp_path, monkeypatch):
    make, calls = Job.make, []

    def killed(job, shard):
        if len(calls) == 4:
            raise KeyboardInterrupt
        calls.append(shard)
        return make(job, shard)
    monkeypatch.setattr(Job, 'make', killed)
    with pytest.raises(KeyboardInterrupt):
        generate(make_tiny(), tmp_path / 'set')
    assert not (tmp_path / 'set' / 'dataset_card.json').exists()
    made = []
    monkeypatch.setattr(Job, 'make', lambda job, shard: (made.append(shard), make(job, shard))[1])
    assert generate(make_tiny(), tmp_path / 'set').pictures == 32
    assert len(made) == 7 and not set(calls) & set(made)
    assert sums(tmp_path / 'set') == finished[1]


@pytest.mark.parametrize('step', ['_pose_sets', 'card.write', 'close'])
def test_a_run_stopped_while_it_finishes_is_finished_by_the_next(make_tiny, finished, sums, tmp_path, monkeypatch, step):
    def stopped(*_):
        raise KeyboardInterrupt
    with monkeypatch.context() as patch:
        patch.setattr(f'ajahr_mm.synthesis.running.finishing.{step}', stopped)
        with pytest.raises(KeyboardInterrupt):
            generate(make_tiny(), tmp_path / 'set')
    for name in ('.dataset_card-k1ll.json', '.synthesis/.claim-k1ll.json', '.cost-k1ll.json', 'train/images/.000003.jpg.aa',
                 '.mine'):
        (tmp_path / 'set' / name).write_bytes(b'torn')
    generate(make_tiny(), tmp_path / 'set')
    assert (tmp_path / 'set' / '.mine').exists()
    (tmp_path / 'set' / '.mine').unlink()
    assert sums(tmp_path / 'set') == finished[1]
    assert json.loads((tmp_path / 'set' / 'cost.json').read_text())['pictures'] == 52


def test_a_workshop_that_was_half_removed_is_removed(make_tiny, finished, sums):
    (finished[0] / '.synthesis' / 'reports').mkdir()
    (finished[0] / '.synthesis' / 'reports' / 'train-0000000.json').write_text('{')
    generate(make_tiny(), finished[0])
    assert sums(finished[0]) == finished[1]


def test_two_that_finish_at_once_do_it_once(make_tiny, finished, sums, tmp_path, monkeypatch):
    generate(make_tiny(), tmp_path / 'set', share=Share(0, 2))
    write, written, both = finishing.card.write, [], threading.Barrier(2)
    monkeypatch.setattr(finishing.card, 'write', lambda *arguments: (written.append(1), write(*arguments)))
    finish = finishing.finish
    monkeypatch.setattr(finishing, 'finish', lambda *arguments: (both.wait(30), finish(*arguments))[1])
    outcomes = []
    twins = [threading.Thread(target=lambda: outcomes.append(generate(make_tiny(), tmp_path / 'set', share=Share(1, 2))))
             for _ in range(2)]
    for twin in twins:
        twin.start()
    for twin in twins:
        twin.join()
    assert [outcome.missing for outcome in outcomes] == [0, 0] and written == [1]
    assert sums(tmp_path / 'set') == finished[1]


@pytest.mark.parametrize('change, words', [
    (dict(shard_size=7), 'multiple of pipeline.chunk'), (dict(pose_sets=dict(train=0)), 'whole number'),
    (dict(format=dict(type='NoFormat')), 'NoFormat')])
def test_mistakes_are_found_before_anything_is_written(make_tiny, tmp_path, change, words):
    with pytest.raises((UserError, KeyError), match=words):
        generate({**make_tiny(), **change}, tmp_path / 'set')
    assert not (tmp_path / 'set').exists()


def test_a_full_disk_stops_with_its_sentence_and_leaves_no_torn_shard(make_tiny, finished, sums, tmp_path, monkeypatch):
    import os
    replace, calls = os.replace, []

    def full(*arguments):
        calls.append(1)
        if len(calls) == 20:
            raise OSError(28, 'No space left on device')
        replace(*arguments)
    with monkeypatch.context() as patch:
        patch.setattr(os, 'replace', full)
        with pytest.raises(UserError, match='the disk is full, .* are free and the next step takes .* run the same command'):
            generate(make_tiny(), tmp_path / 'set')
    assert [path for path in (tmp_path / 'set').rglob('.*') if path.is_file()] == []
    generate(make_tiny(), tmp_path / 'set')
    assert sums(tmp_path / 'set') == finished[1]
