"""tstitch and its peers on the same random weights of a true shape, taking turns; prints ratios.

    --model NAME    sd15 (Stable Diffusion 1.5's shape), bk-tiny (BK-SDM-Tiny's)
    --peer NAME     diffusers (eager), openvino (diffusers with the U-Net compiled for its size); several times, in turn
    --precision P   fp32 or bf16, for both sides
    --pair          a stitched run of the bundled pair instead, 40 % of 25 steps by the small one, against diffusers with its
                    U-Net exchanged at the seam: time of the run, of both networks' steps, start and memory
    --json FILE     the peers' figures, as `tstitch bench --against FILE` takes them

A peer runs in its users' environment: no variable is set for it, it chooses its own threads, and `--python` names the
interpreter of that environment. A round counts only where everybody had their cores."""

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
DENOISERS = {
    "sd15": {},
    "bk-tiny": dict(block_out_channels=(320, 640, 1280), layers_per_block=1, mid_block_type=None,
                    down_block_types=("CrossAttnDownBlock2D",) * 3, up_block_types=("CrossAttnUpBlock2D",) * 3),
}


def make_models(folder, denoiser):
    if (folder / "model_index.json").exists():
        return
    from diffusers import AutoencoderKL, PNDMScheduler, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    shutil.rmtree(folder, ignore_errors=True)
    UNet2DConditionModel(sample_size=64, cross_attention_dim=768, **denoiser).half().save_pretrained(folder / "unet")
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
folder, steps, precision = sys.argv[1], int(sys.argv[2]), sys.argv[3]
%s
pipeline.set_progress_bar_config(disable=True)
marks = []
def mark(pipeline, step, timestep, kwargs):
    marks.append([time.clock_gettime(time.CLOCK_BOOTTIME), time.process_time()])
    return {}
pipeline("a fox", num_inference_steps=steps, guidance_scale=7.5, callback_on_step_end=mark,
         generator=torch.Generator().manual_seed(1), height=512, width=512)
