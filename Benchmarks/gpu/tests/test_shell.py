"""JSON that bash writes, and steps that fail."""
import json
import pathlib
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parents[1]


def bash(script: str, *arguments: str) -> str:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script, "bash", *arguments], cwd=FOLDER,
        capture_output=True, text=True, check=True).stdout


def test_any_text_is_a_json_string():
    for text in ('plain', 'a "quote", a \\ and a \\n', "two\nlines\tand a tab", "bell \a, r\r", ""):
        written = bash('source lib/json.sh; json_string "$1"', text)
        kept = text.replace("\a", "?").replace("\r", "?")
        assert json.loads(written) == kept
    assert json.loads(bash('source lib/json.sh; json_string "$1"', "µ & co")) == "?? & co"


def test_only_numbers_are_json_numbers():
    for text, value in (("12.5", 12.5), ("-3e-05", -3e-05), ("", None), ("nan", None),
                        ("012", None)):
        assert json.loads(bash('source lib/json.sh; json_number "$1"', text)) == value


STEPS = """
source lib/json.sh; source lib/step.sh; source lib/report.sh
steps_folder="$1"; deadline=$(($(date +%s) + $2)); time_scale=100
: > "$steps_folder/order"; : > "$steps_folder/figures"
step good 5 bash -c 'echo "{\\"speed\\": 3.5}"'
figure good speed "$(json_numbers speed <(sed 's/[{}]/\\n/g' "$steps_folder/good.out"))" clips/s
step bad 5 bash -c 'echo "why | it failed" >&2; exit 7'
figure bad speed "" clips/s
step slow 1 sleep 20
skip_step never "not here"
results_json '{"cpu": "x"}' '[]' null 12
table "A title" >&2
"""


def test_steps_that_fail_are_recorded_and_the_rest_goes_on(tmp_path):
    document = json.loads(bash(STEPS, str(tmp_path), "100"))
    outcomes = {step["step"]: step["outcome"] for step in document["steps"]}
    assert outcomes == {
        "good": "ok", "bad": "failed (7)", "slow": "timed out", "never": "skipped"}
    good, bad, slow, never = document["steps"]
    assert good["result"] == {"speed": 3.5} and good["status"] == 0
    assert bad["errors"] == "why | it failed" and "exit 7" in bad["command"]
    assert slow["limit"] == 3 and 2.5 < slow["seconds"] < 10
    assert never["errors"] == "not here" and never["status"] is None
    assert document["figures"] == [
        {"step": "good", "what": "speed", "value": 3.5, "unit": "clips/s", "note": ""}]


def test_without_time_steps_are_skipped(tmp_path):
    document = json.loads(bash(STEPS, str(tmp_path), "0"))
    assert {step["outcome"] for step in document["steps"]} == {"skipped"}


def test_implementations_are_found_registered_or_by_name(tmp_path):
    driver = tmp_path / "driver"
    driver.mkdir()
    for name in ("libnvidia-opencl.so.1", "libvendor.so", "libgiven.so"):
        (driver / name).touch()
    registered = tmp_path / "registered"
    registered.mkdir()
    (registered / "a.icd").write_text(f"{driver}/libvendor.so\n")
    (registered / "b.icd").write_text(f"{driver}/libmissing.so")
    (registered / "c.icd").write_text(f"{driver}/libgiven.so")
    found = bash(
        'source lib/opencl.sh; opencl_folders=("$1/driver"); OCL_ICD_VENDORS="$1/registered";'
        'ldconfig() { :; }; write_vendors "$1/vendors" "$1/driver/libgiven.so"', str(tmp_path))
    assert found.splitlines() == [
        f"{driver}/libgiven.so\tgiven", f"{driver}/libvendor.so\tregistered",
        f"{driver}/libnvidia-opencl.so.1\tfound by name"]
    assert len(list((tmp_path / "vendors").iterdir())) == 3


OPEN = """
source lib/json.sh; source lib/pack.sh; here="$1"; work="$1"
getconf() { echo "glibc $2"; }
open_pack "$1/pack" 2>&1
"""


def test_a_pack_is_a_folder_that_says_what_it_needs(tmp_path):
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "pack.json").write_text('{"revision": "x", "glibc": "2.36"}\n')
    assert bash(OPEN.replace("$2", "2.41"), str(tmp_path)).splitlines() == [str(folder)]
    warned = bash(OPEN.replace("$2", "2.31"), str(tmp_path))
    assert "need glibc 2.36; this system has 2.31" in warned and warned.endswith(f"{folder}\n")
