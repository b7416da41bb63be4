"""One canvas and one library of clothes on the open body, painted once for all tests of this folder."""
import numpy as np
import pytest

from ajahr_mm.synthesis.records import Subject

SIZE = 256


@pytest.fixture(scope='session')
def canvas(surface):
    from ajahr_mm.synthesis.appearance.canvas import Canvas
    return Canvas(surface, SIZE)


@pytest.fixture(scope='session')
def appearance():
    from ajahr_mm.synthesis.appearance.procedural import ProceduralAppearance
    return ProceduralAppearance(size=SIZE)


@pytest.fixture(scope='session')
def make_person():
    """Function: group, gender, extent, age -> Subject."""
    def make(group: str = 'Asian', gender: str = 'female', extent=(3, 3, 3, 3), age: float = 35.) -> Subject:
        return Subject(np.array(extent, np.float32), np.zeros(10, np.float32), gender, group, age)
    return make
