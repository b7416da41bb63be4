"""All miniatures together, below one folder, as data/ would look with every corpus of the paper."""
from ..conftest import write_a3d
from ..legacy_tars import write_legacy
from . import amputees, bedlam, drawn, fits, outdoors, poses, studio

#: Config key of the mixture -> what it is read from here.
TARS = dict(coco_vitpose='coco-train-2014-vitpose-pruned', ava='ava-train-midframes-1fps-vitpose',
            insta='insta-train-vitpose-replicate')


def write_everything(data):
    """One folder a corpus, named as in docs/datasets.md."""
    write_a3d(data / 'a3d/train', count=13)
    write_a3d(data / 'a3d/test', count=4, seed=1)
    amputees.write_a3d_official(data / 'a3d_official')
    amputees.write_itw(data / 'itw_amputee')
    bedlam.write_bedlam(data / 'bedlam')
    drawn.write_coco(data / 'coco')
    (data / 'mpii').mkdir()
    drawn.write_mpii(data / 'mpii')
    drawn.write_aic(data / 'aic')
    studio.write_h36m(data / 'h36m')
    studio.write_3dhp(data / 'mpi_inf_3dhp')
    outdoors.write_3dpw(data / '3dpw')
    outdoors.write_3dpw(data / '3dpw', split='train', name='courtyard_dancing_00', seed=3)
    outdoors.write_emdb(data / 'emdb')
    outdoors.write_3doh(data / '3doh50k')
    (data / 'human_data').mkdir()
    fits.write_human_data(data / 'human_data/eft.npz')
    for folder, tars in TARS.items():
        (data / folder / tars).mkdir(parents=True)
        write_legacy(data / folder / tars / '000000.tar', counts=(1, 2, 1))
    poses.write_amass(data / 'amass',
                      ('CMU', 'KIT', 'BMLrub', 'DanceDB', 'BMLmovi', 'EyesJapanDataset', 'BMLhandball', 'TotalCapture',
                                       'EKUT', 'ACCAD', 'TCDHands', 'PosePrior', 'HumanEva'))
    poses.write_moyo(data / 'moyo')
    poses.write_moyo(data / 'moyo', 'val', seed=1)
