// What points are coloured by. Class names are those of colours.css.

/** Names that have a colour of their own. */
const NAMED_COLOURS = 8;
const SCORE_STEPS = 10;

/** Colours points by score, threshold, label or group; says what the colours mean. */
class Colouring {
    constructor(data, key) {
        this.data = data;
        this.key = key;
    }

    /** The class of a point. */
    classOf(map, index) {
        switch (this.key) {
        case "score": return this.scoreClass(map.score[index]);
        case "odd": return map.odd[index] < 0 ? "none" : map.odd[index] === 1 ? "k3" : "k0";
        case "label": return Colouring.nameClass(map.label[index]);
        case "group": return Colouring.nameClass(map.group[index]);
        default: return "k0";
        }
    }

    static nameClass(place) {
        if (place < 0) return "none";
        return place < NAMED_COLOURS ? `k${place}` : "rest";
    }

    scoreClass(score) {
        if (score === null) return "none";
        const [low, high] = this.data.scores;
        const place = high > low ? (score - low) / (high - low) : 0;
        return `s${Math.max(0, Math.min(Math.floor(place * SCORE_STEPS), SCORE_STEPS - 1))}`;
    }

    /** The classes that occur, with what they mean: pairs of class and text. */
    meanings() {
        if (this.key === "odd") return [["k0", "below the threshold"], ["k3", "above"]];
        const names = this.key === "label" ? this.data.labels : this.key === "group" ? this.data.groups : [];
        const pairs = names.slice(0, NAMED_COLOURS).map((name, place) => [`k${place}`, name]);
        if (names.length > NAMED_COLOURS) pairs.push(["rest", `${names.length - NAMED_COLOURS} others`]);
        return pairs;
    }
}

/** Elements that say what colours mean. Buttons hide and show what has their colour. */
function legendOf(colouring, hidden, changed) {
    if (colouring.key === "score") return [scaleOf(colouring.data.scores)];
    return colouring.meanings().map(([style, text]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.setAttribute("aria-pressed", String(!hidden.has(style)));
        const swatch = document.createElement("i");
        swatch.className = style;
        const name = document.createElement("bdi");
        name.textContent = text;
        button.append(swatch, name);
        button.addEventListener("click", () => {
            if (!hidden.delete(style)) hidden.add(style);
            button.setAttribute("aria-pressed", String(!hidden.has(style)));
            changed();
        });
        return button;
    });
}

function scaleOf([low, high]) {
    const scale = document.createElement("span");
    scale.className = "scale";
    const steps = document.createElement("span");
    for (let step = 0; step < SCORE_STEPS; step += 1) {
        const swatch = document.createElement("i");
        swatch.className = `s${step}`;
        steps.append(swatch);
    }
    scale.append(`${low} `, steps, ` ${high}`);
    return scale;
}
