"""``--family ajahr``: AJAHR. Decoder and codebook of both tokenizers are part of its checkpoint."""
from typing import Optional

from ajahr_mm.convert.bpac import bpac_config, bpac_rules
from ajahr_mm.convert.rules import Conversion, State, apply_rules, drop
from ajahr_mm.convert.token_head import TOKEN_HEAD, add_codec, embedded_codec, embedded_rules, head_config, head_sizes
from ajahr_mm.convert.tokenizer import fill_statistics
from ajahr_mm.convert.transformer import decoder_config, estimator_config, shared_rules
from ajahr_mm.convert.vit import vit_config, vit_rules
from ajahr_mm.io.errors import UserError

TITLE = 'AJAHR'
#: Their tokenizer, ours, what it is called in messages.
_CODECS = (('smpl_head.decpose.tokenizer_amp.', 'pose_head.codec.', 'the amputee tokenizer'),
           ('smpl_head.decpose.tokenizer_normal.', 'pose_head.intact_codec.', 'the intact tokenizer'))


def recognise(state: State) -> bool:
    """A bridge to a codebook and a limb classifier."""
    return 'smpl_head.decpose.mixer_trans.ff.0.weight' in state and 'classifier.projection.weight' in state


def convert(state: State, tokenizer: Optional[State] = None, intact_tokenizer: Optional[State] = None) -> Conversion:
    """-> entries of a ``BodyEstimator`` with ``BPACNet`` and ``SwitchingTokenHead``.

    ``tokenizer`` and ``intact_tokenizer`` are tokenizer files, for a checkpoint that lacks the two; where it has them,
    its own count. The model leaves the second pathway of the decoder off, as the released forward pass does.

    Raises:
        UserError: a tokenizer is neither in the checkpoint nor given, or of another size.
    """
    sizes = head_sizes(state, TITLE)
    backbone, decoder = vit_config(state, 'backbone.', TITLE), decoder_config(state, TITLE, 'off')
    classifier = bpac_config(state)
    inside = [any(name.startswith(theirs) for name in state) for theirs, *_ in _CODECS]
    rules = sum((embedded_rules(theirs, ours) for theirs, ours, _ in _CODECS), ())
    rules += (drop(r'smpl_head\.decpose\.zero_tensor', 'four zeros that nothing reads'),)
    done = apply_rules(state, vit_rules() + TOKEN_HEAD + rules + bpac_rules() + shared_rules(), TITLE)
    codecs = []
    for present, given, (theirs, ours, which) in zip(inside, (tokenizer, intact_tokenizer), _CODECS):
        if present:
            codecs.append(embedded_codec(state, theirs, sizes, which))
            fill_statistics(done, ours + 'quantizer.')
        elif given is not None:
            codecs.append(add_codec(done, given, ours, sizes, which))
        else:
            raise UserError(f'{which} is not in this AJAHR checkpoint, and a random one gives random poses; give its file '
                            'with --tokenizer (amputee) and --intact-tokenizer.')
    done.facts = dict(sizes, layout='row', depth=backbone['arch']['num_layers'], limb_order='ours', limb_path='off')
    done.model = estimator_config(
        backbone=backbone, decoder=decoder, limb_classifier=classifier,
        pose_head=dict(type='SwitchingTokenHead', amputee=codecs[0], intact=codecs[1], **head_config(sizes)),
        params_head=dict(type='BodyParamsHead', dim=sizes['dim'], layout='row',
                         num_betas=state['smpl_head.init_betas'].shape[-1]))
    return done
