"""``--family tokenhmr``: TokenHMR. Its checkpoint has no tokenizer; that is a file of its own."""
from typing import Optional

from ajahr_mm.convert.rules import Conversion, State, apply_rules
from ajahr_mm.convert.token_head import TOKEN_HEAD, add_codec, head_config, head_sizes
from ajahr_mm.convert.transformer import decoder_config, estimator_config, shared_rules
from ajahr_mm.convert.vit import vit_config, vit_rules
from ajahr_mm.io.errors import UserError

TITLE = 'TokenHMR'


def recognise(state: State) -> bool:
    """A bridge to a codebook, no limb classifier."""
    return 'smpl_head.decpose.mixer_trans.ff.0.weight' in state and 'classifier.projection.weight' not in state


def convert(state: State, tokenizer: Optional[State] = None) -> Conversion:
    """-> entries of a ``BodyEstimator`` with ``TokenPoseHead``; ``tokenizer``: entries of the tokenizer file.

    Raises:
        UserError: no tokenizer is given, or one of another size.
    """
    if tokenizer is None:
        raise UserError('a TokenHMR checkpoint holds no tokenizer, and a network with a random one gives random poses; '
                        'give tokenizer.pth of the same release with --tokenizer.')
    sizes = head_sizes(state, TITLE)
    backbone, decoder = vit_config(state, 'backbone.', TITLE), decoder_config(state, TITLE, 'off')
    done = apply_rules(state, vit_rules() + TOKEN_HEAD + shared_rules(), TITLE)
    codec = add_codec(done, tokenizer, 'pose_head.codec.', sizes, 'the tokenizer file')
    done.facts = dict(sizes, layout='row', depth=backbone['arch']['num_layers'])
    done.model = estimator_config(
        backbone=backbone, decoder=decoder,
        pose_head=dict(type='TokenPoseHead', codec=codec, **head_config(sizes)),
        params_head=dict(type='BodyParamsHead', dim=sizes['dim'], layout='row',
                         num_betas=state['smpl_head.init_betas'].shape[-1]))
    return done
