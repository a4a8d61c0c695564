"""The example of python/README.md, run to the letter but for the model and the recordings."""

import re
import shutil

from conftest import FIXTURES, REPOSITORY


def test_the_example_gives_what_it_says(subprocess_run, tmp_path):
    text = (REPOSITORY / "python" / "README.md").read_text()
    example = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    shapes = re.findall(r"^(echo\.embed\(.*\.shape) +# (\([\d, ]+\))", example, re.MULTILINE)
    assert len(shapes) == 3
    shutil.copy(FIXTURES / "recordings" / "machine-16k.wav", tmp_path / "engine.wav")
    (tmp_path / "recordings").mkdir()
    shutil.copy(FIXTURES / "recordings" / "machine-48k.flac", tmp_path / "recordings")
    output = subprocess_run(
        f"import os, warnings; os.chdir({str(tmp_path)!r}); warnings.simplefilter('ignore')",
        example.replace('"yucongzh/echo-tiny-0828"', '"demo"'),
        *(f"assert str({call}) == {shape!r}" for call, shape in shapes),
    )
    assert output.splitlines() == [
        "engine.wav ok 1344 None",
        "machine-48k.flac ok 3648 None",
    ]
