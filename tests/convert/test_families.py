"""Whole checkpoints: full-size lists fill our networks exactly, small ones run, wrong ones are refused."""
import pytest
import torch

from ajahr_mm.apis.official import convert_checked
from ajahr_mm.convert.families import FAMILIES, convert_family, recognise
from ajahr_mm.convert.reading import PublicFile
from ajahr_mm.io import UserError
from ajahr_mm.registry import MODELS

pytest.importorskip('mmpretrain')
FULL = {'ajahr_full_t160': 'ajahr', 'ajahr_full_t320': 'ajahr', 'hmr2_full': 'hmr2', 'tokenhmr_full_t160': 'tokenhmr',
        'cliff_hr48': 'cliff', 'tokenizer_t160': 'tokenizer', 'tokenizer_t320': 'tokenizer'}


def file(state):
    return PublicFile(state, {}, '')


@pytest.mark.parametrize('name', FULL)
def test_full_size_checkpoints_fill_our_networks(name, meta_state):
    if name.startswith('cliff'):
        pytest.importorskip('mmpose')
    state = meta_state(name)
    assert recognise(state) == FULL[name]
    files = dict(tokenizer=file(meta_state('tokenizer_t160'))) if FULL[name] == 'tokenhmr' else {}
    done = convert_checked(FULL[name], file(state), **files)
    assert sorted([*done.kept, *done.changed, *done.dropped]) == sorted(state) and all(done.dropped.values())
    assert {key for key in state if key.startswith('smpl.')} <= set(done.dropped)
    assert done.facts.get('num_tokens', int(name[-3:]) if name[-3:].isdigit() else None) == done.facts.get('num_tokens')


@pytest.mark.parametrize('name', ['hmr2_d2', 'tokenhmr_d2_t160'])
def test_small_checkpoints_run(name, small_state, small_tokenizer):
    family = name.split('_')[0]
    files = dict(tokenizer=file(small_tokenizer())) if family == 'tokenhmr' else {}
    done = convert_checked(family, file(small_state(name)), **files)
    model = MODELS.build(dict(done.model, body=dict(type='BodyModel', source='open'), _scope_='ajahr_mm')).eval()
    model.load_state_dict(done.state, strict=True)
    with torch.no_grad():
        pred = model.regress(torch.randn(1, 3, 256, 256))
    assert pred['body_pose'].shape == (1, 23, 3, 3) and all(value.isfinite().all() for value in pred.values())


@pytest.mark.parametrize('family, name', [
    ('hmr2', 'ajahr_full_t160'), ('ajahr', 'tokenhmr_full_t160'), ('cliff', 'hmr2_full'), ('tokenizer', 'cliff_hr48'),
    ('tokenhmr', 'tokenizer_t160')])
def test_another_familys_file_is_named(family, name, meta_state):
    with pytest.raises(UserError, match=f'no checkpoint of {FAMILIES[family].TITLE}.*use --family {FULL[name]}'):
        convert_family(family, file(meta_state(name)))


def test_strangers_are_told_the_known_families():
    with pytest.raises(UserError, match='none of the known families.*ajahr.*vitpose'):
        convert_family('hmr2', file({'conv.weight': torch.ones(1)}))


def test_tokenizer_files_are_asked_for_and_checked(meta_state):
    state, tokens_320 = meta_state('tokenhmr_full_t160'), meta_state('tokenizer_t320')
    with pytest.raises(UserError, match='give tokenizer.pth of the same release with --tokenizer'):
        convert_family('tokenhmr', file(state))
    with pytest.raises(UserError, match='320 tokens and the head of this checkpoint 160'):
        convert_family('tokenhmr', file(state), tokenizer=file(tokens_320))
    other = dict(meta_state('tokenizer_t160'), **{'quantizer.codebook': torch.empty(1024, 256, device='meta')})
    with pytest.raises(UserError, match='1024 codes and the head of this checkpoint 2048'):
        convert_family('tokenhmr', file(state), tokenizer=file(other))
    with pytest.raises(UserError, match='--tokenizer is no pose tokenizer'):
        convert_family('tokenhmr', file(state), tokenizer=file(state))
    with pytest.raises(UserError, match='--tokenizer has no meaning for --family hmr2'):
        convert_family('hmr2', file(meta_state('hmr2_full')), tokenizer=file(tokens_320))


def test_ajahr_without_its_tokenizers_takes_two_files(meta_state):
    state = {name: value for name, value in meta_state('ajahr_full_t160').items() if '.tokenizer_' not in name}
    with pytest.raises(UserError, match='the amputee tokenizer is not in this AJAHR checkpoint'):
        convert_family('ajahr', file(state))
    given = file(meta_state('tokenizer_t160'))
    with pytest.raises(UserError, match='the intact tokenizer is not'):
        convert_family('ajahr', file(state), tokenizer=given)
    done = convert_checked('ajahr', file(state), tokenizer=given, intact_tokenizer=given)
    assert sum(name.startswith('pose_head.intact_codec.') for name in done.derived) == 26


def test_an_embedded_codebook_of_another_size_is_refused(meta_state):
    state = meta_state('ajahr_full_t160')
    state['smpl_head.decpose.tokenizer_normal.quantizer.codebook'] = torch.empty(1024, 256, device='meta')
    with pytest.raises(UserError, match='the intact tokenizer has 1024 codes'):
        convert_family('ajahr', file(state))


@pytest.mark.parametrize('lost, words', [
    ('backbone.blocks.7.attn.qkv.weight', 'does not fill our network: the checkpoint lacks backbone.vit.layers.7.attn.qkv'),
    ('smpl_head.decpose.weight', 'no checkpoint of HMR2.0'), ('smpl_head.init_betas', 'smpl_head.init_betas is missing'),
    ('smpl_head.transformer.transformer.layers.5.2.fn.net.3.bias', 'lacks decoder.layers.5.feed_forward.3.bias')])
def test_a_missing_entry_is_named(lost, words, meta_state):
    state = meta_state('hmr2_full')
    del state[lost]
    with pytest.raises(UserError, match=words):
        convert_checked('hmr2', file(state))


def test_an_unknown_entry_stops_the_conversion(meta_state):
    with pytest.raises(UserError, match='smpl_head.lora.weight is not an entry of a HMR2.0 checkpoint'):
        convert_family('hmr2', file(dict(meta_state('hmr2_full'), **{'smpl_head.lora.weight': torch.ones(1)})))


def test_cliff_without_box_information_is_refused(meta_state):
    state = meta_state('cliff_hr48')
    state['model.head.fc1.weight'] = torch.empty(1024, 866, device='meta')
    with pytest.raises(UserError, match='866 numbers where CLIFF takes 869.*BEDLAM-HMR'):
        convert_family('cliff', file(state))
