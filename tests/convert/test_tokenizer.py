import pytest
import torch

from ajahr_mm.convert import tokenizer
from ajahr_mm.io import UserError


@pytest.mark.parametrize('tokens', [160, 320])
def test_the_number_of_tokens_is_that_of_the_encoder(meta_state, tokens):
    done = tokenizer.convert(meta_state(f'tokenizer_t{tokens}'))
    assert done.facts == dict(num_tokens=tokens, code_dim=256, num_codes=2048, width=512) and not done.dropped


def test_statistics_of_the_codebook_are_those_of_a_first_step(small_tokenizer):
    done = tokenizer.convert(small_tokenizer())
    assert set(done.derived) == {'quantizer.code_sum', 'quantizer.code_count', 'quantizer.initialised'}
    assert torch.equal(done.state['quantizer.code_sum'], done.state['quantizer.codebook'])
    assert (done.state['quantizer.code_count'] == 1).all() and done.state['quantizer.initialised']


def test_the_body_model_of_some_files_is_left_out(small_tokenizer):
    state = dict(small_tokenizer(), **{'decoder.body_model.v_template': torch.ones(3)})
    assert list(tokenizer.convert(state).dropped) == ['decoder.body_model.v_template']


def test_a_decoder_alone_does_not_tell_its_tokens(small_tokenizer):
    state = {name: value for name, value in small_tokenizer().items() if not name.startswith('encoder.')}
    assert tokenizer.recognise(state)
    with pytest.raises(UserError, match='encoder.encoder.0.weight is missing'):
        tokenizer.convert(state)


def test_an_encoder_that_is_numbered_otherwise_is_refused(small_tokenizer):
    state = {name.replace('encoder.encoder.6.', 'encoder.encoder.7.'): value for name, value in small_tokenizer().items()}
    with pytest.raises(UserError, match='unknown way'):
        tokenizer.convert(state)


def test_what_the_file_says_must_agree_with_its_weights(small_tokenizer):
    tokenizer.convert(small_tokenizer(), dict(hparams=dict(ARCH=dict(TOKEN_SIZE_MUL=1, ROT_TYPE='rot6d', NUM_TOKENS=10))))
    with pytest.raises(UserError, match='TOKEN_SIZE_MUL=4'):
        tokenizer.convert(small_tokenizer(), dict(hparams=dict(ARCH=dict(TOKEN_SIZE_MUL=4))))


def test_a_head_takes_only_its_own_size():
    codec = dict(num_tokens=160, num_codes=2048)
    tokenizer.check_fits_head(codec, 160, 2048, 'the file')
    with pytest.raises(UserError, match='160 tokens and the head of this checkpoint 320'):
        tokenizer.check_fits_head(codec, 320, 2048, 'the file')
    with pytest.raises(UserError, match='2048 codes and the head of this checkpoint 1024'):
        tokenizer.check_fits_head(codec, 160, 1024, 'the file')
