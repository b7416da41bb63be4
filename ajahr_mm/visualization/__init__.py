"""Pictures and pages for people: keypoints, limb badges, bodies over photographs, the report."""
from ajahr_mm.visualization.body_visualizer import BodyVisualizer
from ajahr_mm.visualization.report import write_report

__all__ = ['BodyVisualizer', 'write_report']
