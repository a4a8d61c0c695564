import EchoFormats

/// What was embedded, by which model and settings, and what failed.
enum OverviewSection {
    static func section(_ overview: ReportOverview) -> Section {
        Section(
            id: "embedded", title: "What was embedded",
            body: """
                \(models(overview))\(rates(overview))\(durations(overview))\(failures(overview))\
                \(settings(overview))
                """)
    }

    /// Rows of a table: a folder may have been added to any number of times.
    private static let rowLimit = 100

    private static func models(_ overview: ReportOverview) -> HTML {
        var table = Table([
            .left("model"), .left("SHA-256 of the weights"), .right("embedded"), .right("failed"),
            .left("settings"),
        ])
        for model in overview.models.prefix(rowLimit) {
            let name: HTML =
                model.isTrained
                ? HTML.name(model.name ?? "not recorded")
                : "\(HTML.name(model.name ?? "not recorded")) (not trained: its embeddings mean nothing)"
            let differences = model.differences.joined(separator: "; ")
            table.append([
                name, "<code>\(String((model.digest ?? "not recorded").prefix(16)))</code>",
                "\(model.embeddedCount.grouped)", "\(model.failedCount.grouped)",
                "<code>\(model.run)</code> \(shown(differences, limit: 600))",
            ])
        }
        let rest = Table.rest(of: overview.models.count, shown: rowLimit, "row")
        return "<h3>Models</h3>\n\(table.html)\(rest)"
    }

    private static func rates(_ overview: ReportOverview) -> HTML {
        guard !overview.rates.isEmpty else { return .empty }
        var table = Table([
            .right("sample rate"), .right("width"), .right("rows"), .right("together"),
            .left("rows of"),
        ])
        for rate in overview.rates.prefix(rowLimit) {
            table.append([
                "\(rate.sampleRate.grouped) Hz", "\(rate.width)", "\(rate.rowCount.grouped)",
                "\(rate.seconds.durationText)", "\(rate.levels.joined(separator: ", "))",
            ])
        }
        let rest = Table.rest(of: overview.rates.count, shown: rowLimit, "row")
        return "<h3>Sample rates, widths and levels</h3>\n\(table.html)\(rest)"
    }

    private static func durations(_ overview: ReportOverview) -> HTML {
        let durations = overview.durations
        guard durations.count > 0 else { return .empty }
        let range =
            durations.shortest == durations.longest
            ? "All last \(durations.shortest.durationText)."
            : "From \(durations.shortest.durationText) to \(durations.longest.durationText), "
                + "\((durations.total / Double(durations.count)).durationText) in the mean."
        let drawing = durations.counts.count > 1 ? HistogramFigure.html(durations) : .empty
        return "<h3>Durations</h3>\n<p>\(range)</p>\n\(drawing)"
    }

    private static func failures(_ overview: ReportOverview) -> HTML {
        guard !overview.failures.isEmpty else { return .empty }
        var table = Table([
            .left("reason"), .right("recordings"), .left("for example"), .left("what it was told"),
        ])
        for failure in overview.failures.prefix(rowLimit) {
            table.append([
                "<code>\(failure.code)</code>", "\(failure.count.grouped)",
                .name(failure.exampleID),
                "\(shown(failure.exampleReason, limit: 600))",
            ])
        }
        let rest = Table.rest(of: overview.failures.count, shown: rowLimit, "reason")
        return "<h3>Failures by reason</h3>\n\(table.html)\(rest)"
    }

    private static func settings(_ overview: ReportOverview) -> HTML {
        guard !overview.settings.isEmpty else { return .empty }
        let rows = overview.settings.prefix(100).map { setting -> HTML in
            "<div><dt>\(setting.name)</dt><dd>\(shown(setting.value, limit: 600))</dd></div>\n"
        }
        return """
            <details><summary>All settings of run.json</summary><dl class="settings">
            \(rows)</dl></details>

            """
    }
}
