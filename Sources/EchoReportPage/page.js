// What the page does beyond what it shows.

/** Names that a search lists. */
const FOUND_LIMIT = 12;

/** The maps with their controls. */
class MapSection {
    constructor(data) {
        this.data = data;
        this.hidden = new Set();
        this.group = -1;
        this.maps = data.maps.map((points, number) => new EmbeddingMap(
            document.getElementById(`map-${number}`), points,
            (map, index, plays) => this.choose(map, index, plays)));
        this.colour = document.getElementById("colour");
        this.picked = document.getElementById("picked");
        this.colour?.addEventListener("change", () => {
            this.hidden.clear();
            this.draw();
        });
        this.addGroups();
        this.addZoom();
        this.addSearch();
        this.draw();
    }

    draw() {
        const colouring = new Colouring(this.data, this.colour?.value);
        for (const map of this.maps) map.draw(colouring, this.hidden, this.group);
        const legend = document.getElementById("legend");
        const hasFocus = legend.contains(document.activeElement);
        if (!hasFocus) legend.replaceChildren(...legendOf(colouring, this.hidden, () => this.draw()));
    }

    /** A choice of one group, where there are several. */
    addGroups() {
        if (this.data.groups.length < 2) return;
        const label = document.createElement("label");
        const select = document.createElement("select");
        select.id = "group";
        select.append(new Option("all", "-1"));
        this.data.groups.forEach((name, place) => select.append(new Option(name, String(place))));
        select.addEventListener("change", () => {
            this.group = Number(select.value);
            this.draw();
        });
        label.append("Group ", select);
        document.querySelector(".controls .buttons").before(label);
    }

    addZoom() {
        for (const button of document.querySelectorAll("[data-zoom]")) {
            button.addEventListener("click", () => {
                for (const map of this.maps) {
                    if (button.dataset.zoom === "all") map.showAll();
                    else map.zoom(button.dataset.zoom === "in" ? 1.5 : 1 / 1.5, map.chosenPlace());
                }
            });
        }
    }

    addSearch() {
        const field = document.getElementById("find");
        const list = document.getElementById("found");
        field.addEventListener("input", () => {
            list.replaceChildren(...this.search(field.value).map(([map, index]) => {
                const item = document.createElement("li");
                const button = document.createElement("button");
                button.type = "button";
                button.textContent = map.data.name[index];
                button.addEventListener("click", () => this.choose(map, index, true));
                item.append(button);
                return item;
            }));
        });
        field.addEventListener("keydown", (event) => {
            if (event.key === "Enter") list.querySelector("button")?.click();
        });
    }

    /** The first points whose names hold a text: pairs of map and index. */
    search(text) {
        const part = text.trim().toLowerCase();
        const found = [];
        if (part === "") return found;
        for (const map of this.maps) {
            for (let index = 0; index < map.data.name.length && found.length < FOUND_LIMIT; index += 1) {
                if (map.data.name[index].toLowerCase().includes(part)) found.push([map, index]);
            }
        }
        return found;
    }

    /** Shows a recording below the map, and plays it where it is asked to. */
    choose(map, index, plays) {
        for (const other of this.maps) other.mark(other === map ? index : -1);
        const name = document.createElement("p");
        const isolated = document.createElement("bdi");
        isolated.textContent = map.data.name[index];
        name.append(isolated);
        const facts = document.createElement("p");
        facts.className = "quiet";
        facts.textContent = this.facts(map.data, index).join(" · ");
        this.picked.classList.add("filled");
        this.picked.replaceChildren(name, facts, ...this.sound(map.data, index, plays));
    }

    facts(points, index) {
        const facts = [];
        if (points.score[index] !== null) facts.push(`score ${points.score[index]}`);
        if (points.odd[index] >= 0) facts.push(points.odd[index] ? "above its threshold" : "below its threshold");
        if (points.label[index] >= 0) facts.push(`label ${this.data.labels[points.label[index]]}`);
        if (points.group[index] >= 0) facts.push(`group ${this.data.groups[points.group[index]]}`);
        return facts;
    }

    sound(points, index, plays) {
        const clip = points.clip[index];
        if (clip < 0) {
            const text = document.createElement("p");
            text.className = "quiet";
            text.textContent = "Its sound is not in this page: a page that links sounds "
                + "(echo-gpu report --link-audio) has them all.";
            return [text];
        }
        const audio = document.createElement("audio");
        audio.controls = true;
        audio.src = addressOf(clip);
        audio.setAttribute("aria-label", points.name[index]);
        // A browser may ask for a click on the player itself.
        if (plays) audio.play().catch(() => {});
        const example = exampleOf(clip);
        if (example === null) return [audio];
        const link = document.createElement("a");
        link.href = example;
        link.textContent = "Its spectrogram is below.";
        return [audio, link];
    }
}

watchPlayers();
fillCopies();
if (document.getElementById("map") !== null) {
    for (const element of document.querySelectorAll(".needs-script")) element.hidden = false;
    new MapSection(dataOf("map-data"));
}
