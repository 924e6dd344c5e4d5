"""Makes tests/golden/preview-latents.safetensors: finished latents of the bundled pair, for what a preview must show.

    python make_preview.py

The large network alone, 15 steps, guidance 1.5, fp16 storage. Made with diffusers 0.42.0.
"""

import pathlib

import torch
from diffusers import StableDiffusionPipeline
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
PROMPTS = ["3d red apple", "3d cat face", "flat frog on a blue background", "3d rocket"]

pipe = StableDiffusionPipeline.from_pretrained(HERE.parent.parent / "models/miniature/large",
                                               torch_dtype=torch.float32, safety_checker=None)
latents = pipe(PROMPTS, num_inference_steps=15, guidance_scale=1.5, height=128, width=128, output_type="latent",
               generator=torch.Generator().manual_seed(0)).images
target = HERE / "preview-latents.safetensors"
save_file({"latents": latents.half().contiguous()}, target)
target.chmod(0o644)
