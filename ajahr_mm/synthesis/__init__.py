"""A3D: synthetic pictures of people with and without limb loss, and everything that is known about them."""
from ajahr_mm.synthesis.appearance import ProceduralAppearance, RandomLight
from ajahr_mm.synthesis.backgrounds import BackgroundMixture, FolderBackgrounds, SkimagePhotographs
from ajahr_mm.synthesis.finish import CameraFinish
from ajahr_mm.synthesis.generator import generate
from ajahr_mm.synthesis.occluders import RandomOccluders
from ajahr_mm.synthesis.pipeline import A3DPipeline
from ajahr_mm.synthesis.pose_bank import PoseBank
from ajahr_mm.synthesis.scenes import ProceduralScenes
from ajahr_mm.synthesis.subjects import SubjectQuota
from ajahr_mm.synthesis.viewpoint import RandomView

__all__ = ['A3DPipeline', 'BackgroundMixture', 'CameraFinish', 'FolderBackgrounds', 'PoseBank', 'ProceduralAppearance',
           'ProceduralScenes', 'RandomLight', 'RandomOccluders', 'RandomView', 'SkimagePhotographs', 'SubjectQuota', 'generate']
