"""tstitch and diffusers eager on the same Stable Diffusion 1.5 shaped weights, taking turns; prints ratios."""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
THREADS = "2"
SCHEDULER = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True,
                 set_alpha_to_one=False, steps_offset=1)


def make_models(folder):
    if (folder / "model_index.json").exists():
        return
    from diffusers import AutoencoderKL, PNDMScheduler, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    shutil.rmtree(folder, ignore_errors=True)
    UNet2DConditionModel(sample_size=64, cross_attention_dim=768).half().save_pretrained(folder / "unet")
    AutoencoderKL(block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4,
                  down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
                  sample_size=512).half().save_pretrained(folder / "vae")
    tokenizer = ROOT / "models" / "miniature" / "large" / "tokenizer"
    shutil.copytree(tokenizer, folder / "tokenizer")
    length = CLIPTokenizer.from_pretrained(tokenizer).model_max_length
    text = CLIPTextConfig(vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12,
                          num_attention_heads=12, max_position_embeddings=max(77, length))
    CLIPTextModel(text).half().save_pretrained(folder / "text_encoder")
    PNDMScheduler(**SCHEDULER).save_pretrained(folder / "scheduler")
    index = {"_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.42.0", "requires_safety_checker": False,
             "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"],
             "text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"],
             "scheduler": ["diffusers", "PNDMScheduler"], "safety_checker": [None, None],
             "feature_extractor": [None, None], "image_encoder": [None, None]}
    (folder / "model_index.json").write_text(json.dumps(index))


PEER = r"""
import json, sys, time, resource
import torch
torch.set_num_threads(int(sys.argv[3]))
from diffusers import StableDiffusionPipeline
pipeline = StableDiffusionPipeline.from_pretrained(sys.argv[1], torch_dtype=torch.float32)
pipeline.set_progress_bar_config(disable=True)
marks = []
def mark(pipeline, step, timestep, kwargs):
    marks.append(time.clock_gettime(time.CLOCK_BOOTTIME))
    return {}
pipeline("a fox", num_inference_steps=int(sys.argv[2]), guidance_scale=7.5, callback_on_step_end=mark,
         generator=torch.Generator().manual_seed(1), height=512, width=512)
fields = open("/proc/self/stat").read().rsplit(")", 1)[1].split()
started = int(fields[19]) / 100.0
print(json.dumps({"steps": [b - a for a, b in zip(marks, marks[1:])], "first": marks[0] - started,
                  "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
"""


def environment():
    own = dict(os.environ, OMP_NUM_THREADS=THREADS, OMP_WAIT_POLICY="PASSIVE")
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        own.pop(name, None)
    return own


def run_peer(folder, steps):
    ran = subprocess.run([sys.executable, "-c", PEER, str(folder), str(steps), THREADS], capture_output=True, text=True,
                         env=environment(), check=True)
    return json.loads(ran.stdout.strip().splitlines()[-1])


def run_tstitch(binary, folder, steps, extra=()):
    """One whole picture: seconds of each step from its events, and the peak from the process's own accounting."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [str(binary), "generate", "a fox", "--large", str(folder), "--steps", str(steps), "--guidance", "7.5",
                   "--size", "512x512", "--seed", "1", "--threads", THREADS, "--precision", "fp32", "--device", "cpu",
                   "--output", scratch + "/picture.png", "--profile", scratch + "/profile", "--json", *extra]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                 env=environment())
        import time
        started = time.monotonic()
        first, took = None, []
        for line in child.stdout:
            event = json.loads(line)
            if event.get("event") == "step":
                first = first or time.monotonic() - started
                took.append(event["seconds"])
        _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            raise RuntimeError(f"tstitch ended with {status}")
        return {"steps": took[1:], "first": first, "peak": usage.ru_maxrss * 1024}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tstitch", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=4)
    options = parser.parse_args()
    folder = options.work.resolve() / "sd15"
    make_models(folder)
    ours, theirs, previews = [], [], []
    for turn in range(options.rounds):
        theirs.append(run_peer(folder, options.steps))
        ours.append(run_tstitch(options.tstitch, folder, options.steps))
        previews.append(run_tstitch(options.tstitch, folder, options.steps,
                                    ("--preview", str(options.work.resolve() / f"previews-{turn}"))))
        print(f"round {turn + 1}: ours {ours[-1]}\n         diffusers {theirs[-1]}", flush=True)
    step = lambda runs: statistics.median(s for run in runs for s in run["steps"])
    least = lambda runs, key: min(run[key] for run in runs)
    print(f"guided step, 512x512, fp32, {THREADS} threads: {step(ours):.2f} s / {step(theirs):.2f} s = "
          f"{step(ours) / step(theirs):.3f} of diffusers eager (bound 0.95)")
    print(f"start to end of first step: {least(ours, 'first'):.2f} s / {least(theirs, 'first'):.2f} s = "
          f"{least(ours, 'first') / least(theirs, 'first'):.3f} (bound 0.6)")
    print(f"peak memory of a picture: {max(r['peak'] for r in ours) / 2**30:.2f} GiB / "
          f"{max(r['peak'] for r in theirs) / 2**30:.2f} GiB = "
          f"{max(r['peak'] for r in ours) / max(r['peak'] for r in theirs):.3f} (bound 0.75)")
    print(f"previews: step {step(previews):.3f} s against {step(ours):.3f} s without")


if __name__ == "__main__":
    main()
