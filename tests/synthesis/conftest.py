"""A small pipeline on the open body, built once for all tests of this folder."""
import pytest

from ajahr_mm.registry import SYNTHESIS


def pipeline_config(**changes) -> dict:
    photographs = dict(type='SkimagePhotographs')
    config = dict(
        type='A3DPipeline', seed=3, splits=dict(train=30, test=10), image_size=128, chunk=10,
        poses=dict(type='PoseBank'), subjects=dict(type='SubjectQuota'), appearance=dict(type='ProceduralAppearance'),
        light=dict(type='RandomLight'), view=dict(type='RandomView'), shading=dict(type='SunAndSky'),
        shadow=dict(type='GroundShadow'),
        backgrounds=dict(type='BackgroundMixture', parts=[photographs, dict(type='ProceduralScenes')], weights=[.5, .5]),
        occluders=dict(type='RandomOccluders', share=.5), companions=.2, finish=dict(type='CameraFinish'))
    return {**config, **changes}


@pytest.fixture(scope='session')
def make_config():
    """Function: changes -> pipeline config."""
    return pipeline_config


@pytest.fixture(scope='session')
def pipeline():
    return SYNTHESIS.build(pipeline_config())


@pytest.fixture(scope='session')
def samples(pipeline):
    """All 30 training pictures."""
    return pipeline.render('train', 0, 30)


@pytest.fixture(scope='session')
def surface():
    from ajahr_mm.body_models import build_body
    from ajahr_mm.synthesis.appearance.surface import Surface
    return Surface.of(build_body('open'))
