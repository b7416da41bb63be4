"""Runs the whole road once: body, A3D-mini, tokenizers, AJAHR, evaluation, inference, report.

Every stage calls the tool a user would call. A finished stage leaves a stamp; the next run skips it unless one of its
inputs has changed.
"""
import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Dict, List, Sequence

ROOT = Path(__file__).resolve().parent.parent
TOKENIZERS = {'intact': 'tokenizer_tiny_intact', 'amputee': 'tokenizer_tiny_amputee'}
CONFIG = 'configs/ajahr/ajahr_tiny_a3d-mini.py'
BASELINE = 'configs/ajahr/mean-body_a3d-mini.py'


class Quickstart:
    """The stages, their stamps and their clock.

    Args:
        work_dir: where everything but the data goes.
        data_dir: where A3D-mini goes.
    """

    def __init__(self, work_dir: Path, data_dir: Path) -> None:
        self.work_dir, self.data_dir = work_dir, data_dir
        self.fingerprint = hashlib.sha256()
        self.stages: Dict[str, Callable[[], None]] = dict(
            body=self.body, synthesis=self.synthesis, tokenizers=self.tokenizers, training=self.training,
            evaluation=self.evaluation, inference=self.inference, report=self.report)

    def run(self) -> None:
        """Runs every stage whose stamp is missing or stale."""
        for number, (name, stage) in enumerate(self.stages.items(), 1):
            stamp = self.work_dir / 'stages' / f'{name}.json'
            key = self._key(name)
            title = f'[{number}/{len(self.stages)}] {name}'
            if stamp.exists() and json.loads(stamp.read_text()).get('key') == key:
                print(f'{title}: already done', flush=True)
                continue
            print(f'{title} ...', flush=True)
            started = time.perf_counter()
            stage()
            seconds = round(time.perf_counter() - started, 1)
            _write_json(stamp, dict(key=key, seconds=seconds))
            print(f'{title}: done in {seconds:.0f} s', flush=True)
        print(f'\nThe result: {self.work_dir / "index.html"}\nThe numbers: {self.work_dir / "summary.json"}')

    def _key(self, stage: str) -> str:
        """Digest of everything that the stages up to this one read: a change in one makes all later ones stale."""
        self.fingerprint.update(stage.encode())
        for path in _inputs(stage):
            self.fingerprint.update(path.read_bytes())
        return self.fingerprint.hexdigest()

    # ------------------------------------------------------------------ stages

    def body(self) -> None:
        from ajahr_mm.body_models import build_body
        body = build_body('open')
        print(f'  open body: {body.num_vertices} vertices, {len(body.faces)} faces, {body.num_betas} shape axes')

    def synthesis(self) -> None:
        _tool('tools/synthesize_a3d.py', 'configs/synthesis/a3d-mini.py', '--out', self.data_dir,
              '--workers', os.cpu_count() or 1)

    def tokenizers(self) -> None:
        for config in TOKENIZERS.values():
            work_dir = self.work_dir / config
            _tool('tools/train.py', f'configs/tokenizer/{config}.py', '--work-dir', work_dir,
                  '--cfg-options', f'data_dir={self.data_dir}')
        for name, config in TOKENIZERS.items():
            work_dir = self.work_dir / config
            _tool('tools/test.py', f'configs/tokenizer/{config}.py', last_checkpoint(work_dir), '--work-dir', work_dir,
                  '--out', self.work_dir / 'metrics' / f'tokenizer_{name}.json')

    def training(self) -> None:
        _tool('tools/train.py', CONFIG, '--work-dir', self.work_dir / 'ajahr')

    def evaluation(self) -> None:
        metrics = self.work_dir / 'metrics'
        _tool('tools/test.py', CONFIG, last_checkpoint(self.work_dir / 'ajahr'), '--work-dir', self.work_dir / 'ajahr',
              '--out', metrics / 'ajahr.json')
        _tool('tools/test.py', BASELINE, 'none', '--work-dir', self.work_dir / 'mean_body',
              '--out', metrics / 'mean_body.json')

    def inference(self) -> None:
        pass

    def report(self) -> None:
        pass


def last_checkpoint(work_dir: Path) -> Path:
    """The checkpoint that MMEngine's runner named last in ``work_dir``."""
    return Path((work_dir / 'last_checkpoint').read_text().strip())


def _write_json(path: Path, content: dict) -> None:
    from ajahr_mm.io import atomic_path
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2))


def _tool(script: str, *arguments) -> None:
    """Runs one of the tools in this interpreter's environment; its failure ends the quickstart."""
    finished = subprocess.run([sys.executable, str(ROOT / script), *map(str, arguments)], cwd=ROOT)
    if finished.returncode:
        raise SystemExit(finished.returncode)
