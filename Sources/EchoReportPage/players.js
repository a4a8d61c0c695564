// Sounds: those of the examples, which play without this script too, and those of points on the map.

/** The data of an element of type application/json. */
function dataOf(id) {
    return JSON.parse(document.getElementById(id).textContent);
}

/** Where clips are: read when the first is asked for, since they may be megabytes. */
let clipAddresses = null;

/** The address of a clip: in this page, or of a file beside it. */
function addressOf(clip) {
    clipAddresses ??= dataOf("clip-data");
    const address = clipAddresses[clip];
    if (!address.startsWith("#")) return address;
    return document.querySelector(`${address} audio`).getAttribute("src");
}

/** The example that shows a clip, or null. */
function exampleOf(clip) {
    clipAddresses ??= dataOf("clip-data");
    return clipAddresses[clip].startsWith("#") ? clipAddresses[clip] : null;
}

/** Says it where a sound cannot be played: a linked file may be gone, or not known to this browser. */
function reportFailure(audio) {
    if (audio.nextElementSibling?.classList.contains("problem")) return;
    const text = document.createElement("p");
    text.className = "problem";
    text.textContent = "This sound cannot be played: its file is gone, or this browser does not know its format.";
    audio.after(text);
}

/** One sound at a time. */
function watchPlayers() {
    document.addEventListener("play", (event) => {
        for (const audio of document.querySelectorAll("audio")) {
            if (audio !== event.target) audio.pause();
        }
    }, true);
    document.addEventListener("error", (event) => {
        if (event.target instanceof HTMLAudioElement) reportFailure(event.target);
    }, true);
}

/** Shows a recording that stands on the page already once more, where it is a neighbour of another. */
function fillCopies() {
    for (const copy of document.querySelectorAll("article.copy")) {
        const original = document.getElementById(copy.dataset.of);
        const pieces = original.querySelectorAll("figure, audio, .card .quiet, .problem");
        if (pieces.length === 0) continue;
        copy.querySelector(".shown-above").remove();
        copy.append(...[...pieces].map((piece) => piece.cloneNode(true)));
    }
}
