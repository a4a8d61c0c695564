"""Models of the hub: the real huggingface_hub against a hub on loopback, each in its own process.

That is so because huggingface_hub reads its environment once, when it is imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import synthetic
from conftest import TIMEOUT, noise
from loopback import FIRST, REPOSITORY, SECOND, Hub

import echo_gpu
from echo_gpu import UsageError
from echo_gpu.hub import model_name, resolve

pytest.importorskip("huggingface_hub")

CONFIGURATION = b'{"num_heads": 1}'
WITHOUT = "import sys; sys.modules['huggingface_hub'] = None"


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    folder = synthetic.write(tmp_path_factory.mktemp("weights"), 3, 1.0, 64, 1)
    return (folder / "model.safetensors").read_bytes()


@pytest.fixture
def hub(weights):
    hub = Hub({"model.safetensors": weights, "config.json": CONFIGURATION, "README.md": b"# A"})
    yield hub
    hub.close()


class Client:
    """A user of the hub with a cache of their own."""

    def __init__(self, hub, folder):
        self.hub, self.folder = hub, folder
        self.cache = folder / "cache"
        self.environment = {
            "HF_ENDPOINT": hub.address,
            "HF_HUB_CACHE": str(self.cache),
            "HF_HOME": str(folder / "home"),
            "HOME": str(folder),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_ETAG_TIMEOUT": "5",
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
            "no_proxy": "127.0.0.1",
        }

    def run(self, expression, *, before="", **environment):
        """Give the value of an expression, or the error: its type, kind, code and text."""
        program = f"""
import json, warnings
{before}
from echo_gpu.errors import EchoError
from echo_gpu.hub import pull, resolve
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always", UserWarning)
    try:
        result = str({expression})
    except EchoError as error:
        result = [type(error).__name__, error.kind, error.code, str(error)]
print(json.dumps([result, [str(w.message) for w in caught if "echo" in str(w.message)]]))
"""
        done = subprocess.run(  # noqa: S603  Ours.
            [sys.executable, "-c", program],
            env=self.environment | environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        result, self.warnings = json.loads(done.stdout.splitlines()[-1])
        return result

    def resolve(self, name=REPOSITORY, *, before="", environment=(), **options):
        arguments = "".join(f", {key}={value!r}" for key, value in options.items())
        return self.run(f"resolve({name!r}{arguments})", before=before, **dict(environment))

    def pull(self, name=REPOSITORY, *, environment=(), **options):
        arguments = "".join(f", {key}={value!r}" for key, value in options.items())
        return self.run(f"pull({name!r}{arguments})", **dict(environment))

    def snapshot(self, commit=FIRST):
        return str(self.cache / "models--acme--echo-test" / "snapshots" / commit)

    def asked(self):
        """What the hub was asked since the last call."""
        requests = list(self.hub.requests)
        self.hub.requests.clear()
        return requests


@pytest.fixture
def client(hub, tmp_path):
    return Client(hub, tmp_path)


class TestNames:
    """What needs no hub."""

    def test_local(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert resolve("demo") == "demo"
        assert resolve(tmp_path) == str(tmp_path)
        assert resolve("weights.safetensors") == "weights.safetensors"
        assert resolve("no such thing") == "no such thing"
        (tmp_path / "acme" / "echo-test").mkdir(parents=True)
        assert resolve(REPOSITORY) == REPOSITORY

    @pytest.mark.parametrize(
        "name",
        ["a/b/c", "-a/b", "a/b-", "a--b/c", "a/b..c", "a/b.git", "a/b@", "/a", "a/" + "b" * 97],
    )
    def test_those_that_no_hub_has(self, name):
        assert resolve(name) == name

    def test_published(self, tmp_path, monkeypatch):
        """The short names are the hub's, where nothing here is called so."""
        monkeypatch.chdir(tmp_path)
        assert model_name("echo-tiny") == "yucongzh/echo-tiny-0828"
        assert model_name("hf://echo-small@v1") == "yucongzh/echo-small-0824"
        assert model_name("echo-base") is None
        (tmp_path / "echo-tiny").mkdir()
        assert model_name("echo-tiny") is None
        assert resolve("echo-tiny") == "echo-tiny"
        assert model_name("hf://echo-tiny") == "yucongzh/echo-tiny-0828"

    def test_two_revisions(self):
        with pytest.raises(UsageError, match=r"names revision 'v1', and revision='v2'\. Give one"):
            resolve(f"{REPOSITORY}@v1", revision="v2")

    def test_revisions_of_paths(self, tmp_path):
        for name in ("demo", str(tmp_path)):
            with pytest.raises(UsageError, match=r"revision 'v1' is given, and .* is no model of"):
                resolve(name, revision="v1")

    def test_revisions_that_are_none(self):
        for revision in ("../main", "a b", ".x", "x.lock", "a:b"):
            with pytest.raises(UsageError, match="is no branch, tag or commit"):
                resolve(REPOSITORY, revision=revision)


