import EchoFormats

/// The maps, and what looks closer at them. What only the script does is hidden until it runs.
enum MapSection {
    static func section(_ maps: ReportMaps) -> Section? {
        guard !maps.maps.isEmpty else { return nil }
        let classes = PointClasses(maps)
        let figures = maps.maps.enumerated().map { number, map in
            MapFigure(map: map, number: number, classes: classes).html
        }
        return Section(
            id: "map", title: "Map of the embeddings",
            body: """
                <p>Recordings that lie close together sound alike to the model. \(choice(maps))</p>
                \(controls(classes))<p class="legend" id="legend">\(classes.legend)</p>
                <div class="maps">\(figures)</div>
                \(picked)
                """)
    }

    private static func choice(_ maps: ReportMaps) -> HTML {
        let shown = maps.maps.reduce(0) { $0 + $1.points.count }
        guard let choice = maps.choice else { return "All \(shown.grouped) rows are shown." }
        return "\(shown.grouped) of \(maps.rowCount.grouped) rows are shown: \(choice)."
    }

    private static func controls(_ classes: PointClasses) -> HTML {
        let options = classes.keys.map { key -> HTML in
            "<option value=\"\(key.rawValue)\">\(key.title)</option>"
        }
        let colour: HTML =
            options.isEmpty
            ? .empty
            : "<label>Colour by <select id=\"colour\">\(options)</select></label>\n"
        return """
            <div class="controls needs-script" hidden>
            \(colour)<span class="buttons"><button type="button" data-zoom="in" \
            aria-label="Zoom in">+</button>\
            <button type="button" data-zoom="out" aria-label="Zoom out">−</button>\
            <button type="button" data-zoom="all">Show all</button></span>
            <label class="find">Find <input type="search" id="find" autocomplete="off" \
            placeholder="part of a name" aria-controls="found"></label>
            </div>
            <ul id="found" class="found needs-script" hidden aria-label="Found recordings"></ul>
            <p class="quiet needs-script" hidden>Click a point to hear it; where only some have a \
            sound in this page, those have an edge. Drag to move, pinch or hold Ctrl and turn the wheel to zoom. By \
            keyboard: arrow keys, Enter, + and −.</p>

            """
    }

    private static let picked: HTML = """
        <div class="picked needs-script" hidden aria-live="polite" id="picked"><p class="quiet">No \
        recording is chosen.</p></div>

        """
}
