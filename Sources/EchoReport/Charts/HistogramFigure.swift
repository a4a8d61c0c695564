import EchoFormats

/// Histograms as drawings.
enum HistogramFigure {
    /// Scores of a group, stacked by label, with the threshold.
    static func html(_ panel: ReportScores.Panel) -> HTML {
        let scale = panel.histogram.scale
        func place(_ value: Double) -> Double { (value - scale.start) / (scale.end - scale.start) }
        let ticks = AxisTicks(in: scale.start...scale.end, atMost: 5)
        var chart = Chart(
            label: label(panel), height: 150,
            bottom: zip(ticks.values, ticks.labels).map { .init(place: place($0), text: $1) },
            left: countTicks(panel.histogram.largestCount), shapes: bars(panel.histogram))
        if let threshold = panel.threshold {
            chart.marks = [
                .init(
                    direction: .upright, place: place(threshold),
                    text: "threshold \(threshold.shortText)", style: "threshold")
            ]
        }
        return "<figure><figcaption>\(HTML.name(panel.name))</figcaption>\(chart.html)</figure>\n"
    }

    /// How long recordings are, on a logarithmic scale.
    static func html(_ durations: DurationCounts) -> HTML {
        guard let first = durations.counts.keys.min(), let last = durations.counts.keys.max() else {
            return .empty
        }
        let steps = Array(first...last)
        let largest = durations.counts.values.max() ?? 1
        let bars = steps.enumerated().map { index, step -> HTML in
            let width = 1000 / Double(steps.count)
            return bar(
                x: Double(index) * width, width: width, from: 0,
                to: Double(durations.counts[step] ?? 0) / Double(largest), series: 0)
        }
        let every = max(1, (steps.count + 3) / 4)
        let ticks = (0...steps.count).filter { $0.isMultiple(of: every) }.map { index in
            Chart.Tick(
                place: Double(index) / Double(steps.count),
                text: DurationCounts.start(of: first + index).durationText)
        }
        return Chart(
            label: "How many recordings are how long, on a logarithmic scale", height: 110,
            bottom: ticks, left: countTicks(largest), shapes: HTML(bars)
        ).html
    }

    private static func label(_ panel: ReportScores.Panel) -> String {
        let threshold = panel.threshold.map { ", threshold \($0.shortText)" } ?? ""
        let (start, end) = (panel.histogram.scale.start, panel.histogram.scale.end)
        return "\(panel.histogram.total.grouped) scores of \(panel.name), from "
            + "\(start.shortText) to \(end.shortText)\(threshold)"
    }

    private static func bars(_ histogram: Histogram) -> HTML {
        let width = 1000 / Double(histogram.counts.count)
        let largest = Double(max(histogram.largestCount, 1))
        var pieces: [HTML] = []
        for (index, counts) in histogram.counts.enumerated() {
            var below = 0
            for (series, count) in counts.enumerated() where count > 0 {
                pieces.append(
                    bar(
                        x: Double(index) * width, width: width, from: Double(below) / largest,
                        to: Double(below + count) / largest, series: series))
                below += count
            }
        }
        return HTML(pieces)
    }

    /// - Parameters:
    ///   - from: The lower end, 0 to 1, and `to` the upper one.
    private static func bar(
        x: Double, width: Double, from: Double, to: Double, series: Int
    ) -> HTML {
        // A count that is small beside the largest is still there.
        let height = to > from ? max(1000 * (to - from), 6) : 0
        return """
            <rect class="\(style(series))" x="\((x + width * 0.06).formatted(decimals: 1))" \
            width="\((width * 0.88).formatted(decimals: 1))" \
            y="\((1000 * (1 - from) - height).formatted(decimals: 1))" \
            height="\(height.formatted(decimals: 1))"/>
            """
    }

    /// The class of the style sheet for a series.
    static func style(_ series: Int) -> String {
        series < PointClasses.colourCount ? "k\(series)" : "rest"
    }

    private static func countTicks(_ largest: Int) -> [Chart.Tick] {
        guard largest > 0 else { return [] }
        return AxisTicks(in: 0...Double(largest), atMost: 4).values
            .filter { $0 > 0 && $0.rounded() == $0 }
            .map { .init(place: $0 / Double(largest), text: Int($0).grouped) }
    }
}
