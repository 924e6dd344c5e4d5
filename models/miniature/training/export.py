"""Writes the pair as fp16 diffusers folders: OUT/large (complete pipeline) and OUT/small (U-Net only).

    python export.py --work work --data work/data --out weights
"""
import argparse
import json
import pathlib
import shutil

import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

from nets import BETAS


def assemble(args: argparse.Namespace) -> StableDiffusionPipeline:
    """The complete large pipeline in fp32."""
    prediction = {"v": "v_prediction"}.get(args.prediction, args.prediction)
    scheduler = DDIMScheduler(num_train_timesteps=1000, beta_schedule="linear", beta_start=BETAS[0], beta_end=BETAS[1],
                              prediction_type=prediction, clip_sample=False, set_alpha_to_one=False, steps_offset=1)
    return StableDiffusionPipeline(
        vae=AutoencoderKL.from_pretrained(args.vae or args.work / "vae/vae"),
        unet=UNet2DConditionModel.from_pretrained(args.work / "large/unet"),
        text_encoder=CLIPTextModel.from_pretrained(args.work / "large/text_encoder"),
        tokenizer=CLIPTokenizer.from_pretrained(args.data / "tokenizer"), scheduler=scheduler,
        safety_checker=None, feature_extractor=None, requires_safety_checker=False)


def drop_local_names(folder: pathlib.Path) -> None:
    """Removes the folder names that the libraries record in configs."""
    for path in folder.rglob("*.json"):
        data = json.loads(path.read_text())
        if isinstance(data, dict) and data.pop("_name_or_path", None) is not None:
            path.write_text(json.dumps(data, indent=2) + "\n")


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--work", type=pathlib.Path, default="work")
    ap.add_argument("--data", type=pathlib.Path, default="work/data")
    ap.add_argument("--vae", type=pathlib.Path, help="default: WORK/vae/vae")
    ap.add_argument("--prediction", choices=["v", "epsilon"], default="v", help="as in training")
    ap.add_argument("--out", type=pathlib.Path, default="weights")
    args = ap.parse_args()
    assemble(args).to(torch.float16).save_pretrained(args.out / "large", safe_serialization=True)
    for name in ("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(args.data / "tokenizer" / name, args.out / "large/tokenizer" / name)
    if (args.work / "small/unet").exists():
        small = UNet2DConditionModel.from_pretrained(args.work / "small/unet", torch_dtype=torch.float16)
        small.save_pretrained(args.out / "small/unet", safe_serialization=True)
    drop_local_names(args.out)
    sizes = {p.relative_to(args.out): p.stat().st_size for p in sorted(args.out.rglob("*")) if p.is_file()}
    for path, size in sizes.items():
        print(f"{size:>10} {path}")
    print(f"{sum(sizes.values()):>10} total")


if __name__ == "__main__":
    main()
