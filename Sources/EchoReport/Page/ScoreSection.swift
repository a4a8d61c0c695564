import EchoFormats

/// How odd recordings are, all together and by group.
enum ScoreSection {
    /// Rows of a table: an archive may have any number of groups and machines.
    private static let rowLimit = 200

    static func section(_ scores: ReportScores?) -> Section? {
        guard let scores else { return nil }
        return Section(
            id: "scores", title: "Scores",
            body: """
                <p>The larger a score, the odder the recording: the distance to the nearest of the \
                bank. \(scores.count.counted("score")), read from \(HTML.name(scores.folder)).</p>
                \(series(scores))<div class="panels">\(scores.panels.map(HistogramFigure.html))</div>
                \(figures(scores))\(groups(scores))\(settings(scores))
                """)
    }

    private static func series(_ scores: ReportScores) -> HTML {
        guard let names = scores.panels.first?.histogram.series, names.count > 1 else {
            return .empty
        }
        let keys = names.enumerated().map { index, name -> HTML in
            "<span><i class=\"\(HistogramFigure.style(index))\"></i>\(HTML.name(name))</span>"
        }
        return "<p class=\"legend\">\(keys)</p>\n"
    }

    private static func figures(_ scores: ReportScores) -> HTML {
        guard !scores.figures.isEmpty else { return .empty }
        var table = Table([.left("over groups"), .right("value")])
        for figure in scores.figures.prefix(rowLimit) {
            table.append([.name(figure.name), "\(figure.value)"])
        }
        return "\(table.html)\(Table.rest(of: scores.figures.count, shown: rowLimit, "figure"))"
    }

    private static func groups(_ scores: ReportScores) -> HTML {
        guard !scores.groups.isEmpty else { return .empty }
        let hasAUC = scores.groups.contains { $0.auc != nil || $0.partialAUC != nil }
        let hasThreshold = scores.groups.contains { $0.threshold != nil }
        var columns: [Table.Column] = [.left("group"), .right("recordings")]
        if hasThreshold { columns += [.right("threshold"), .right("above it")] }
        if hasAUC { columns += [.right("AUC/%"), .right("pAUC/%")] }
        var table = Table(columns)
        for group in scores.groups.prefix(rowLimit) {
            var row: [HTML] = [
                .name(group.name.isEmpty ? "all" : group.name), "\(group.count.grouped)",
            ]
            if hasThreshold {
                row += [number(group.threshold), "\(group.oddCount.map(\.grouped) ?? "–")"]
            }
            if hasAUC { row += [area(group.auc), area(group.partialAUC)] }
            table.append(row)
        }
        return "\(table.html)\(Table.rest(of: scores.groups.count, shown: rowLimit, "group"))"
    }

    private static func settings(_ scores: ReportScores) -> HTML {
        guard !scores.settings.isEmpty else { return .empty }
        let rows = scores.settings.prefix(100).map { setting -> HTML in
            "<div><dt>\(setting.name)</dt><dd>\(shown(setting.value, limit: 600))</dd></div>\n"
        }
        return """
            <details><summary>How they were made</summary><dl class="settings">
            \(rows)</dl></details>

            """
    }

    private static func number(_ value: Double?) -> HTML { "\(value.map(\.shortText) ?? "–")" }

    /// In per cent, as `score` prints it; `metrics.json` has shares.
    private static func area(_ value: Double?) -> HTML {
        "\(value.map { (100 * $0).formatted(decimals: 2) } ?? "–")"
    }
}
