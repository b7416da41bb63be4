"""The corpora of the paper and its baselines, read as their makers distribute them. docs/datasets.md lists them."""
from ajahr_mm.datasets.corpora.amputees import ITWAmputee, OfficialA3D
from ajahr_mm.datasets.corpora.bedlam import BEDLAM
from ajahr_mm.datasets.corpora.corpus import Corpus, Form
from ajahr_mm.datasets.corpora.drawn import COCO, MPII, AIChallenger, COCOViTPose
from ajahr_mm.datasets.corpora.human_data import HumanData
from ajahr_mm.datasets.corpora.occlusion import ThreeDOH50K
from ajahr_mm.datasets.corpora.outdoors import EMDB, ThreeDPW
from ajahr_mm.datasets.corpora.studio import MPIINF3DHP, Human36M
from ajahr_mm.datasets.corpora.video import AVA, InstaVariety

__all__ = ['AIChallenger', 'AVA', 'BEDLAM', 'COCO', 'COCOViTPose', 'Corpus', 'EMDB', 'Form', 'Human36M', 'HumanData',
           'ITWAmputee', 'InstaVariety', 'MPII', 'MPIINF3DHP', 'OfficialA3D', 'ThreeDOH50K', 'ThreeDPW']
