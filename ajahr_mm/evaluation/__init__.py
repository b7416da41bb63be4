"""Evaluation: pure functions, thin MMEngine metrics over them, and tables."""
from ajahr_mm.evaluation.body_metric import BodyMetric
from ajahr_mm.evaluation.functional import limb_scores, mpjpe, mve, pa_mpjpe
from ajahr_mm.evaluation.limb_metric import LimbMetric
from ajahr_mm.evaluation.pose_recon_metric import PoseReconMetric

__all__ = ['BodyMetric', 'LimbMetric', 'PoseReconMetric', 'limb_scores', 'mpjpe', 'mve', 'pa_mpjpe']
