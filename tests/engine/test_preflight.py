"""Preflight: every absent input is told once, with its place and its source, and nothing that is not an input."""
import pytest
from mmengine.config import Config

from ajahr_mm.engine.preflight import check_files, missing_files, source_of
from ajahr_mm.io.errors import UserError


def paths(cfg, phase='train'):
    return [item.path for item in missing_files(Config(cfg), phase)]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_kind_of_reference_is_found(here):
    cfg = dict(
        model=dict(
            backbone=dict(init_cfg=dict(type='Pretrained', checkpoint='weights/vit.pth')),
            body=dict(type='BodyModel', source='bodies/SMPL.npz'),
            codecs=[dict(checkpoint='weights/codec.safetensors')]),
        train_dataloader=dict(dataset=dict(
            datasets=[dict(data_root='data/a', ann_file='a.npz', data_prefix=dict(img='pictures')),
                      dict(ann_file=['b1.npz', 'b2.npz'], data_root='data/b')])),
        val_evaluator=[dict(regressor_file='j14.npy')],
        load_from='start.pth')
    assert paths(cfg) == ['weights/vit.pth', 'bodies/SMPL.npz', 'weights/codec.safetensors', 'data/a/a.npz',
                          'data/a/pictures', 'data/b/b1.npz', 'data/b/b2.npz', 'j14.npy', 'start.pth']


def test_what_is_there_or_is_no_input_is_left_alone(here):
    (here / 'data').mkdir()
    (here / 'data/annotations.npz').touch()
    cfg = dict(
        model=dict(body=dict(source='open'), backbone=dict(checkpoint='https://example.org/vit.pth'), weights='balanced',
                   pretrained=True, init_cfg=None, checkpoint=None),
        train_dataloader=dict(dataset=dict(data_root='data', ann_file='annotations.npz', data_prefix=dict(img=''))),
        custom_hooks=[dict(out_file='absent/pictures.png', out_dir='absent')], load_from=None, val_dataloader=None)
    assert paths(cfg) == []
    check_files(Config(cfg))


def test_an_absolute_annotation_file_ignores_the_data_root(here):
    dataset = dict(data_root=str(here), ann_file=str(here / 'x.npz'))
    assert paths(dict(train_dataloader=dict(dataset=dataset))) == [str(here / 'x.npz')]


def test_a_dataset_that_leaves_its_annotation_file_to_the_default_is_asked_for_it(here):
    dataset = dict(type='A3DDataset', data_root='data/a3d')
    assert paths(dict(train_dataloader=dict(dataset=dataset))) == ['data/a3d/annotations.npz']


def test_each_file_is_told_once_and_only_for_its_phase(here):
    loader = dict(dataset=dict(ann_file='same.npz'))
    cfg = dict(train_dataloader=loader, val_dataloader=loader, test_dataloader=dict(dataset=dict(ann_file='test.npz')))
    assert paths(cfg) == ['same.npz']
    assert paths(cfg, 'test') == ['test.npz']


def test_the_most_specific_source_is_quoted():
    sources = {'data': 'all', 'data/a3d/': 'folder', 'data/a3d/train.npz': 'file', 'weights/*.pth': 'glob'}
    assert source_of('data/a3d/train.npz', sources) == 'file'
    assert source_of('data/a3d/other/x.npz', sources) == 'folder'
    assert source_of('./data/x', sources) == 'all'
    assert source_of('weights/vit.pth', sources) == 'glob'
    assert source_of('data_of_mine/x', sources) is None


def test_one_message_lists_place_and_source_of_each(here):
    cfg = Config(dict(model=dict(checkpoint='w/a.pth', other=dict(checkpoint='w/b.pth')),
                      data_sources={'w/a.pth': 'https://example.org/a'}))
    with pytest.raises(UserError) as caught:
        check_files(cfg)
    text = str(caught.value)
    assert text.startswith('2 files are missing')
    assert f'expected at {here / "w/a.pth"}' in text and 'comes from  https://example.org/a' in text
    assert 'named by    model.other.checkpoint' in text and 'says no source' in text


def test_parts_of_a_mixture_that_are_left_out_need_not_be_there(tmp_path):
    parts = {name: dict(type='BodyDataset', data_root=str(tmp_path / name), ann_file='annotations.npz')
             for name in ('used', 'no_share', 'not_chosen')}
    mixture = dict(type='MixedDataset', parts=parts, shares=dict(used=1.0, not_chosen=1.0), only='used')
    missing = missing_files(Config(dict(train_dataloader=dict(dataset=mixture))))
    assert {item.path for item in missing} == {str(tmp_path / 'used' / 'annotations.npz')}


@pytest.mark.parametrize('share,needed', [(0, {'b'}), (0.25, {'a', 'b'}), (1, {'a'})])
def test_the_rest_of_a_mixture_is_needed_unless_nothing_is_left(tmp_path, share, needed):
    parts = {name: dict(type='BodyDataset', data_root=str(tmp_path / name)) for name in 'ab'}
    inner = dict(type='MixedDataset', parts=dict(b=parts['b']), shares=dict(b=3))
    mixture = dict(type='MixedDataset', parts=dict(a=parts['a'], others=inner), shares=dict(a=share, others='rest'))
    missing = missing_files(Config(dict(train_dataloader=dict(dataset=mixture))))
    assert {item.path for item in missing} == {str(tmp_path / name / 'annotations.npz') for name in needed}


def test_a_setting_whose_name_ends_like_a_file_is_no_file():
    assert not missing_files(Config(dict(model=dict(decoder=dict(limb_path='off')))))
    assert [item.path for item in missing_files(Config(dict(model=dict(mean_file='stats/mean.npz'))))] == ['stats/mean.npz']


def test_a_data_set_that_knows_its_own_files_tells_them_and_their_source(tmp_path):
    def missing(**arguments):
        return missing_files(Config(dict(train_dataloader=dict(dataset=dict(arguments)))))

    parts = dict(w=dict(type='ThreeDPW', data_root=str(tmp_path / 'w'), split='train'), a=dict(type='AMASS'))
    found = missing(type='MixedDataset', parts=parts, shares=dict(w=1, a=1))
    assert [item.what for item in found] == [f'train_dataloader.dataset.parts.{name}.data_root' for name in parts]
    assert found[0].path == str(tmp_path / 'w/3dpw_train.npz') and 'virtualhumans.mpi-inf.mpg.de' in found[0].source
    assert found[1].path == 'data/amass/*/*/*_poses.npz' and 'amass.is.tue.mpg.de' in found[1].source
    (tmp_path / 'w/sequenceFiles/train').mkdir(parents=True)
    (tmp_path / 'w/sequenceFiles/train/x.pkl').touch()
    assert missing(**parts['w']) == []


def test_the_config_knows_better_than_the_data_set(tmp_path):
    dataset = dict(type='ThreeDPW', data_root=str(tmp_path))
    cfg = Config(dict(train_dataloader=dict(dataset=dataset), data_sources={str(tmp_path): 'the shelf'}))
    assert [item.source for item in missing_files(cfg)] == ['the shelf']
