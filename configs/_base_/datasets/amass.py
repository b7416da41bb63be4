# AMASS for the tokenizers: one part a set, because TokenHMR gives each a share of its own.
amass = dict(
    type='MixedDataset',
    shares=dict(CMU=0.12, KIT=0.11, BMLrub=0.11, DanceDB=0.05, BMLmovi=0.05, EyesJapan=0.05, BMLhandball=0.05,
                TotalCapture=0.05, EKUT=0.03, ACCAD=0.03, TCDHands=0.03, MPILimits=0.16),
    parts={name: dict(type='AMASS', data_root='data/amass', subsets=name)
           for name in ('CMU', 'KIT', 'BMLrub', 'DanceDB', 'BMLmovi', 'EyesJapan', 'BMLhandball', 'TotalCapture', 'EKUT',
                        'ACCAD', 'TCDHands', 'MPILimits')})
amass_val = dict(type='AMASS', data_root='data/amass', split='val', test_mode=True)
