import EchoFormats

/// A drawing with ticks below and at the left whose text keeps its size on every screen: the
/// drawing is stretched, the text is not.
struct Chart {
    struct Tick {
        /// From the left or from the bottom, 0 to 1.
        let place: Double
        let text: String
    }

    /// A line across the drawing, at a place from the left or from the bottom.
    struct Mark {
        enum Direction {
            case upright, level
        }

        let direction: Direction
        let place: Double
        let text: String
        /// Of the style sheet: `threshold`, `change`.
        let style: StaticString
    }

    /// What a reader who does not see it is told.
    let label: String
    /// CSS pixels.
    let height: Int
    var bottom: [Tick] = []
    var left: [Tick] = []
    var marks: [Mark] = []
    /// Shapes from (0, 0) at the top left to (1000, 1000).
    let shapes: HTML

    var html: HTML {
        """
        <svg class="chart" role="img" aria-label="\(label)" width="100%" height="\(height + 22)">
        \(left.map(gridLine))<svg x="0" y="0" width="100%" height="\(height)" \
        viewBox="0 0 1000 1000" preserveAspectRatio="none">\(shapes)</svg>
        \(marks.map(line))\(left.map(leftText))\(bottom.map(bottomText))</svg>

        """
    }

    private func gridLine(_ tick: Tick) -> HTML {
        let y = pixel(tick.place)
        return "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"\(y)\" y2=\"\(y)\"/>"
    }

    private func leftText(_ tick: Tick) -> HTML {
        "<text x=\"2\" y=\"\(max(pixel(tick.place) - 3, 10))\">\(tick.text)</text>"
    }

    private func bottomText(_ tick: Tick) -> HTML {
        let anchor = Self.anchor(tick.place)
        return """
            <text x="\(Self.percent(tick.place))" y="\(height + 16)" \
            text-anchor="\(anchor)">\(tick.text)</text>
            """
    }

    private func line(_ mark: Mark) -> HTML {
        let style = HTML.own("\(mark.style)")
        switch mark.direction {
        case .upright:
            let x = Self.percent(mark.place)
            // On the side that has room.
            let anchor: HTML = mark.place > 0.5 ? "end" : "start"
            let gap = mark.place > 0.5 ? -5 : 5
            return """
                <g class="\(style)"><line x1="\(x)" x2="\(x)" y1="0" y2="\(height)"/>\
                <text x="\(x)" dx="\(gap)" y="12" text-anchor="\(anchor)">\(mark.text)</text></g>
                """
        case .level:
            let y = pixel(mark.place)
            return """
                <g class="\(style)"><line x1="0" x2="100%" y1="\(y)" y2="\(y)"/>\
                <text x="100%" dx="-2" y="\(max(y - 4, 10))" text-anchor="end">\(mark.text)</text></g>
                """
        }
    }

    private func pixel(_ place: Double) -> Int {
        Int((Double(height) * (1 - min(max(place, 0), 1))).rounded())
    }

    /// Text at an end of the chart stays within it.
    private static func anchor(_ place: Double) -> HTML {
        place < 0.06 ? "start" : place > 0.94 ? "end" : "middle"
    }

    static func percent(_ place: Double) -> String {
        (100 * min(max(place, 0), 1)).formatted(decimals: 2) + "%"
    }
}
