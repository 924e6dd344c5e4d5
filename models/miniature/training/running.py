"""How the long trainings start, pause and go on."""
import pathlib
import time

import torch


def wait_while_paused(switch: pathlib.Path | None) -> None:
    """Sleeps as long as the file exists, so that others can measure undisturbed."""
    while switch is not None and switch.exists():
        time.sleep(2)


def rate(step: int, steps: int, warm_up: int = 60, decay_from: float = 0.5, end: float = 0.03) -> float:
    """Share of the learning rate: a short rise, a plateau, and a linear fall to the end."""
    fall = max(0.0, (step / steps - decay_from) / (1 - decay_from))
    return min(1, (step + 1) / warm_up) * (1 - (1 - end) * min(1, fall))


def save_atomically(state: dict, path: pathlib.Path) -> None:
    """A checkpoint is either the old one or the new one."""
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    temporary.replace(path)
