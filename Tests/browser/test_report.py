"""The page of `echo-gpu report` in a browser: what a reader sees, hears and does."""

import csv
import json
import re
import shutil

import folders
import pytest

DATA = "JSON.parse(document.getElementById('map-data').textContent)"


def scores_of(place) -> dict[str, dict]:
    with (place / "scores" / "scores.csv").open(newline="", encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def ids_of(folder) -> set[str]:
    return {
        json.loads(line)["id"] for part in folder.glob("manifest-*.jsonl") for line in part.open(encoding="utf-8")}


def point_on_screen(browser, wanted: str) -> tuple[float, float]:
    """Where the first point of which `wanted` holds (in terms of `map` and `index`) lies in the window."""
    return browser.evaluate(f"""(() => {{
        const map = {DATA}.maps[0];
        const index = map.x.findIndex((_, index) => {wanted});
        const svg = document.querySelector("#map-0 svg");
        svg.scrollIntoView({{behavior: "instant", block: "center"}});
        const place = new DOMPoint(map.x[index], map.y[index]).matrixTransform(svg.getScreenCTM());
        return [place.x, place.y];
    }})()""")


def test_opens_without_complaint_and_asks_no_network(browser, page):
    browser.open(page)
    assert browser.complaints == []
    assert browser.requests == [page.resolve().as_uri()]
    assert browser.evaluate("document.title").endswith("report")


def test_the_content_policy_is_in_force(browser, page):
    browser.open(page)
    browser.evaluate("""(() => {
        const script = document.createElement("script");
        script.textContent = "window.hasRun = true";
        document.body.append(script);
        const image = document.createElement("img");
        image.src = "http://192.0.2.1/x.png";
        document.body.append(image);
        return new Promise(done => { image.onerror = () => done(); });
    })()""")
    assert browser.evaluate("window.hasRun === undefined")
    assert any("Content Security Policy" in text for text in browser.complaints)


def test_points_are_the_recordings(browser, page, place):
    browser.open(page)
    data = browser.evaluate(DATA)
    assert {name for drawn in data["maps"] for name in drawn["name"]} == ids_of(place / "embeddings")
    scores = scores_of(place)
    for drawn in data["maps"]:
        for index, name in enumerate(drawn["name"]):
            row = scores.get(name)
            if row is None:
                assert drawn["score"][index] is None
                continue
            assert drawn["score"][index] == pytest.approx(float(row["score"]), rel=1e-3)
            assert data["groups"][drawn["group"][index]] == row["group"]
            assert drawn["odd"][index] == (row["odd"] == "true")


@pytest.mark.parametrize("key", ["score", "odd", "group"])
def test_every_point_is_drawn_whatever_the_colour(browser, page, key):
    browser.open(page)
    count = browser.evaluate(f"{DATA}.maps[0].x.length")
    drawn = """[...document.querySelectorAll("#map-0 .points path:not(.edges)")]
        .map(path => path.getAttribute("d").split("M").length - 1).reduce((a, b) => a + b, 0)"""
    browser.evaluate(f"""(() => {{
        const select = document.getElementById("colour");
        select.value = "{key}";
        select.dispatchEvent(new Event("change"));
    }})()""")
    assert browser.evaluate(drawn) == count


def test_points_are_drawn_without_a_script_too(browser, page):
    browser.open(page)
    expected = browser.evaluate(f"{DATA}.maps[0].x.length")
    browser.without_script()
    browser.open(page)
    browser.without_script(False)
    assert browser.evaluate("""[...document.querySelectorAll("#map-0 .points path")]
        .map(path => path.getAttribute("d").split("M").length - 1).reduce((a, b) => a + b, 0)""") == expected
    assert browser.evaluate("document.querySelectorAll('article audio[controls]').length") > 0
    assert browser.evaluate("[...document.querySelectorAll('.needs-script')].every(element => element.hidden)")


def test_a_click_on_a_point_plays_it(browser, page):
    browser.open(page)
    x, y = point_on_screen(browser, "map.clip[index] >= 0")
    browser.click(x, y)
    playing = """new Promise(done => {
        const audio = document.querySelector("#picked audio");
        if (audio === null) { done("no player"); return; }
        const look = () => audio.currentTime > 0.05 ? done(audio.paused ? "paused" : "plays") : setTimeout(look, 20);
        audio.addEventListener("error", () => done("error"));
        look();
    })"""
    assert browser.evaluate(playing) == "plays"
    assert browser.evaluate("document.querySelector('#picked bdi').textContent") in browser.evaluate(f"{DATA}.maps[0].name")


def test_one_sound_at_a_time(browser, page):
    browser.open(page)
    both = """(async () => {
        const [first, second] = document.querySelectorAll("article audio");
        await first.play();
        await second.play();
        await new Promise(done => setTimeout(done, 50));
        return [first.paused, second.paused];
    })()"""
    assert browser.evaluate(both, as_user=True) == [True, False]


def test_all_embedded_sounds_can_be_played(browser, page):
    browser.open(page)
    lengths = browser.evaluate("""Promise.all([...document.querySelectorAll("article[id] audio")].map(
        audio => new Promise(done => {
            audio.addEventListener("loadedmetadata", () => done(audio.duration));
            audio.addEventListener("error", () => done(-1));
            audio.preload = "auto";
            audio.load();
        })))""")
    # MP3 frames are 36 to 72 ms long, and the coder adds one or two.
    assert lengths and all(0.9 < length < 1.3 for length in lengths)


def test_spectrograms_are_pictures(browser, page):
    browser.open(page)
    sizes = browser.evaluate("[...document.querySelectorAll('.spectrogram img')].map(i => [i.naturalWidth, i.naturalHeight])")
    assert sizes and all(width > 50 and height == 150 for width, height in sizes)


def test_the_oddest_are_those_of_the_scores(browser, page, place):
    browser.open(page)
    shown = browser.evaluate("[...document.querySelectorAll('.card > article:first-child h3 bdi')].map(b => b.textContent)")
    rows = sorted(
        scores_of(place).values(), key=lambda row: float(row["score"]) / float(row["threshold"]), reverse=True)
    assert shown == [row["id"] for row in rows[:6]]
    neighbours = browser.evaluate(
        "[...document.querySelectorAll('.card > article:nth-child(2) h3 bdi')].map(b => b.textContent)")
    assert neighbours == [row["nearest_1"] for row in rows[:6]]


def test_histograms_count_every_score(browser, page, place):
    browser.open(page)
    labels = browser.evaluate("[...document.querySelectorAll('#scores svg.chart')].map(svg => svg.getAttribute('aria-label'))")
    counts = [int(re.match(r"[\d,]+", label)[0].replace(",", "")) for label in labels]
    assert counts[0] == len(scores_of(place)) == sum(counts[1:])
    assert all("threshold" in label for label in labels[1:])


def test_scores_over_time_say_when_the_band_is_left(browser, days_page, place):
    browser.open(days_page)
    assert browser.complaints == []
    trend, = json.loads((place / "days-scores" / "metrics.json").read_text())["trend"]
    left = trend["change"]["time"][:16].replace("T", " ")
    assert left > "2024-05-20"
    section = browser.evaluate("document.getElementById('time').textContent")
    assert f"leaves its band {left}" in section and trend["change"]["id"] in section
    assert "30 scores" in browser.evaluate("document.querySelector('#time svg.chart').getAttribute('aria-label')")
    # Days 1 to 20 are the baseline, of 29 days between the first and the last.
    width = browser.evaluate("Number(document.querySelector('#time .baseline').getAttribute('width'))")
    assert width == pytest.approx(1000 * 19 / 29, abs=1)


def test_hostile_names_stay_text(browser, hostile_page, place):
    browser.open(hostile_page)
    assert browser.complaints == []
    assert browser.evaluate("document.title").endswith("report")
    assert browser.evaluate("document.querySelectorAll('main img[onerror], main script').length") == 0
    shown = browser.evaluate("[...document.querySelectorAll('.card h3 bdi')].map(b => b.textContent)")
    expected = {
        name.replace("\u2028", "\\u{2028}").replace("\u202e", "\\u{202e}")
        for name in ids_of(place / "hostile-embeddings")}
    assert set(shown) == expected
    assert set(browser.evaluate(f"{DATA}.maps[0].name")) == expected
    # As the script shows them: each in turn, by keyboard.
    browser.evaluate("document.querySelector('#map-0 svg').focus()")
    for key in ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"]:
        browser.press(key)
        assert browser.evaluate("document.querySelector('#picked bdi').textContent") in expected
    assert browser.evaluate("document.title").endswith("report")


def test_the_map_by_keyboard(browser, page):
    browser.open(page)
    for _ in range(60):
        browser.press("Tab")
        if browser.evaluate("document.activeElement.closest('#map-0') !== null"):
            break
    assert browser.evaluate("document.activeElement.matches('#map-0 svg:focus-visible')")
    assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press("ArrowRight")
    names = set()
    for key in ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"]:
        browser.press(key)
        names.add(browser.evaluate("document.querySelector('#picked bdi').textContent"))
    assert len(names) > 2
    view = "document.querySelector('#map-0 svg').getAttribute('viewBox')"
    whole = browser.evaluate(view)
    browser.press("+")
    assert float(browser.evaluate(view).split()[2]) < float(whole.split()[2])
    browser.press("0")
    assert browser.evaluate(view) == whole


def test_the_first_key_skips_to_the_content(browser, page):
    browser.open(page)
    browser.press("Tab")
    assert browser.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert browser.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    browser.press("Enter")
    assert browser.evaluate("location.hash") == "#main"


def test_a_search_finds_and_shows(browser, page):
    browser.open(page)
    browser.evaluate("document.getElementById('find').focus()")
    for letter in "anomaly_0003":
        browser.call("Input.insertText", text=letter)
    found = browser.evaluate("[...document.querySelectorAll('#found button')].map(b => b.textContent)")
    assert len(found) == 2 and all("anomaly_0003" in name for name in found)
    browser.press("Enter")
    assert browser.evaluate("document.querySelector('#picked bdi').textContent") == found[0]


def test_zoom_keeps_the_size_of_points(browser, page):
    browser.open(page)
    browser.evaluate("document.querySelector('[data-zoom=in]').click()")
    view = browser.evaluate("document.querySelector('#map-0 svg').getAttribute('viewBox')")
    assert float(view.split()[2]) == pytest.approx(10000 / 1.5)
    assert browser.evaluate(
        "getComputedStyle(document.querySelector('#map-0 .points path')).vectorEffect") == "non-scaling-stroke"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible(browser, page, scheme):
    """WCAG's contrast of text, 4.5 at least, in both schemes."""
    browser.media(scheme=scheme)
    browser.open(page)
    contrast = browser.evaluate("""(() => {
        const luminance = color => color.match(/[\\d.]+/g).slice(0, 3).map(Number).map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const ground = element => {
            const color = getComputedStyle(element).backgroundColor;
            return color === "rgba(0, 0, 0, 0)" ? ground(element.parentElement) : color;
        };
        return ["body", ".quiet", ".alarm", ".card .facts", ".tiles dt", "th", "nav a", ".problem"].map(selector => {
            const element = document.querySelector(selector);
            if (element === null) return 21;
            const [a, b] = [getComputedStyle(element).color, ground(element)].map(luminance).sort((x, y) => y - x);
            return (a + 0.05) / (b + 0.05);
        });
    })()""")
    assert min(contrast) >= 4.5
    dark = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (dark == "rgb(255, 255, 255)") == (scheme == "light")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_screen(browser, page, width):
    browser.resize(width, 844)
    browser.open(page)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width


def test_prints_what_can_be_read_on_paper(browser, page, tmp_path):
    browser.media(medium="print")
    browser.open(page)
    shown = "element => getComputedStyle(element).display !== 'none'"
    assert not browser.evaluate(f"[...document.querySelectorAll('audio, nav, .controls')].some({shown})")
    assert browser.evaluate(f"[...document.querySelectorAll('.spectrogram img, .map svg, table')].every({shown})")
    browser.media()
    browser.pdf(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_linked_sounds_play_from_their_files(browser, linked_page):
    browser.open(linked_page)
    clips = browser.evaluate("JSON.parse(document.getElementById('clip-data').textContent)")
    assert all(clip.startswith(("../moved/", "#")) for clip in clips)
    assert browser.evaluate(f"{DATA}.maps[0].clip.every(clip => clip >= 0)")
    playing = """(async () => {
        const audio = document.querySelector("article audio");
        await audio.play();
        return [audio.duration, audio.paused];
    })()"""
    assert browser.evaluate(playing, as_user=True) == [pytest.approx(1), False]
    assert all(address.startswith("file:") for address in browser.requests)


def test_a_linked_file_that_is_gone_is_told(browser, linked_page, place):
    browser.open(linked_page)
    gone = (ids_of(place / "embeddings")
            - {str(file.relative_to(place / "moved")) for file in (place / "moved").rglob("*.wav")})
    x, y = point_on_screen(browser, f"map.name[index] === {json.dumps(gone.pop())}")
    browser.click(x, y)
    browser.evaluate("new Promise(done => setTimeout(done, 300))")
    assert "cannot be played" in browser.evaluate("document.getElementById('picked').textContent")


def test_recordings_that_are_gone_are_told(browser, place, tmp_path):
    shutil.copytree(place / "embeddings", tmp_path / "embeddings")
    manifest = tmp_path / "embeddings" / "manifest-000000.jsonl"
    manifest.write_text(manifest.read_text().replace(str(place / "recordings"), "/nowhere"))
    page = tmp_path / "gone.html"
    output = folders.run("report", tmp_path / "embeddings", "--output", page, "--json")
    summary = json.loads(output)
    assert summary["picture_count"] == summary["sound_count"] == 0
    assert summary["missing_count"] == len(ids_of(place / "embeddings"))
    browser.open(page)
    assert browser.complaints == []
    problems = browser.evaluate("[...document.querySelectorAll('.card .problem')].map(p => p.textContent)")
    assert len(problems) == 40 and all("is not there" in text for text in problems)
    assert "gone" in browser.evaluate("document.querySelector('.notes').textContent")


def test_ten_thousand_points_and_no_more(browser, place, tmp_path):
    folders.large(tmp_path / "large", place / "embeddings", 12_000, width=192)
    page = tmp_path / "large.html"
    summary = json.loads(folders.run("report", tmp_path / "large", "--output", page, "--json"))
    assert summary["row_count"] == 12_000 and summary["point_count"] == 10_000
    assert page.stat().st_size == summary["byte_count"] <= 10_000_000
    browser.open(page)
    assert browser.complaints == []
    assert browser.evaluate(f"{DATA}.maps[0].x.length") == 10_000
    assert "10,000 of 12,000 rows are shown" in browser.evaluate("document.getElementById('map').textContent")


def test_another_file_is_not_replaced(place, tmp_path):
    file = tmp_path / "notes.html"
    file.write_text("mine")
    folders.run("report", place / "embeddings", "--output", file, status=73)
    assert file.read_text() == "mine"
    folders.run("report", place / "embeddings", "--output", tmp_path / "report.pdf", status=64)
    folders.run("report", place / "recordings", "--output", tmp_path / "report.html", status=65)
