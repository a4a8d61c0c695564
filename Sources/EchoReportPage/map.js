// A map of embeddings: dots of an SVG whose size does not change with the zoom.

const SVG = "http://www.w3.org/2000/svg";
/** Pixels within which a pointer meets a point, and which a pointer moves before it drags. */
const REACH = 14;
const FAVOUR = 4;
const DRAG_START = 4;
const MOST_ZOOM = 200;

class EmbeddingMap {
    /** `data` has the columns x, y, name, group, label, score, odd and clip of the points. */
    constructor(figure, data, choose) {
        this.figure = figure;
        this.svg = figure.querySelector("svg");
        this.data = data;
        this.choose = choose;
        this.whole = this.svg.getAttribute("viewBox").split(" ").map(Number);
        this.view = [...this.whole];
        this.isShown = data.x.map(() => true);
        this.chosen = -1;
        this.pointers = new Map();
        this.tip = document.createElement("div");
        this.tip.className = "tip";
        this.tip.hidden = true;
        figure.append(this.tip);
        // Keys are ours from here on, and no screen reader's.
        this.svg.setAttribute("role", "application");
        this.svg.setAttribute("tabindex", "0");
        this.svg.setAttribute("aria-label", `${this.svg.getAttribute("aria-label")}: arrow keys go from `
            + "one to the next, Enter plays it, + and - zoom, 0 shows all");
        this.listen();
    }

    // Drawing

    /** Draws the points anew: one path for each colour, without those that are hidden. */
    draw(colouring, hidden, group) {
        const paths = new Map();
        const edges = [];
        const { x, y, clip } = this.data;
        const playable = clip.filter((place) => place >= 0).length;
        for (let index = 0; index < x.length; index += 1) {
            const style = colouring.classOf(this.data, index);
            this.isShown[index] = !hidden.has(style) && (group < 0 || this.data.group[index] === group);
            if (!this.isShown[index]) continue;
            if (!paths.has(style)) paths.set(style, []);
            const dot = `M${x[index]} ${y[index]}h1`;
            paths.get(style).push(dot);
            if (clip[index] >= 0) edges.push(dot);
        }
        const points = this.svg.querySelector(".points");
        points.replaceChildren();
        // Where most can be played, an edge says nothing.
        if (playable * 2 < x.length) points.append(pathOf("edges", edges.join("")));
        for (const style of [...paths.keys()].sort(inDrawingOrder)) {
            points.append(pathOf(style, paths.get(style).join("")));
        }
        this.colouring = colouring;
        this.drawChosen();
    }

    drawChosen() {
        this.svg.querySelector(".choice")?.remove();
        if (this.chosen < 0) return;
        const dot = `M${this.data.x[this.chosen]} ${this.data.y[this.chosen]}h1`;
        const group = document.createElementNS(SVG, "g");
        group.setAttribute("class", "choice");
        const style = this.colouring.classOf(this.data, this.chosen);
        group.append(pathOf("halo", dot), pathOf("hole", dot), pathOf(`chosen ${style}`, dot));
        this.svg.append(group);
    }

    /** Marks a point, and moves it into view. */
    mark(index) {
        this.chosen = index;
        if (index >= 0) {
            const [left, top, width, height] = this.view;
            const [x, y] = [this.data.x[index], this.data.y[index]];
            const isInside = x >= left && x <= left + width && y >= top && y <= top + height;
            if (!isInside) this.look([x - width / 2, y - height / 2, width, height]);
        }
        this.drawChosen();
    }

    // Looking

    look([left, top, width, height]) {
        const [, , wholeWidth, wholeHeight] = this.whole;
        const scale = Math.min(Math.max(width / wholeWidth, 1 / MOST_ZOOM), 1);
        const size = [wholeWidth * scale, wholeHeight * scale];
        const within = (value, most) => Math.min(Math.max(value, 0), most);
        this.view = [
            within(left + (width - size[0]) / 2, wholeWidth - size[0]),
            within(top + (height - size[1]) / 2, wholeHeight - size[1]),
            ...size,
        ];
        this.svg.setAttribute("viewBox", this.view.join(" "));
        this.tip.hidden = true;
    }

    /** Zooms about a place of the drawing; `factor` above 1 shows less. */
    zoom(factor, place = this.middle()) {
        const [left, top, width, height] = this.view;
        const least = this.whole[2] / MOST_ZOOM;
        const scale = Math.max(1 / factor, least / width);
        this.look([
            place[0] - (place[0] - left) * scale, place[1] - (place[1] - top) * scale,
            width * scale, height * scale,
        ]);
    }

    showAll() { this.look(this.whole); }

    middle() {
        const [left, top, width, height] = this.view;
        return [left + width / 2, top + height / 2];
    }

    /** A place of the screen in units of the drawing. */
    placeOf(event) {
        const point = new DOMPoint(event.clientX, event.clientY);
        const { x, y } = point.matrixTransform(this.svg.getScreenCTM().inverse());
        return [x, y];
    }

    /** The point that is nearest to a place of the screen and within reach, or -1. One that can be played may lie a
        little further away than one beside it that cannot. */
    pointAt(event) {
        const [x, y] = this.placeOf(event);
        const scale = this.svg.getScreenCTM().a;
        const favour = (FAVOUR / scale) ** 2;
        let best = -1;
        let least = (REACH / scale) ** 2;
        for (let index = 0; index < this.data.x.length; index += 1) {
            if (!this.isShown[index]) continue;
            const distance = (this.data.x[index] - x) ** 2 + (this.data.y[index] - y) ** 2
                - (this.data.clip[index] >= 0 ? favour : 0);
            if (distance < least) [best, least] = [index, distance];
        }
        return best;
    }

