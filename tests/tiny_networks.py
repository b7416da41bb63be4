"""Small networks with random weights, written as the public ones are: what the real loading code is tried on."""
import warnings
from pathlib import Path

import torch


class MeanLaMa(torch.nn.Module):
    """Fills the hole with the mean of what is known; same signature as LaMa."""

    def forward(self, image, mask):
        known = 1 - mask
        mean = (image * known).sum(dim=(2, 3), keepdim=True) / known.sum(dim=(2, 3), keepdim=True).clamp(min=1.)
        return image * known + mean * mask


def save_torchscript(module: torch.nn.Module, path: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        torch.jit.script(module).save(str(path))
    return path


def save_alexnet(path: Path, seed: int = 0) -> Path:
    from torchvision.models import alexnet
    torch.manual_seed(seed)
    torch.save(alexnet(weights=None).state_dict(), path)
    return path


def save_sam(folder: Path, seed: int = 0) -> Path:
    from transformers import (SamConfig, SamImageProcessor, SamMaskDecoderConfig, SamModel, SamProcessor,
                              SamPromptEncoderConfig, SamVisionConfig)
    vision = SamVisionConfig(hidden_size=16, output_channels=8, num_hidden_layers=2, num_attention_heads=2, image_size=64,
                             patch_size=8, window_size=4, global_attn_indexes=[1], mlp_dim=32, num_pos_feats=4)
    prompts = SamPromptEncoderConfig(hidden_size=8, image_size=64, patch_size=8, mask_input_channels=4)
    decoder = SamMaskDecoderConfig(hidden_size=8, mlp_dim=16, num_hidden_layers=1, num_attention_heads=2,
                                   iou_head_hidden_dim=8)
    config = SamConfig(vision_config=vision.to_dict(), prompt_encoder_config=prompts.to_dict(),
                       mask_decoder_config=decoder.to_dict())
    torch.manual_seed(seed)
    SamModel(config).save_pretrained(folder)
    SamProcessor(SamImageProcessor(size=dict(longest_edge=64), pad_size=dict(height=64, width=64),
                                   mask_size=dict(longest_edge=32), mask_pad_size=dict(height=32, width=32))
                 ).save_pretrained(folder)
    return folder


def save_sam2(folder: Path, seed: int = 0) -> Path:
    from transformers import (Sam2Config, Sam2HieraDetConfig, Sam2ImageProcessorFast, Sam2MaskDecoderConfig, Sam2Model,
                              Sam2Processor, Sam2PromptEncoderConfig, Sam2VisionConfig)
    hiera = Sam2HieraDetConfig(hidden_size=8, num_attention_heads=1, image_size=[64, 64], blocks_per_stage=[1, 1, 2, 1],
                               embed_dim_per_stage=[8, 16, 32, 64], num_attention_heads_per_stage=[1, 1, 2, 2],
                               window_size_per_stage=[8, 4, 4, 4], global_attention_blocks=[3], mlp_ratio=2.,
                               window_positional_embedding_background_size=[2, 2])
    vision = Sam2VisionConfig(backbone_config=hiera, backbone_channel_list=[64, 32, 16, 8], fpn_hidden_size=32,
                              backbone_feature_sizes=[[16, 16], [8, 8], [4, 4]])
    prompts = Sam2PromptEncoderConfig(hidden_size=32, image_size=64, patch_size=16, mask_input_channels=4)
    decoder = Sam2MaskDecoderConfig(hidden_size=32, mlp_dim=16, num_hidden_layers=1, num_attention_heads=2,
                                    iou_head_hidden_dim=8)
    config = Sam2Config(vision_config=vision, prompt_encoder_config=prompts, mask_decoder_config=decoder)
    torch.manual_seed(seed)
    Sam2Model(config).save_pretrained(folder)
    Sam2Processor(Sam2ImageProcessorFast(size=dict(height=64, width=64), mask_size=dict(height=16, width=16))
                  ).save_pretrained(folder)
    return folder
