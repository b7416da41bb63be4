"""Video corpora that are in use only as HMR2 prepared them: AVA and InstaVariety."""
from ajahr_mm.datasets.corpora.corpus import Corpus
from ajahr_mm.datasets.corpora.hmr2_forms import forms
from ajahr_mm.registry import DATASETS


@DATASETS.register_module()
class AVA(Corpus):
    """AVA (Gu et al. 2018): middle frames with ViTPose keypoints and SMPL fits, as tars of HMR2 or npz."""

    NAME, DATA_ROOT = 'ava', 'data/ava'
    SOURCE = 'the tars ava-train-midframes-1fps-vitpose of 4D-Humans (AVA itself: https://research.google.com/ava)'
    FORMS = forms(dict(train='ava-train-midframes-1fps-vitpose'), dict(train=('ava_train.npz',)))


@DATASETS.register_module()
class InstaVariety(Corpus):
    """InstaVariety (Kanazawa et al. 2019): ViTPose keypoints and SMPL fits, as tars of HMR2 or npz.

    The shards 002994 to 003000, broken in the public copy, are passed over.
    """

    NAME, DATA_ROOT = 'insta', 'data/insta'
    SOURCE = ('the tars insta-train-vitpose-replicate of 4D-Humans (InstaVariety itself: '
              'https://github.com/akanazawa/human_dynamics)')
    FORMS = forms(dict(train='insta-train-vitpose-replicate'), dict(train=('insta_train.npz',)),
                  without=frozenset(f'{number:06d}' for number in range(2994, 3001)))
