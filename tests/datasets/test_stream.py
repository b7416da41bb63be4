from collections import Counter
from itertools import islice

import numpy as np
import pytest
from mmengine.runner import IterBasedTrainLoop, Runner
from torch.utils.data import DataLoader

from ajahr_mm.datasets import stream
from ajahr_mm.datasets.share_tree import ShareTree
from ajahr_mm.datasets.stream import StreamedDataset
from ajahr_mm.engine.loops import ResumableTrainLoop
from ajahr_mm.io.errors import UserError


class Numbers:
    """A dataset whose samples are their own numbers."""

    def __init__(self, count):
        self.count, self.told = count, []

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        return index

    def will_read(self, members):
        self.told.append(members)


class Mixture(Numbers):
    def __init__(self, counts, shares):
        super().__init__(sum(counts))
        self.datasets = [Numbers(count) for count in counts]
        self.share_tree = ShareTree(shares, range(len(counts)))


def consumer_rounds(data, consumers, count, **kwargs):
    made = StreamedDataset(data, **kwargs)
    return [list(islice(made.indices(c, consumers), count)) for c in range(consumers)]


@pytest.mark.parametrize('ranks,workers', [(1, 1), (1, 3), (2, 2), (4, 4), (8, 8)])
@pytest.mark.parametrize('size,window', [(1000, 32), (997, 32), (64, 100), (70, 1)])
def test_every_round_is_complete_and_without_duplicates(ranks, workers, size, window):
    """Windows are dealt in turn: what all processes get while a round lasts is each sample once."""
    consumers = ranks * workers
    made = StreamedDataset(Numbers(size), window=window, seed=3)
    width = max(1, min(window, size // consumers))
    windows = -(-size // width)
    sizes = [min(width, size - w * width) for w in range(windows)]
    got = []
    for consumer in range(consumers):
        walk = made.indices(consumer, consumers)
        for number in range(consumer, 3 * windows, consumers):   # three rounds
            turn, place = divmod(number, windows)
            order = made._shuffled(np.arange(windows), 0, turn)
            got += [(turn, index) for index in islice(walk, sizes[order[place]])]
    assert Counter(got) == {(turn, index): 1 for turn in range(3) for index in range(size)}


def test_nobody_goes_empty_when_there_are_more_processes_than_samples():
    rounds = consumer_rounds(Numbers(3), consumers=8, count=30)
    assert all(len(each) == 30 for each in rounds)
    assert Counter(sum(rounds, [])) == {0: 80, 1: 80, 2: 80}


def test_neighbours_stay_together_and_are_announced():
    data = Numbers(640)
    made = StreamedDataset(data, window=64)
    first = list(islice(made, 640))
    for window, told in zip(np.reshape(first, (10, 64)), data.told):
        assert sorted(window) == told.tolist() == list(range(told[0], told[0] + 64))
        assert list(window) != told.tolist()
    again = list(islice(StreamedDataset(data, window=64), 1280))
    assert again[:640] == first and again[640:] != first and sorted(again[640:]) == list(range(640))
    assert list(islice(StreamedDataset(data, window=64, shuffle=False), 640)) == list(range(640))
    assert list(islice(StreamedDataset(data, window=64, seed=1), 640)) != first


def test_a_mixture_keeps_its_shares_and_uses_its_parts_up():
    data = Mixture([30, 100, 50], [2, 1, 1])
    for stream_of_one in consumer_rounds(data, consumers=2, count=400, window=10):
        part = np.searchsorted([30, 130, 180], stream_of_one, side='right')
        for batch in part.reshape(50, 8):
            assert np.bincount(batch, minlength=3).tolist() == [4, 2, 2]
    one = np.array(consumer_rounds(data, consumers=1, count=400, window=10)[0])
    assert all(len(set(own[:30])) == 30 for own in np.split(one[one < 30][:180], 6))


@pytest.mark.parametrize('start', [1, 9, 64, 500, 12345])
def test_starting_later_is_the_same_stream(start):
    made = StreamedDataset(Mixture([30, 101, 50], [.5, .2, .3]), window=16, seed=2)
    assert list(islice(made.indices(1, 3, start), 50)) == list(islice(made.indices(1, 3), start + 50))[start:]


@pytest.mark.parametrize('workers', [0, 2, 3])
@pytest.mark.parametrize('past', [0, 1, 4, 7])
def test_a_resumed_loader_equals_the_uninterrupted_one(workers, past):
    def loader(skipped=0):
        data = StreamedDataset(Numbers(200), window=8)
        data.skip(skipped * 5, 5)
        return islice(DataLoader(data, batch_size=5, num_workers=workers), 12)
    whole = [batch.tolist() for batch in loader()]
    assert [batch.tolist() for batch in loader(past)][:12 - past] == whole[past:]
    assert len(set(sum(whole, []))) == 60


def test_ranks_are_told_apart(monkeypatch):
    seen = []
    for rank in range(2):
        monkeypatch.setattr(stream, 'get_dist_info', lambda rank=rank: (rank, 2))
        seen.append(set(islice(StreamedDataset(Numbers(64), window=8), 32)))
    assert not seen[0] & seen[1] and seen[0] | seen[1] == set(range(64))


def test_in_a_loader_of_mmengine_and_its_resumed_loop(a3d_folder, monkeypatch):
    config = dict(batch_size=2, num_workers=0, sampler=None, collate_fn=list, dataset=dict(
        type='ajahr_mm.datasets.StreamedDataset', window=3,
        dataset=dict(type='ajahr_mm.datasets.A3DDataset', data_root=str(a3d_folder))))

    def ids(past):
        loop = ResumableTrainLoop.__new__(ResumableTrainLoop)
        loop.dataloader, loop._iter = Runner.build_dataloader(config, seed=0), past
        loop.dataloader_iterator = iter(loop.dataloader)
        batches = list(islice(loop.run(), 6))
        return [[sample['sample_id'] for sample in batch] for batch in batches if batch]
    monkeypatch.setattr(IterBasedTrainLoop, 'run', lambda loop: loop.dataloader_iterator)
    assert ids(4) == ids(0)[4:] and len(ids(4)) == 2  # the loop draws the first four at no cost


def test_refusals():
    with pytest.raises(UserError, match='window=0'):
        StreamedDataset(Numbers(3), window=0)
    with pytest.raises(UserError, match='part 0 has no samples'):
        StreamedDataset(Numbers(0))