class TestFetching:
    def test_fetches_two_files_once(self, client, weights):
        assert client.resolve() == client.snapshot()
        fetched = {path.rpartition("/")[2] for method, path in client.asked()}
        assert "README.md" not in fetched
        assert (client.cache / client.snapshot() / "model.safetensors").read_bytes() == weights
        assert client.resolve() == client.snapshot()
        assert client.asked() == []

    def test_is_opened_and_embeds(self, client, tmp_path, weights):
        folder = client.resolve()
        (tmp_path / "plain.safetensors").write_bytes(weights)
        with (
            echo_gpu.Echo.from_pretrained(folder, device="cpu") as fetched,
            echo_gpu.Echo.from_pretrained(tmp_path / "plain.safetensors", device="cpu") as plain,
        ):
            np.testing.assert_array_equal(
                fetched.embed(noise(1), 16000), plain.embed(noise(1), 16000)
            )

    def test_from_pretrained(self, client):
        opened = "__import__('echo_gpu').Echo.from_pretrained({!r}, device='cpu').model"
        for name in (REPOSITORY, "hf://" + REPOSITORY, f"{REPOSITORY}@{FIRST}"):
            assert client.run(opened.format(name)) == REPOSITORY
        refused = "__import__('echo_gpu').Echo.from_pretrained('demo', revision='v1')"
        assert client.run(refused)[:3] == ["UsageError", "usage", 64]

    def test_without_a_configuration(self, client):
        """That there is none is remembered: the hub is not asked again."""
        del client.hub.commits[FIRST]["config.json"]
        assert client.resolve() == client.snapshot()
        client.asked()
        assert client.resolve() == client.snapshot()
        assert (client.asked(), client.warnings) == ([], [])

    def test_revisions(self, client, weights):
        client.hub.commits[SECOND] = {"model.safetensors": weights}
        client.hub.revisions["v2"] = SECOND
        assert client.resolve(revision="v2") == client.snapshot(SECOND)
        assert client.resolve(f"hf://{REPOSITORY}@v2") == client.snapshot(SECOND)
        assert client.resolve(f"{REPOSITORY}@v2", revision="v2") == client.snapshot(SECOND)
        assert client.resolve(revision=FIRST) == client.snapshot(FIRST)
        assert client.resolve() == client.snapshot(FIRST)

    def test_a_branch_that_moves(self, client, weights):
        client.resolve()
        client.hub.commits[SECOND] = {"model.safetensors": weights}
        client.hub.revisions["main"] = SECOND
        assert client.resolve() == client.snapshot(FIRST)
        assert client.pull() == client.snapshot(SECOND)
        assert client.resolve() == client.snapshot(SECOND)

    def test_another_cache(self, client, tmp_path):
        other = tmp_path / "other"
        found = client.resolve(cache_dir=str(other))
        assert found.startswith(str(other))
        assert not client.cache.exists()

    def test_copies(self, client, tmp_path, weights):
        target = tmp_path / "deep" / "model"
        assert client.pull(to=str(target)) == str(target)
        assert (target / "model.safetensors").read_bytes() == weights
        assert (target / "config.json").read_bytes() == CONFIGURATION
        assert not (target / "model.safetensors").is_symlink()
        blocked = tmp_path / "file"
        blocked.write_text("")
        name, kind, code, text = client.pull(to=str(blocked / "model"))
        assert (name, kind, code) == ("EchoError", "create", 73)
        assert "cannot make the folder" in text

    def test_the_command_uses_the_same_cache(self, client, command):
        client.resolve()
        client.asked()
        done = subprocess.run(  # noqa: S603
            [command, "model", "list", "--json"],
            env=client.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert REPOSITORY in done.stdout
        pulled = subprocess.run(  # noqa: S603
            [command, "model", "pull", REPOSITORY],
            env=client.environment | {"HF_HUB_OFFLINE": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert pulled.stdout.strip() == client.snapshot()
        assert client.asked() == []


MEANS = {
    "offline": {"environment": {"HF_HUB_OFFLINE": "1"}},
    "local files": {"local_files_only": True},
    "no package": {"before": WITHOUT},
}


class TestCacheAlone:
    """Without the network, and without huggingface_hub."""

    @pytest.fixture(params=MEANS)
    def means(self, request):
        return MEANS[request.param]

    def test_what_is_there_is_used(self, client, means):
        client.resolve()
        client.asked()
        assert client.resolve(**means) == client.snapshot()
        assert client.asked() == []

    def test_what_the_command_pulled_is_used(self, client, command, means):
        arguments = [command, "model", "pull", REPOSITORY]
        pulled = subprocess.run(  # noqa: S603
            arguments, env=client.environment, capture_output=True, text=True, check=False
        )
        if "this build of echo-gpu fetches nothing" in pulled.stderr:
            pytest.skip("this command fetches nothing: pass --command of a build that does")
        assert pulled.returncode == 0, pulled.stderr
        client.asked()
        assert client.resolve(**means) == client.snapshot()
        assert client.asked() == []

    def test_what_is_not_there_is_said(self, client, means):
        name, kind, code, text = client.resolve(**means)
        assert (name, kind, code) == ("ModelError", "hub", 68)
        assert f'{REPOSITORY}: {client.cache} lacks revision "main", and ' in text
        if "before" in means:
            assert "pip install 'echo-gpu[hub]'" in text
        assert client.asked() == []

    def test_an_unknown_configuration_is_said(self, client, means):
        client.resolve()
        (client.cache / client.snapshot() / "config.json").unlink()
        assert client.resolve(**means) == client.snapshot()
        (warning,) = client.warnings
        assert "does not know whether there is a config.json" in warning

    def test_pulling_needs_the_package(self, client):
        text = client.run(f"pull({REPOSITORY!r})", before=WITHOUT)[3]
        assert "huggingface_hub, which fetches models, is not installed" in text


class TestRefusals:
    def refusal(self, client, *, kind="hub", code=68, **options):
        found = client.resolve(**options)
        assert found[:3] == ["ModelError", kind, code]
        assert "\n" not in found[3]
        return found[3]

    def test_no_such_model(self, client):
        text = self.refusal(client, name="acme/nothing")
        assert f"acme/nothing: {client.hub.address} has no such model (404). Check the name" in text
        assert "it is private: then set HF_TOKEN" in text

    def test_no_such_revision(self, client):
        text = self.refusal(client, revision="v9")
        assert f'{REPOSITORY}: has no revision "v9" (404). Branches, tags' in text

    def test_no_checkpoint(self, client):
        del client.hub.commits[FIRST]["model.safetensors"]
        text = self.refusal(client, kind="model", code=78)
        assert f"{REPOSITORY}: holds no model.safetensors, but README.md, config.json. Name" in text

    def test_tokens(self, client):
        client.hub.token = "hf_right"  # noqa: S105
        assert "has no such model (401)" in self.refusal(client)
        assert "refuses the token (401). Check HF_TOKEN" in self.refusal(client, token="hf_wrong")  # noqa: S106
        environment = {"HF_TOKEN": "hf_wrong"}
        assert "refuses the token (401)" in self.refusal(client, environment=environment)
        text = self.refusal(client, token=False, environment={"HF_TOKEN": "hf_right"})
        assert "has no such model (401)" in text
        client.asked()
        client.hub.tokens.clear()
        assert client.resolve(token="hf_right") == client.snapshot()  # noqa: S106
        # The host of large files is told nothing.
        told = dict(zip((path for _, path in client.asked()), client.hub.tokens, strict=True))
        assert {path.split("/")[1]: token for path, token in told.items()} == {
            "api": "Bearer hf_right",
            "acme": "Bearer hf_right",
            "content": None,
        }

    def test_gated(self, client):
        client.hub.fault = lambda _path: (403, {"X-Error-Code": "GatedRepo"})
        text = self.refusal(client)
        assert f"the model is gated (403). Ask for access at {client.hub.address}/acme" in text

    def test_denied(self, client):
        client.hub.fault = lambda _path: (403, {})
        assert "access is denied (403). Check that the token" in self.refusal(client)

    @pytest.mark.parametrize("status", [500, 503])
    def test_busy(self, client, status):
        client.hub.fault = lambda _path: (status, {})
        text = self.refusal(client)
        assert f"{client.hub.address} answers {status}. Try again later." in text

    def test_answers_that_no_hub_gives(self, client):
        client.hub.fault = lambda _path: (418, {})
        assert "answers 418. Check HF_ENDPOINT." in self.refusal(client)
        client.hub.fault = lambda _path: (200, {})
        assert "Check HF_ENDPOINT" in self.refusal(client)

    def test_unreachable(self, client):
        client.hub.close()
        text = self.refusal(client)
        assert f"{client.hub.address} does not answer: " in text
        assert "Check the network, the proxy and HF_ENDPOINT." in text

    def test_what_the_cache_has_is_used_where_the_hub_fails(self, client):
        client.resolve()
        client.hub.fault = lambda _path: (503, {})
        assert client.pull() == client.snapshot()
        (warning,) = client.warnings
        assert "answers 503" in warning
        assert "The commit of the cache is used." in warning
        # But not where the hub says no.
        client.hub.fault = lambda _path: (403, {"X-Error-Code": "GatedRepo"})
        assert "gated" in client.pull()[3]

    def test_pull_wants_a_name(self, client):
        assert client.pull("demo")[:3] == ["UsageError", "usage", 64]
