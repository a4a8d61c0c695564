import EchoFormats

/// A spectrogram with axes in Hz and s, a bar of its colours in dB, and a caption.
package struct SpectrogramChart: Sendable {
    /// How it looks.
    package struct Style: Hashable, Sendable {
        /// Pixels of the whole picture.
        package var width = 1000
        package var height = 480
        package var theme = Theme.light

        package static let widths = 320...20_000
        package static let heights = 200...10_000

        package init() {}

        /// Pixels for one of the font: on a large picture small letters are lost.
        var scale: Int { min(width, 2 * height) >= 1600 ? 2 : 1 }
    }

    /// The colours around a picture.
    package enum Theme: String, Hashable, Sendable, CaseIterable {
        case light, dark

        var background: Colour { self == .light ? Colour(255, 255, 255) : Colour(22, 22, 26) }
        var text: Colour { self == .light ? Colour(34, 34, 38) : Colour(226, 226, 230) }
    }

    private let picture: SpectrogramPicture
    private let caption: String
    private let facts: String
    private let style: Style

    /// - Parameters:
    ///   - caption: What is shown, such as a recording's name; cut if it is too long.
    ///   - facts: What has to be known of it, which stands behind and is cut last.
    package init(
        _ picture: SpectrogramPicture, caption: String, facts: String = "", style: Style = Style()
    ) {
        (self.picture, self.caption, self.facts, self.style) = (picture, caption, facts, style)
    }

    /// Columns of the plot of such a picture: as many are worth keeping of a long recording.
    package static func plotWidth(_ style: Style) -> Int { ChartLayout(style).plot.x.count }

    /// Draws it.
    package func drawn() -> Picture {
        var result = Picture(
            width: style.width, height: style.height, filledWith: style.theme.background)
        let layout = ChartLayout(style)
        picture.draw(in: &result, x: layout.plot.x, y: layout.plot.y)
        drawCaption(layout, &result)
        drawTime(layout, &result)
        drawFrequency(layout, &result)
        drawLevels(layout, &result)
        return result
    }

    var grid: SpectrogramGrid { picture.columns.grid }
    var range: ClosedRange<Double> { picture.range }
    var scale: Int { style.scale }
    var ink: Colour { style.theme.text }

    private func drawCaption(_ layout: ChartLayout, _ result: inout Picture) {
        let room = max(0, style.width - layout.plot.x.lowerBound - layout.gap) / layout.glyph.width
        let end = facts.isEmpty ? "" : ": " + facts
        let text = Self.cut(caption, to: max(Self.leastCaption, room - end.unicodeScalars.count))
        result.draw(
            Self.cut(text + end, to: room), x: layout.plot.x.lowerBound, y: layout.gap, in: ink,
            scale: scale)
    }

    /// Letters of a name by which it may still be known.
    private static let leastCaption = 8

    private static func cut(_ text: String, to count: Int) -> String {
        guard text.unicodeScalars.count > count else { return text }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text.unicodeScalars.prefix(max(0, count - 3)))
        return String(scalars) + "..."
    }
}

/// Where the parts of a chart lie.
struct ChartLayout {
    struct Box {
        let x: Range<Int>
        let y: Range<Int>
    }

    /// The spectrogram, and the bar of colours.
    let plot: Box
    let bar: Box
    /// Pixels of a letter, of a tick, and between one thing and the next.
    let glyph: (width: Int, height: Int)
    let tick: Int
    let gap: Int

    /// Letters of the widest label of frequencies ("22.5") and of levels ("-120").
    private static let labelLength = 4

    init(_ style: SpectrogramChart.Style) {
        let scale = style.scale
        glyph = (BitmapFont.glyphWidth * scale, BitmapFont.glyphHeight * scale)
        (tick, gap) = (4 * scale, 6 * scale)
        let labels = Self.labelLength * glyph.width
        // From the left: title, labels, ticks; plot; bar, ticks, labels, title.
        let left = gap + glyph.height + gap + labels + gap / 2 + tick + scale
        let right = scale + tick + gap / 2 + labels + gap + glyph.height + gap
        let barWidth = 14 * scale
        let bottom = scale + tick + gap / 2 + glyph.height + gap / 2 + glyph.height + gap
        let top = gap + glyph.height + gap + scale
        let y = top..<style.height - bottom
        let end = style.width - right
        plot = Box(x: left..<end - barWidth - 3 * gap, y: y)
        bar = Box(x: end - barWidth..<end, y: y)
    }
}
