"""A3D: synthetic pictures of people with and without limb loss, and everything that is known about them."""
from ajahr_mm.synthesis.appearance.folder_textures import FolderTextures
from ajahr_mm.synthesis.appearance.procedural import ProceduralAppearance
from ajahr_mm.synthesis.backgrounds.cleaned import CleanedPhotographs
from ajahr_mm.synthesis.backgrounds.folders import FolderBackgrounds
from ajahr_mm.synthesis.backgrounds.mixture import BackgroundMixture
from ajahr_mm.synthesis.backgrounds.panoramas import Panoramas
from ajahr_mm.synthesis.backgrounds.photographs import SkimagePhotographs
from ajahr_mm.synthesis.backgrounds.scenes import ProceduralScenes
from ajahr_mm.synthesis.camera.fit_view import FitView
from ajahr_mm.synthesis.camera.perspective import PerspectiveView
from ajahr_mm.synthesis.camera.viewpoint import RandomView
from ajahr_mm.synthesis.composition.finish import CameraFinish
from ajahr_mm.synthesis.composition.occluders import RandomOccluders
from ajahr_mm.synthesis.lighting.light import RandomLight
from ajahr_mm.synthesis.lighting.shading import SunAndSky
from ajahr_mm.synthesis.lighting.shadows import GroundShadow
from ajahr_mm.synthesis.output.folder_format import FolderFormat
from ajahr_mm.synthesis.output.official_format import OfficialFormat
from ajahr_mm.synthesis.output.tar_format import TarFormat
from ajahr_mm.synthesis.people.subjects import SubjectQuota
from ajahr_mm.synthesis.pipeline import A3DPipeline
from ajahr_mm.synthesis.poses.dataset_fits import DatasetFits
from ajahr_mm.synthesis.poses.dataset_poses import DatasetPoses
from ajahr_mm.synthesis.poses.estimated_fits import EstimatedFits
from ajahr_mm.synthesis.poses.mixture import PoseMixture
from ajahr_mm.synthesis.poses.pose_bank import PoseBank
from ajahr_mm.synthesis.removal import (BackgroundCleaner, BoxSegmenter, GrabCutSegmenter, LaMaInpainter, NoPersonCheck,
                                        OpenCVInpainter, PictureQuality, SAMSegmenter, SSIMCheck)

__all__ = [
    'A3DPipeline', 'BackgroundCleaner', 'BackgroundMixture', 'BoxSegmenter', 'CameraFinish', 'CleanedPhotographs',
    'DatasetFits', 'DatasetPoses', 'EstimatedFits', 'FitView', 'FolderBackgrounds', 'FolderFormat', 'FolderTextures',
    'GrabCutSegmenter', 'GroundShadow', 'LaMaInpainter', 'NoPersonCheck', 'OfficialFormat', 'OpenCVInpainter',
    'Panoramas', 'PerspectiveView', 'PictureQuality', 'PoseBank', 'PoseMixture', 'ProceduralAppearance',
    'ProceduralScenes', 'RandomLight', 'RandomOccluders', 'RandomView', 'SAMSegmenter', 'SSIMCheck',
    'SkimagePhotographs', 'SubjectQuota', 'SunAndSky', 'TarFormat']
