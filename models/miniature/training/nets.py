"""The U-Nets and the text encoder, and the noise schedule that they are trained for."""
import pathlib

import torch
import torch.nn.functional as F
from diffusers import UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

NETS = {  # name -> channels, layers per block, attention per level, heads per level
    "large": ((96, 128, 192), 1, (1, 1, 0), (2, 4, 4)),
    "small": ((32, 96, 96), 1, (0, 1, 0), (1, 2, 4)),
    "gpu-large": ((128, 256, 384), 2, (1, 1, 0), (4, 8, 8)),
    "gpu-small": ((64, 128, 192), 1, (1, 1, 0), (1, 4, 4)),
}
BETAS = (1e-4, 0.02)  # DDPM's linear schedule over 1000 steps


def build_unet(net: str, width: int, latent: int, size: int) -> UNet2DConditionModel:
    """A U-Net in the layout of SD 1.x with zero-initialised residual outputs."""
    channels, layers, attention, heads = NETS[net]
    unet = UNet2DConditionModel(
        sample_size=size, in_channels=latent, out_channels=latent, block_out_channels=channels,
        layers_per_block=layers, cross_attention_dim=width, attention_head_dim=heads,
        down_block_types=["CrossAttnDownBlock2D" if a else "DownBlock2D" for a in attention],
        up_block_types=["CrossAttnUpBlock2D" if a else "UpBlock2D" for a in reversed(attention)])
    for name, module in unet.named_modules():
        if name.endswith(("conv2", "proj_out", "conv_out")) and isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            torch.nn.init.zeros_(module.weight)
            torch.nn.init.zeros_(module.bias)
    return unet


def build_text_encoder(tokenizer: CLIPTokenizer, width: int = 192, layers: int = 2) -> CLIPTextModel:
    """A small CLIP text transformer for the given tokenizer."""
    end = tokenizer.convert_tokens_to_ids("<|endoftext|>")
    return CLIPTextModel(CLIPTextConfig(
        vocab_size=end + 1, hidden_size=width, intermediate_size=4 * width, projection_dim=width,
        num_hidden_layers=layers, num_attention_heads=4, max_position_embeddings=tokenizer.model_max_length,
        bos_token_id=end - 1, eos_token_id=end, pad_token_id=end))


def load_matching(model: torch.nn.Module, folder: pathlib.Path) -> int:
    """Copies every tensor of a saved model whose name and shape fit; returns how many did not fit."""
    saved, own = type(model).from_pretrained(folder).state_dict(), model.state_dict()
    fit = {k: v for k, v in saved.items() if k in own and own[k].shape == v.shape}
    model.load_state_dict(fit, strict=False)
    return len(own) - len(fit)


def use_fp32_attention() -> None:
    """Runs scaled dot-product attention in fp32; its bf16 backward pass is slow on a CPU."""
    plain = F.scaled_dot_product_attention

    def attention(q, k, v, *args, **kwargs):
        with torch.autocast("cpu", enabled=False):
            return plain(q.float(), k.float(), v.float(), *args, **kwargs)
    F.scaled_dot_product_attention = attention


def signal_levels(device: str) -> torch.Tensor:
    """The cumulative signal level of each of the 1000 timesteps."""
    return torch.cumprod(1 - torch.linspace(*BETAS, 1000, dtype=torch.float64), 0).float().to(device)
