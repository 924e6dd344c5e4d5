"""How much memory a stitched run of SDXL and SSD-1B holds at its peak.

Makes both models in full size in the layout of diffusers, fp16, as sparse files (every weight is zero: memory does not
depend on numbers), draws one 1024 step with each and prints the peak of resident memory beside the plan that `tstitch
plan` prints. Ends with 1 when the peak is above the limit.

    python tests/bench/memory_at_full_size.py --tstitch build/release/bin/tstitch --work build/bench
"""

import argparse
import json
import math
import pathlib
import resource
import shutil
import struct
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "golden"))
import key_lists  # noqa: E402

MINIATURE = SOURCE / "models" / "miniature" / "large"
GIBIBYTE = 1 << 30

# What a pipeline of the SDXL family holds: folder, class, published list, file.
PARTS = {
    "text_encoder": ("CLIPTextModel", "clip-l", "model"),
    "text_encoder_2": ("CLIPTextModelWithProjection", "openclip-bigg", "model"),
    "vae": ("AutoencoderKL", "vae-kl-f8", "diffusion_pytorch_model"),
}
SDXL_SCALE = 0.13025


def write_sparse(file, tensors):
    header, offset = {}, 0
    for name, shape in tensors.items():
        end = offset + 2 * math.prod(shape)
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(file, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        out.truncate(8 + len(text) + offset)


def write_part(folder, name, published, stem, **more):
    folder.mkdir(parents=True)
    known = key_lists.load(published)
    config = {"_class_name": name, "architectures": [name], **known["config"], **more}
    (folder / "config.json").write_text(json.dumps(config))
    write_sparse(folder / f"{stem}.safetensors", known["tensors"])


def write_model(folder, unet):
    shutil.rmtree(folder, ignore_errors=True)
    write_part(folder / "unet", "UNet2DConditionModel", unet, "diffusion_pytorch_model")
    for part, (name, published, stem) in PARTS.items():
        more = {"scaling_factor": SDXL_SCALE} if part == "vae" else {}
        write_part(folder / part, name, published, stem, **more)
    for tokenizer in ("tokenizer", "tokenizer_2"):
        shutil.copytree(MINIATURE / "tokenizer", folder / tokenizer)
    (folder / "scheduler").mkdir()
    scheduler = {"_class_name": "EulerDiscreteScheduler", "beta_start": 0.00085, "beta_end": 0.012,
                 "beta_schedule": "scaled_linear", "num_train_timesteps": 1000, "prediction_type": "epsilon",
                 "steps_offset": 1, "timestep_spacing": "leading"}
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler))
    index = {"_class_name": "StableDiffusionXLPipeline", "force_zeros_for_empty_prompt": True,
             "unet": ["diffusers", "UNet2DConditionModel"], "scheduler": ["diffusers", "EulerDiscreteScheduler"],
             "tokenizer": ["transformers", "CLIPTokenizer"], "tokenizer_2": ["transformers", "CLIPTokenizer"],
             "text_encoder": ["transformers", "CLIPTextModel"],
             "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
             "vae": ["diffusers", "AutoencoderKL"]}
    (folder / "model_index.json").write_text(json.dumps(index))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tstitch", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True, help="a folder for the files; they take little room")
    parser.add_argument("--size", default="1024x1024")
    parser.add_argument("--limit", type=float, default=16, help="GiB (default 16)")
    parser.add_argument("options", nargs="*", help="further options of tstitch, behind --")
    arguments = parser.parse_args()
    large, small = arguments.work / "sdxl", arguments.work / "ssd-1b"
    write_model(large, "sdxl")
    write_model(small, "ssd-1b")
    common = ["--large", large, "--small", small, "--steps", "2", "--segments", "small:1,large:1",
              "--size", arguments.size, "--device", "cpu", "--profile", arguments.work / "profile", *arguments.options]
    subprocess.run([arguments.tstitch, "plan", *common], check=True)
    subprocess.run([arguments.tstitch, "generate", "a lighthouse", "--seed", "1", "--output", f"{arguments.work / 'out'}/",
                    *common], check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / GIBIBYTE
    print(f"peak of resident memory: {peak:.2f} GiB, limit {arguments.limit:g} GiB")
    return 0 if peak <= arguments.limit else 1


if __name__ == "__main__":
    sys.exit(main())