    /** The nearest point in a direction (1, 0: to the right), or the first one; -1 where there is none. */
    pointTowards(across, down) {
        if (this.chosen < 0) return this.isShown.indexOf(true);
        let best = -1;
        let least = Infinity;
        for (let index = 0; index < this.data.x.length; index += 1) {
            if (!this.isShown[index] || index === this.chosen) continue;
            const x = this.data.x[index] - this.data.x[this.chosen];
            const y = this.data.y[index] - this.data.y[this.chosen];
            const along = x * across + y * down;
            const beside = Math.abs(x * down) + Math.abs(y * across);
            // Within 45 degrees; what lies straight ahead is nearer than what lies beside.
            if (along <= 0 || beside > along) continue;
            const distance = along + 2 * beside;
            if (distance < least) [best, least] = [index, distance];
        }
        return best;
    }

    // Events

    listen() {
        const { svg } = this;
        svg.addEventListener("keydown", (event) => this.press(event));
        svg.addEventListener("wheel", (event) => {
            // A wheel alone scrolls the page.
            if (!event.ctrlKey && !event.metaKey) return;
            event.preventDefault();
            this.zoom(event.deltaY < 0 ? 1.25 : 0.8, this.placeOf(event));
        }, { passive: false });
        svg.addEventListener("dblclick", (event) => this.zoom(2, this.placeOf(event)));
        svg.addEventListener("pointerdown", (event) => this.begin(event));
        svg.addEventListener("pointermove", (event) => this.move(event));
        for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
            svg.addEventListener(end, (event) => this.end(event));
        }
        svg.addEventListener("pointerleave", () => { this.tip.hidden = true; });
        svg.addEventListener("click", (event) => {
            if (this.hasDragged) return;
            const index = this.pointAt(event);
            if (index >= 0) this.choose(this, index, true);
        });
    }

    press(event) {
        const directions = {
            ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
        };
        if (event.key in directions && !event.altKey && !event.ctrlKey && !event.metaKey) {
            const index = this.pointTowards(...directions[event.key]);
            if (index >= 0) this.choose(this, index, false);
        } else if (event.key === "Enter" || event.key === " ") {
            if (this.chosen >= 0) this.choose(this, this.chosen, true);
        } else if (event.key === "+") {
            this.zoom(1.5, this.chosenPlace());
        } else if (event.key === "-") {
            this.zoom(1 / 1.5, this.chosenPlace());
        } else if (event.key === "0") {
            this.showAll();
        } else {
            return;
        }
        event.preventDefault();
    }

    chosenPlace() {
        return this.chosen < 0 ? this.middle() : [this.data.x[this.chosen], this.data.y[this.chosen]];
    }

    begin(event) {
        this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
        this.hasDragged = false;
        this.start = [event.clientX, event.clientY];
    }

    move(event) {
        const before = this.pointers.get(event.pointerId);
        if (!before) {
            this.hover(event);
            return;
        }
        const now = [event.clientX, event.clientY];
        if (this.pointers.size === 2) {
            this.pinch(event, before, now);
        } else if (this.hasDragged || Math.hypot(now[0] - this.start[0], now[1] - this.start[1]) > DRAG_START) {
            if (!this.hasDragged) this.svg.setPointerCapture(event.pointerId);
            this.hasDragged = true;
            this.figure.classList.add("moving");
            const scale = this.svg.getScreenCTM().a;
            const [left, top, width, height] = this.view;
            this.look([left - (now[0] - before[0]) / scale, top - (now[1] - before[1]) / scale, width, height]);
        } else {
            return;
        }
        this.pointers.set(event.pointerId, now);
    }

    pinch(event, before, now) {
        this.hasDragged = true;
        const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
        const apart = (place) => Math.hypot(place[0] - other[0], place[1] - other[1]);
        const middle = { clientX: (now[0] + other[0]) / 2, clientY: (now[1] + other[1]) / 2 };
        if (apart(before) > 0) this.zoom(apart(now) / apart(before), this.placeOf(middle));
    }

    end(event) {
        this.pointers.delete(event.pointerId);
        this.figure.classList.remove("moving");
    }

    hover(event) {
        const index = this.pointAt(event);
        this.tip.hidden = index < 0;
        if (index < 0) return;
        this.tip.textContent = this.data.name[index];
        const box = this.svg.getBoundingClientRect();
        const isRight = event.clientX - box.left > box.width / 2;
        this.tip.style.left = isRight ? "auto" : `${event.clientX - box.left + 12}px`;
        this.tip.style.right = isRight ? `${box.right - event.clientX + 12}px` : "auto";
        this.tip.style.top = `${event.clientY - box.top + 12}px`;
    }
}

/** What has no name of its own lies below what has one. */
function inDrawingOrder(first, second) {
    const rank = (style) => (style === "none" ? 0 : style === "rest" ? 1 : 2);
    return rank(first) - rank(second) || first.localeCompare(second);
}

function pathOf(style, shape) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", style);
    path.setAttribute("d", shape);
    return path;
}
