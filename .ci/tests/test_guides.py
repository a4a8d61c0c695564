"""`.ci/guides`: what it runs of a page, what it compares, and that it fails where a page is wrong."""

import importlib.machinery
import importlib.util
import pathlib
import sys

import pytest

SCRIPT = pathlib.Path(__file__).parents[1] / "guides"
loader = importlib.machinery.SourceFileLoader("guides", str(SCRIPT))
guides = importlib.util.module_from_spec(importlib.util.spec_from_loader("guides", loader))
sys.modules["guides"] = guides
loader.exec_module(guides)

PAGE = """
# A page

```sh
MODEL=yucongzh/echo-tiny-0828
name=world
```

<!-- not run: it needs a cluster -->
```sh
exit 1
```

```python
no python
```

```sh
echo hello  $name
echo-gpu $MODEL
```

<!-- of untrained weights -->
```text
hello world
with d...o
```
"""


@pytest.fixture
def run(tmp_path):
    command = tmp_path / "command"
    command.write_text('#!/bin/sh\necho "with $1"\n')
    command.chmod(0o755)

    def run_page(text):
        page = tmp_path / "page.md"
        page.write_text(text)
        return guides.run(page, command)

    return run_page


def test_a_page_runs_in_one_shell_with_the_model_replaced(run):
    assert run(PAGE) == 2


def test_a_command_that_fails_is_named_with_its_line_and_errors(run):
    page = PAGE.replace("name=world", "name=world\nls missing-file")
    with pytest.raises(guides.Failure, match=r"(?s)line 5: these commands fail.*missing-file"):
        run(page)
    with pytest.raises(guides.Failure, match="line 19: these commands fail"):
        run(PAGE.replace("echo-gpu $MODEL", "echo $nothing"))
    with pytest.raises(guides.Failure, match="no bash"):
        run(PAGE.replace("name=world", "if"))


def test_output_that_differs_is_shown(run):
    with pytest.raises(guides.Failure, match=r"(?s)line 19: .*hello moon.*hello world"):
        run(PAGE.replace("hello world\n", "hello moon\n"))
    with pytest.raises(guides.Failure, match="something else"):
        run(PAGE.replace("with d...o\n", ""))


def test_a_page_without_commands_is_refused(run):
    with pytest.raises(guides.Failure, match="no ```sh block"):
        run("# Nothing\n")


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a  b\n", "a b\n", True),
        ("a b\n", "a b\nc\n", False),
        ("a\n...\nz\n", "a\nb\nc\nz\n", True),
        ("a\n...\nz\n", "a\nz\n", True),
        ("AUC 0.9... of 5\n", "AUC 0.9375 of 5\n", True),
        ("AUC 0.9... of 5\n", "AUC 0.8375 of 5\n", False),
        ("a.b\n", "axb\n", False),
        ("threshold 0.001425, 3\n", "threshold 0.001427, 3\n", True),
        ("threshold 0.001425, 3\n", "threshold 0.001428, 3\n", False),
        ("threshold 0.001425, 3\n", "threshold 0.001425, 4\n", False),
        ("AUC 88.00\n", "AUC 88.01\n", False),
        ("0.0014... and 0.2500\n", "0.001425 and 0.2501\n", True),
        ("0.0014... and 0.2500\n", "0.001425 and 0.2503\n", False),
        ("in ... s\n", "in 3\n2 s\n", False),
    ],
)
def test_what_dots_stand_for(shown, printed, same):
    assert guides.is_shown(shown, printed) is same
