import EchoFormats

/// Scores over time.
enum TrendSection {
    /// Sensors without a drawing that are listed.
    private static let listLimit = 200

    /// - Parameter others: What is known of sensors that have no drawing.
    static func section(_ trends: [ReportTrend], others: [ReportTrend.Band]) -> Section? {
        guard !trends.isEmpty || !others.isEmpty else { return nil }
        let rules = Set((trends.compactMap(\.band) + others).compactMap(\.rule)).sorted()
        let rule: HTML =
            rules.isEmpty
            ? .empty
            : "Rule: \(rules.joined(separator: "; ")). The shaded time is the baseline."
        return Section(
            id: "time", title: "Scores over time",
            body: """
                <p>All times are UTC. \(rule)</p>
                <div class="panels wide">\(trends.map(TrendFigure.html))</div>
                \(list(others))
                """)
    }

    private static func list(_ bands: [ReportTrend.Band]) -> HTML {
        guard !bands.isEmpty else { return .empty }
        let items = bands.prefix(listLimit).map { band -> HTML in
            "<li>\(HTML.name(band.name)) \(TrendFigure.verdict(band))</li>\n"
        }
        return """
            <h3>Without a drawing</h3>
            <ul>\(items)</ul>
            \(Table.rest(of: bands.count, shown: listLimit, "sensor"))
            """
    }
}
