import EchoFormats

/// Scores over time as a drawing: the band, its baseline, and when it was left.
enum TrendFigure {
    static func html(_ trend: ReportTrend) -> HTML {
        let plot = trend.plot
        let (times, scores) = (plot.times, plot.scores)
        func across(_ time: Double) -> Double { place(time, in: times) }
        func up(_ score: Double) -> Double { place(score, in: scores) }
        let levels = AxisTicks(in: scores, atMost: 4)
        var chart = Chart(
            label: label(trend), height: 150,
            bottom: TimeAxis.ticks(in: times).map { .init(place: across($0.time), text: $0.text) },
            left: zip(levels.values, levels.labels).map { .init(place: up($0), text: $1) },
            shapes: "\(baseline(trend))\(points(plot))")
        if let limit = trend.band?.limit {
            chart.marks.append(
                .init(
                    direction: .level, place: up(limit), text: "limit \(limit.shortText)",
                    style: "threshold"))
        }
        if let time = trend.band?.change?.time {
            chart.marks.append(
                .init(
                    direction: .upright, place: across(time),
                    text: "leaves its band \(TimeText.minute(time))", style: "change"))
        }
        return """
            <figure><figcaption>\(HTML.name(trend.name)) \(verdict(trend.band))</figcaption>\
            \(chart.html)</figure>

            """
    }

    /// What is known of a sensor, in words.
    static func verdict(_ band: ReportTrend.Band?) -> HTML {
        guard let band else { return .empty }
        if let problem = band.problem { return "<span class=\"alarm\">\(problem)</span>" }
        guard let change = band.change else {
            return band.limit == nil ? .empty : "<span class=\"calm\">stays within its band</span>"
        }
        let when = change.time.map { " " + TimeText.minute($0) } ?? ""
        return """
            <strong class="alarm">leaves its band\(when)</strong> <span class="quiet">(\
            \(HTML.name(change.id)))</span>
            """
    }

    private static func label(_ trend: ReportTrend) -> String {
        let span =
            "\(TimeText.minute(trend.plot.times.lowerBound)) to "
            + "\(TimeText.minute(trend.plot.times.upperBound))"
        let change =
            trend.band?.change?.time.map { "; leaves its band \(TimeText.minute($0))" } ?? ""
        return "\(trend.plot.count.grouped) scores of \(trend.name) over time, \(span)\(change)"
    }

    private static func baseline(_ trend: ReportTrend) -> HTML {
        guard let baseline = trend.band?.baseline else { return .empty }
        let start = 1000 * place(baseline.lowerBound, in: trend.plot.times)
        let end = 1000 * place(baseline.upperBound, in: trend.plot.times)
        return """
            <rect class="baseline" x="\(start.formatted(decimals: 1))" y="0" \
            width="\(max(end - start, 2).formatted(decimals: 1))" height="1000"/>
            """
    }

    private static func points(_ plot: TimePlot) -> HTML {
        let (across, up) = (1000 / Double(TimePlot.columns), 1000 / Double(TimePlot.rows))
        let path = plot.cells.map { cell in
            let x = (Double(cell.column) + 0.5) * across
            let y = 1000 - (Double(cell.row) + 0.5) * up
            return "M\(x.formatted(decimals: 1)) \(y.formatted(decimals: 1))h.01"
        }.joined()
        return "<path class=\"dots\" d=\"\(path)\"/>"
    }

    private static func place(_ value: Double, in range: ClosedRange<Double>) -> Double {
        let length = range.upperBound - range.lowerBound
        return length > 0 ? (value - range.lowerBound) / length : 0.5
    }
}
