# The quickstart's network with a pose head that the package does not know.
_base_ = '../../../configs/ajahr/ajahr_tiny_a3d-mini.py'
custom_imports = dict(imports=['projects.example_head.mlp_pose_head'], allow_failed_imports=False)

model = dict(pose_head=dict(_delete_=True, type='MLPPoseHead', dim=128, width=256))
