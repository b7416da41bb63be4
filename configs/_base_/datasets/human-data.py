# Any corpus as HumanData of mmhuman3d: name the files.
human_data = dict(type='HumanData', files='*.npz', data_root='data/human_data')