fields = open("/proc/self/stat").read().rsplit(")", 1)[1].split()
started = int(fields[19]) / 100.0
print(json.dumps({"marks": marks, "started": started, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
"""

PIPELINES = {
    "diffusers": r"""
pipeline = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=getattr(torch, {"fp32": "float32", "bf16": "bfloat16"}[precision]))
""",
    # As its users do: converted and written once, then loaded, compiled for the processor and called by diffusers.
    "openvino": r"""
import pathlib, types
import openvino
from diffusers import UNet2DConditionModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionOutput
ir = pathlib.Path(folder) / "unet.xml"
if not ir.exists():
    class Plain(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = UNet2DConditionModel.from_pretrained(folder, subfolder="unet", torch_dtype=torch.float32).eval()
        def forward(self, sample, timestep, states):
            return self.net(sample, timestep, encoder_hidden_states=states, return_dict=False)[0]
    example = (torch.zeros(2, 4, 64, 64), torch.tensor(1.0), torch.zeros(2, int(sys.argv[4]), 768))
    with torch.no_grad():
        model = openvino.convert_model(Plain(), example_input=example, input=[tuple(e.shape) for e in example])
    openvino.save_model(model, ir, compress_to_fp16=True)
    sys.exit(0)
core = openvino.Core()
compiled = core.compile_model(core.read_model(ir), "CPU", {"INFERENCE_PRECISION_HINT": {"fp32": "f32", "bf16": "bf16"}[precision]})
class Compiled(torch.nn.Module):
    config = types.SimpleNamespace(in_channels=4, sample_size=64, time_cond_proj_dim=None)
    dtype, device = torch.float32, torch.device("cpu")
    def forward(self, sample, timestep, encoder_hidden_states, return_dict=False, **unused):
        given = [sample.numpy(), timestep.float().numpy(), encoder_hidden_states.numpy()]
        said = torch.from_numpy(compiled(given)[0])
        return UNet2DConditionOutput(said) if return_dict else (said,)
pipeline = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=torch.float32, unet=None)
pipeline.unet = Compiled()
""",
}


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


PAIR_PEER = r"""
import json, sys, time, resource
import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
folder, small, steps, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
pipeline = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=torch.float32)
pipeline.set_progress_bar_config(disable=True)
large, small, marks = pipeline.unet, UNet2DConditionModel.from_pretrained(small, torch_dtype=torch.float32), []
def mark(pipeline, step, timestep, kwargs):
    marks.append(time.clock_gettime(time.CLOCK_BOOTTIME))
    pipeline.unet = small if step + 1 < count else large
    return {}
def draw():
    marks.clear()
    pipeline.unet = small if count else large
    begun = time.time()
    pipeline("3d fox", num_inference_steps=steps, guidance_scale=7.5, callback_on_step_end=mark,
             generator=torch.Generator().manual_seed(1))
    return time.time() - begun
seconds = [draw()]
first = marks[0] - int(open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19]) / 100.0
seconds += [draw() for _ in range(2)]
took = [b - a for a, b in zip(marks, marks[1:])]
print(json.dumps({"run": sum(seconds) / 3, "first": first, "small": took[:count - 1], "large": took[count - 1:],
                  "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
"""


def output_of(command):
    """What a peer prints, in its users' environment."""
    ran = subprocess.run(command, capture_output=True, text=True, env=peers_environment())
    if ran.returncode != 0:
        sys.exit(f"the peer ended with {ran.returncode}:\n{ran.stderr[-2000:]}")
    return ran.stdout.strip()


def run_pair_peer(options, count):
    models = ROOT / "models" / "miniature"
    command = [options.python, "-c", PAIR_PEER, str(models / "large"), str(models / "small" / "unet"),
               str(options.steps), str(count)]
    return json.loads(output_of(command).splitlines()[-1])


def run_pair(options):
    """A process draws three pictures, as the peer's does; what is loaded before them does not count in a run."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [str(options.tstitch), "generate", "3d fox", "--ratio", "40%", "--steps", str(options.steps), "--guidance",
                   "7.5", "--seed", "1", "--count", "3", "--device", "cpu", "--output", scratch + "/", "--profile",
                   scratch + "/profile", "--json"]
        started = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                 env=peers_environment())
        steps, first, said = {"small": [], "large": []}, None, {}
        for line in child.stdout:
            said = json.loads(line)
            if said.get("event") == "step":
                first = first or time.monotonic() - started
                steps[said["model"]].append(said["seconds"])
        _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            raise RuntimeError(f"tstitch ended with {status}")
        seconds = sum(said["seconds"][stage] for stage in ("text", "sample", "decode")) / 3
        return {"run": seconds, "first": first, "peak": usage.ru_maxrss * 1024, **steps}


def files_of_pair():
    files = [path for path in (ROOT / "models" / "miniature").rglob("*.safetensors")]
    return sum(path.stat().st_size for path in files)


def compare_pairs(options):
    count = options.steps * 40 // 100
    ours, theirs = [], []
    for _ in range(options.rounds):
        theirs.append(run_pair_peer(options, count))
        ours.append(run_pair(options))
    median = lambda runs, key: statistics.median(run[key] for run in runs)
    step = lambda runs, model: statistics.median(value for run in runs for value in run[model])
    for key, name in (("run", f"run of {options.steps} steps, {count} by the small one"),
                      ("first", "start to end of first step")):
        print(f"{name}: {median(ours, key):.3f} s / {median(theirs, key):.3f} s = "
              f"{median(ours, key) / median(theirs, key):.3f} of diffusers")
    for model in ("small", "large"):
        print(f"a {model} step: {1000 * step(ours, model):.1f} ms / {1000 * step(theirs, model):.1f} ms = "
              f"{step(ours, model) / step(theirs, model):.3f} of diffusers")
    print(f"peak memory: {median(ours, 'peak') / 2**20:.0f} MiB / {median(theirs, 'peak') / 2**20:.0f} MiB = "
          f"{median(ours, 'peak') / median(theirs, 'peak'):.3f} of diffusers; the pair's files have {files_of_pair() / 2**20:.0f} MiB")
    return {"peer": "diffusers", "denoisers": {model: {"seconds_per_step": step(theirs, model)} for model in ("small", "large")},
            "start_to_first_step_seconds": median(theirs, "first"), "peak_bytes": int(median(theirs, "peak"))}


def run_peer(peer, options, folder):
    length = json.loads((folder / "tokenizer" / "tokenizer_config.json").read_text())["model_max_length"]
    command = [options.python, "-c", PEER % PIPELINES[peer], str(folder), str(options.steps), options.precision, str(length)]
    said = json.loads((output_of(command) or output_of(command)).splitlines()[-1])  # empty: it converted the network, once
    return figures(said["marks"], said["started"], said["peak"])


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_tstitch(options, folder, extra=()):
    """One whole picture: a mark at each step's event, and the peak from the process's own accounting."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [str(options.tstitch), "generate", "a fox", "--large", str(folder), "--steps", str(options.steps),
                   "--guidance", "7.5", "--size", "512x512", "--seed", "1", "--precision", options.precision, "--device", "cpu",
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


def compare(ours, theirs, peer, options):
    """The figures of the rounds that count, as ratios."""
    median = lambda runs, key: statistics.median(value for run in runs for value in run[key])
    least = lambda runs, key: min(run[key] for run in runs)
    most = lambda runs, key: max(run[key] for run in runs)
    print(f"guided step of {options.model}, 512x512, {options.precision}: {median(ours, 'steps'):.2f} s ({median(ours, 'cpu'):.1f} CPU seconds) / "
          f"{median(theirs, 'steps'):.2f} s ({median(theirs, 'cpu'):.1f}) = "
          f"{median(ours, 'steps') / median(theirs, 'steps'):.3f} of {peer}")
    print(f"start to end of first step: {least(ours, 'first'):.2f} s / {least(theirs, 'first'):.2f} s = "
          f"{least(ours, 'first') / least(theirs, 'first'):.3f} of {peer}")
    print(f"peak memory of a picture: {most(ours, 'peak') / 2**30:.2f} GiB / {most(theirs, 'peak') / 2**30:.2f} GiB = "
          f"{most(ours, 'peak') / most(theirs, 'peak'):.3f} of {peer}")


def peer_figures(peer, precision, runs):
    """As `tstitch bench --json` names them."""
    return {"peer": f"{peer} {precision}",
            "denoisers": {"large": {"seconds_per_step": statistics.median(s for run in runs for s in run["steps"])}},
            "start_to_first_step_seconds": min(run["first"] for run in runs),
            "peak_bytes": max(run["peak"] for run in runs)}


def write_peers(file, peers):
    if file:
        file.write_text(json.dumps({"peers": peers}, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tstitch", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--peer", action="append", choices=sorted(PIPELINES), dest="peers")
    parser.add_argument("--model", choices=sorted(DENOISERS), default="sd15")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--pair", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--steps", type=int)
    options = parser.parse_args()
    options.steps = options.steps or (25 if options.pair else 4)
    if options.pair:
        return write_peers(options.json, [compare_pairs(options)])
    peers = options.peers or ["diffusers"]
    folder = options.work.resolve() / options.model
    make_models(folder, DENOISERS[options.model])
    counted = []
    for turn in range(options.rounds):
        previews = ("--preview", str(options.work.resolve() / f"previews-{turn}"))
        runs = {peer: run_peer(peer, options, folder) for peer in peers}
        runs["ours"] = run_tstitch(options, folder)
        runs["with previews"] = run_tstitch(options, folder, previews)
        counts = min(run["cores"] for name, run in runs.items() if name != "with previews") >= LEAST_CORES
        lines = "\n  ".join(told(name, run) for name, run in runs.items())
        print(f"round {turn + 1}{'' if counts else ' (does not count: too few cores)'}\n  {lines}", flush=True)
        if counts:
            counted.append(runs)
    if not counted:
        sys.exit(f"no round in which all had {LEAST_CORES} cores: nothing can be said")
    print(f"{len(counted)} of {options.rounds} rounds count")
    ours, previews = ([runs[name] for runs in counted] for name in ("ours", "with previews"))
    for peer in peers:
        compare(ours, [runs[peer] for runs in counted], peer, options)
    write_peers(options.json, [peer_figures(peer, options.precision, [runs[peer] for runs in counted]) for peer in peers])
    step = lambda runs: statistics.median(value for run in runs for value in run["steps"])
    print(f"previews: step {step(previews):.3f} s against {step(ours):.3f} s without")


if __name__ == "__main__":
    main()
