import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.running import settings


@pytest.mark.parametrize('splits, total, expected', [
    (dict(train=3000, test=300), 5000, dict(train=4545, test=455)),
    (dict(train=1, val=1, test=1), 5, dict(train=2, val=2, test=1)),        # the first of equal remainders
    (dict(train=3000, test=300), 3300, dict(train=3000, test=300)),
    (dict(train=3000, test=300), 10 ** 12 + 1, dict(train=909090909092, test=90909090909))])
def test_pictures_are_divided_by_largest_remainders(splits, total, expected):
    assert settings.divide(splits, total) == expected


@pytest.mark.parametrize('total', range(11, 60))
def test_no_split_is_a_whole_picture_away_from_its_proportion(total):
    splits = dict(train=30, val=7, test=4)
    counts = settings.divide(splits, total)
    assert sum(counts.values()) == total and list(counts) == list(splits)
    assert all(abs(counts[split] - total * splits[split] / 41) < 1 for split in splits)


@pytest.mark.parametrize('total', [0, -3, 2])
def test_too_few_pictures_for_the_splits_are_refused(total):
    with pytest.raises(UserError, match='--num .* leaves nothing for the .*test'):
        settings.divide(dict(train=3000, test=300), total)


def test_every_part_that_can_be_strict_becomes_so(make_tiny):
    import tiny_pipeline  # noqa: F401  registers its parts
    config = make_tiny()
    config['pipeline']['more'] = [dict(type='TinyBackgrounds', strict=False), dict(type='CameraFinish'),
                                  dict(nested=dict(type='TinyBackgrounds'))]
    assert settings.make_strict(config) == 3
    more = config['pipeline']['more']
    assert config['pipeline']['backgrounds']['strict'] and more[0]['strict'] and more[2]['nested']['strict']
    assert more[1] == dict(type='CameraFinish') and 'strict' not in config['pipeline']


def test_strictness_can_be_taken_out_again(make_tiny):
    import tiny_pipeline  # noqa: F401
    config = make_tiny()
    settings.make_strict(config)
    assert settings.without_strict(config) == make_tiny() != config


@pytest.mark.parametrize('change, words', [
    (dict(shard_size=7), 'shard_size 7 is not a multiple of pipeline.chunk 5'), (dict(shard_size=0), 'shard_size is 0'),
    (dict(pose_sets=dict(train=0)), 'pose_sets.train asks for 0; give a whole number'),
    (dict(pipeline=dict(splits=dict(train=2.5))), 'the train split asks for 2.5'),
    (dict(pipeline=dict(splits=dict(train=True))), 'the train split asks for True'),
    (dict(pipeline=dict(splits={})), 'pipeline.splits is empty')])
def test_impossible_settings_are_refused(make_tiny, change, words):
    with pytest.raises(UserError, match=words):
        settings.check({**make_tiny(), **change})


@pytest.mark.parametrize('key', ['name', 'pipeline', 'shard_size', 'pose_sets'])
def test_other_configs_are_refused(make_tiny, key):
    config = make_tiny()
    del config[key]
    with pytest.raises(UserError, match=f'has no {key!r}: it is not a synthesis config'):
        settings.check(config)
