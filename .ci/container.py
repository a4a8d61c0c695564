"""The settings of the image that Containerfile makes, for who runs its command without an engine.

    PYTHONPATH=.ci python -m container FOLDER

writes FOLDER/entry, the words of ENTRYPOINT, one a line; FOLDER/environment, ENV as NAME=VALUE lines; FOLDER/user, USER.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

from dockerfile_parse import DockerfileParser

CONTAINERFILE = Path(__file__).resolve().parents[1] / "Containerfile"


@dataclasses.dataclass(frozen=True)
class Image:
    """What the last stage of a Containerfile says of its image."""

    bases: tuple[str, ...]
    installs: tuple[str, ...]
    environment: dict[str, str]
    user: str
    entry: tuple[str, ...]


def read(path: Path = CONTAINERFILE) -> Image:
    """Reads a Containerfile.

    Raises
    ------
    ValueError
        Where the last stage has no USER, or its ENTRYPOINT is not a list of words.
    """
    with path.open("rb") as file:
        parser = DockerfileParser(fileobj=file)
        last = max(n for n, step in enumerate(parser.structure) if step["instruction"] == "FROM")
        steps = [(step["instruction"], step["value"]) for step in parser.structure[last:]]
        values = dict(steps)
        try:
            entry = tuple(json.loads(values["ENTRYPOINT"]))
            user = values["USER"]
        except (KeyError, json.JSONDecodeError) as error:
            raise ValueError(f"{path}: the last stage needs USER, and ENTRYPOINT as a list: {error}") from error
        installs = tuple(value for name, value in steps if name == "RUN")
        return Image(tuple(parser.parent_images), installs, dict(parser.envs), user, entry)


if __name__ == "__main__":
    image, folder = read(), Path(sys.argv[1])
    (folder / "entry").write_text("\n".join(image.entry) + "\n")
    (folder / "environment").write_text("".join(f"{name}={value}\n" for name, value in image.environment.items()))
    (folder / "user").write_text(image.user + "\n")
