"""tstitch and diffusers eager on the same Stable Diffusion 1.5 shaped weights, taking turns; prints ratios.

The peer runs in its users' environment: no variable is set for it, and it chooses its own threads. A round counts only
where both had their cores."""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEAST_CORES = 1.8
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
from diffusers import StableDiffusionPipeline
pipeline = StableDiffusionPipeline.from_pretrained(sys.argv[1], torch_dtype=torch.float32)
pipeline.set_progress_bar_config(disable=True)
marks = []
def mark(pipeline, step, timestep, kwargs):
    marks.append([time.clock_gettime(time.CLOCK_BOOTTIME), time.process_time()])
    return {}
pipeline("a fox", num_inference_steps=int(sys.argv[2]), guidance_scale=7.5, callback_on_step_end=mark,
         generator=torch.Generator().manual_seed(1), height=512, width=512)
fields = open("/proc/self/stat").read().rsplit(")", 1)[1].split()
started = int(fields[19]) / 100.0
print(json.dumps({"marks": marks, "started": started, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
"""


def peers_environment():
    """Free of what a test run around this script may have set for others."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("OMP_", "KMP_", "MKL_", "OPENBLAS_"))}


def figures(marks, started, peak):
    """Of marks (wall, CPU seconds) at the ends of the steps: the first step is the start's, not a step's."""
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(marks, marks[1:])]
    wall, cpu = (sum(step[i] for step in steps) for i in (0, 1))
    return {"steps": [step[0] for step in steps], "cpu": [step[1] for step in steps], "cores": cpu / wall,
            "first": marks[0][0] - started, "peak": peak}


def run_peer(folder, steps):
    ran = subprocess.run([sys.executable, "-c", PEER, str(folder), str(steps)], capture_output=True, text=True,
                         env=peers_environment(), check=True)
    said = json.loads(ran.stdout.strip().splitlines()[-1])
    return figures(said["marks"], said["started"], said["peak"])


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_tstitch(binary, folder, steps, extra=()):
    """One whole picture: a mark at each step's event, and the peak from the process's own accounting."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [str(binary), "generate", "a fox", "--large", str(folder), "--steps", str(steps), "--guidance", "7.5",
                   "--size", "512x512", "--seed", "1", "--precision", "fp32", "--device", "cpu",
                   "--output", scratch + "/picture.png", "--profile", scratch + "/profile", "--json", *extra]
        started = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                 env=peers_environment())
        marks = []
        for line in child.stdout:
            if json.loads(line).get("event") == "step":
                marks.append([time.monotonic(), cpu_seconds(child.pid)])
        _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            raise RuntimeError(f"tstitch ended with {status}")
        return figures(marks, started, usage.ru_maxrss * 1024)


def told(name, run):
    return (f"{name}: steps {', '.join(f'{s:.2f}' for s in run['steps'])} s, {statistics.mean(run['cpu']):.1f} CPU "
            f"seconds a step, {run['cores']:.2f} cores, first step after {run['first']:.1f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tstitch", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=4)
    options = parser.parse_args()
    folder = options.work.resolve() / "sd15"
    make_models(folder)
    counted = []
    for turn in range(options.rounds):
        theirs = run_peer(folder, options.steps)
        ours = run_tstitch(options.tstitch, folder, options.steps)
        previews = run_tstitch(options.tstitch, folder, options.steps,
                               ("--preview", str(options.work.resolve() / f"previews-{turn}")))
        counts = min(ours["cores"], theirs["cores"]) >= LEAST_CORES
        print(f"round {turn + 1}{'' if counts else ' (does not count: too few cores)'}\n  {told('ours', ours)}\n"
              f"  {told('diffusers', theirs)}\n  {told('with previews', previews)}", flush=True)
        if counts:
            counted.append((ours, theirs, previews))
    if not counted:
        sys.exit(f"no round in which both had {LEAST_CORES} cores: nothing can be said")
    ours, theirs, previews = zip(*counted)
    median = lambda runs, key: statistics.median(value for run in runs for value in run[key])
    least = lambda runs, key: min(run[key] for run in runs)
    most = lambda runs, key: max(run[key] for run in runs)
    print(f"{len(counted)} of {options.rounds} rounds count")
    print(f"guided step, 512x512, fp32: {median(ours, 'steps'):.2f} s ({median(ours, 'cpu'):.1f} CPU seconds) / "
          f"{median(theirs, 'steps'):.2f} s ({median(theirs, 'cpu'):.1f}) = "
          f"{median(ours, 'steps') / median(theirs, 'steps'):.3f} of diffusers eager")
    print(f"start to end of first step: {least(ours, 'first'):.2f} s / {least(theirs, 'first'):.2f} s = "
          f"{least(ours, 'first') / least(theirs, 'first'):.3f}")
    print(f"peak memory of a picture: {most(ours, 'peak') / 2**30:.2f} GiB / {most(theirs, 'peak') / 2**30:.2f} GiB = "
          f"{most(ours, 'peak') / most(theirs, 'peak'):.3f}")
    print(f"previews: step {median(previews, 'steps'):.3f} s against {median(ours, 'steps'):.3f} s without")


if __name__ == "__main__":
    main()
