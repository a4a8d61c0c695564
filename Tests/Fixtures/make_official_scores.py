"""Writes scores/official.json: what the official evaluators of the DCASE challenge say of the scores in siren.json.

    python3 make_official_scores.py FOLDER

FOLDER holds checkouts of the evaluators by year:

    2020  github.com/y-kawagu/dcase2020_task2_evaluator  3e5464f
    2021  github.com/y-kawagu/dcase2021_task2_evaluator  1787468
    2022  github.com/Kota-Dohi/dcase2022_evaluator       de8719b
    2023  github.com/nttcslab/dcase2023_task2_evaluator  3aa8a9f
    2024  github.com/nttcslab/dcase2024_task2_evaluator  b5d17f6

Each is run as it is, over the evaluation set of that year's synthetic scores in place of a team's and the
challenge's truth; what draws its plots is left out. 2025 is run by 2024's. From 2023 on, the script's tables have columns for that year's machines, so the
synthetic machines are given their names. Needs what they need: numpy, pandas, scipy, scikit-learn,
and Python 3.11 (distutils).
"""

import csv
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
SCRIPTS = {
    2020: "evaluator.py",
    2021: "dcase2021_task2_evaluator.py",
    2022: "dcase2022_task2_evaluator.py",
    2023: "dcase2023_task2_evaluator.py",
    2024: "dcase2024_task2_evaluator.py",
}

NO_PLOTS = """
class AnmScoreFigData:
    def append_figdata(self, *_, **__): pass
    def anm_score_to_figdata(self, *_, **__): pass
    def show_fig(self, *_, **__): pass
"""


def write(path: pathlib.Path, rows: list[list[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def clips(entry: dict) -> list[tuple[str, str, str, int, int, str, float]]:
    """Gives machine, section, name, label, domain, telling name and score of the evaluation set's test clips."""
    truth, machine = {}, ""
    for row in csv.reader(entry["list"].splitlines()):
        if len(row) == 1:
            machine = row[0]
        else:
            truth[machine, row[0]] = (row[1], int(row[2]))
    found = []
    for path, score in zip(entry["paths"], entry["scores"], strict=True):
        part, machine, _, name = path.split("/")
        if score is None or part != "evaluation":
            continue
        telling, label = truth[machine, name]
        section = "_".join(name.split("_")[:2])
        found.append((machine, section, name, label, int("target" in telling), telling, score))
    return found


def files_2020(place: pathlib.Path, rows: list) -> None:
    listing = []
    for machine in dict.fromkeys(row[0] for row in rows):
        listing.append([machine])
        mine = sorted(row for row in rows if row[0] == machine)
        listing += [[row[2], row[5], row[3]] for row in mine]
        for section in dict.fromkeys(row[1] for row in mine):
            scores = [[row[2], row[6]] for row in mine if row[1] == section]
            write(place / f"teams/us/anomaly_score_{machine}_{section}.csv", scores)
    write(place / "eval_data_list.csv", listing)


def files(place: pathlib.Path, rows: list, year: int) -> None:
    groups: dict[str, list] = {}
    for row in rows:
        ending = f"_{'target' if row[4] else 'source'}_test" if year == 2021 else "_test"
        groups.setdefault(f"{row[0]}_{row[1]}{ending}", []).append(row)
    team = place / ("teams/us" if year == 2021 else "teams/us/system")
    for group, mine in groups.items():
        write(team / f"anomaly_score_{group}.csv", [[row[2], row[6]] for row in mine])
        write(team / f"decision_result_{group}.csv", [[row[2], row[3]] for row in mine])
        columns = {"data": 3, "domain": 4, "attributes": 5}
        for kind, column in columns.items():
            truth = [[row[2], row[column]] for row in mine]
            write(place / f"ground_truth_{kind}/ground_truth_{group}.csv", truth)


def parse(text: str, year: int) -> dict[str, float]:
    """Gives figures by the names that siren.json has, and `official`."""
    figures, machine, header = {}, "", []
    for row in csv.reader(text.splitlines()):
        if len(row) == 1:
            machine = row[0]
        elif row and row[0] in ("id", "section"):
            header = row
        elif row and row[0] == "official score":
            figures["official"] = float(row[2])
        elif row and row[0].isdigit():
            values = dict(zip(header, row, strict=True))
            whole = f"{machine}_{'id' if year == 2020 else 'section'}_{row[0]}"
            if year <= 2021:
                part = whole if year == 2020 else f"{whole}_{values['domain']}"
                figures[f"AUC/{part}"] = float(values["AUC"])
                figures[f"pAUC/{part}"] = float(values["pAUC"])
                continue
            for domain in ("source", "target"):
                figures[f"AUC/{whole}_{domain}"] = float(values[f"AUC ({domain})"])
            figures[f"pAUC/{whole}"] = float(values["pAUC"])
        elif year == 2020 and row and row[0] == "Average":
            figures[f"AUC/{machine}"] = float(row[1])
            figures[f"pAUC/{machine}"] = float(row[2])
    return figures


def run(checkouts: pathlib.Path, entry: dict, year: int) -> dict[str, float]:
    rows = clips(entry)
    script_year = min(year, 2024)
    names = {}
    if script_year >= 2023:
        truth = checkouts / f"{script_year}/ground_truth_data"
        theirs = sorted({path.name.split("_")[2] for path in truth.glob("*.csv")})
        names = dict(zip(sorted({row[0] for row in rows}), theirs, strict=False))
        rows = [(names[row[0]], *row[1:]) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        script = checkouts / f"{script_year}/{SCRIPTS[script_year]}"
        if year == 2020:
            files_2020(place, rows)
        else:
            files(place, rows, year)
        (place / "tools").mkdir()
        (place / "tools/plot_anm_score.py").write_text(NO_PLOTS)
        copy = shutil.copy(script, place)  # which finds `tools` beside itself
        subprocess.run([sys.executable, copy], cwd=place, check=True, stdout=subprocess.PIPE)
        results = [path for path in place.rglob("*.csv") if path.name.startswith("result_") or "_result." in path.name]
        figures = parse(results[0].read_text(), year)
    for ours, theirs in names.items():
        figures = {key.replace(f"/{theirs}_", f"/{ours}_"): value for key, value in figures.items()}
    return figures


def main() -> None:
    checkouts = pathlib.Path(sys.argv[1]).resolve()
    sets = json.loads((HERE / "scores/siren.json").read_text())
    found = {
        entry["name"]: run(checkouts, entry, int(entry["name"].removeprefix("dcase")))
        for entry in sets
        if entry["name"].startswith("dcase")
    }
    (HERE / "scores/official.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
