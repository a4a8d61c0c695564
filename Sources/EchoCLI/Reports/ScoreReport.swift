import EchoFormats
import EchoScore

/// What `score` prints: tables of groups and machines, and sentences.
enum ScoreReport {
    static func lines(_ metrics: ScoreMetrics, output: String?) -> [String] {
        var lines: [String] = []
        if let classification = metrics.classification {
            lines += self.classification(classification)
        } else if let trend = metrics.trend {
            lines += TrendReport.lines(trend, metrics)
        } else {
            lines += groups(metrics)
            if metrics.machines.count > 1 { lines += machines(metrics) }
            if let year = metrics.year { lines += self.year(year) }
            lines += sentences(metrics)
        }
        if let output {
            let folder = output.asFolderPrefix
            let table = metrics.classification == nil ? ScoreTable.fileName : ClassTable.fileName
            lines.append("Written: \(folder)\(table), \(folder)\(ScoreMetrics.fileName).")
        }
        return lines
    }

    private static func groups(_ metrics: ScoreMetrics) -> [String] {
        let hasLabels = metrics.settings.labels != nil
        var columns: [TextTable.Column] = [.left("group"), .right("bank"), .right("test")]
        if hasLabels { columns += [.right("normal"), .right("anomalous")] }
        columns += [.right("threshold"), .right("odd")]
        if hasLabels {
            columns += [.right("hits"), .right("false alarms"), .right("AUC"), .right("pAUC")]
        }
        var table = TextTable(columns)
        for group in metrics.groups {
            let counts = group.counts
            // Groups of figures alone have no bank of their own.
            var cells = [
                group.name.isEmpty ? "all" : group.name, counts.bank == 0 ? "" : "\(counts.bank)",
                "\(counts.test)",
            ]
            if hasLabels { cells += [text(counts.normal), text(counts.anomalous)] }
            cells += [
                group.threshold?.formatted(significantDigits: 4) ?? "", text(counts.odd),
            ]
            if hasLabels {
                cells += [
                    text(counts.hits), text(counts.falseAlarms), percent(group.auc),
                    percent(group.pauc),
                ]
            }
            table.append(cells)
        }
        return table.lines
    }

    private static func machines(_ metrics: ScoreMetrics) -> [String] {
        var table = TextTable([
            .left("machine (\(metrics.machines[0].mean) mean)"), .right("groups"), .right("AUC"),
            .right("pAUC"),
        ])
        for machine in metrics.machines {
            table.append([
                machine.name, "\(machine.groupCount)", percent(machine.auc), percent(machine.pauc),
            ])
        }
        return [""] + table.lines
    }

    private static func year(_ year: ScoreMetrics.Year) -> [String] {
        let parts = [
            ("development", year.development), ("evaluation", year.evaluation),
        ].compactMap { name, value in value.map { "\(name) \(percent($0))" } }
        let score = year.score.map { percent($0) } ?? "none"
        let details = parts.isEmpty ? "" : " (" + parts.joined(separator: ", ") + ")"
        return ["", "\(year.year), \(year.mean) mean in percent: \(score)\(details)"]
    }

    private static func sentences(_ metrics: ScoreMetrics) -> [String] {
        let (counts, settings) = (metrics.counts, metrics.settings)
        let bank =
            settings.bank.isEmpty
            ? "against each other" : "against \(counts.bank) of the bank"
        var lines = [
            "Scored \(counts.test.counted("recording")) \(bank), by \(settings.metric) distance."
        ]
        let failed =
            (counts.testFailed ?? 0)
            + (settings.bank == settings.test || settings.bank.isEmpty
                ? 0 : counts.bankFailed ?? 0)
        if failed > 0 {
            lines.append("\(failed.counted("recording")) could not be embedded: not scored.")
        }
        if let odd = counts.odd, let quantile = settings.quantile {
            lines.append(
                "\(odd) \(odd == 1 ? "is" : "are") odd: above what \((100 * quantile).formatted(significantDigits: 6)) % of the bank's "
                    + "own recordings have.")
        }
        return lines
    }

    // MARK: Classes

    private static func classification(_ result: ScoreMetrics.Classification) -> [String] {
        var table = TextTable(
            [.left("\(result.field), told as")] + result.classes.map { .right($0) })
        for (name, counts) in zip(result.classes, result.confusion) {
            table.append([name] + counts.map { "\($0)" })
        }
        let split =
            switch result.split {
            case "loocv": "each from all others"
            case "folds": "in \(result.folds ?? 0) folds"
            default: "from the bank"
            }
        let channels = result.channels.map { ", \($0) channels \(result.fusion ?? "")" } ?? ""
        return table.lines + [
            "Told the \(result.field) of \(result.count.counted("recording")) \(split) "
                + "by \(result.k.counted("neighbour"))\(channels): "
                + "accuracy \(percent(result.accuracy)) %, macro F1 \(percent(result.macroF1)) %."
        ]
    }

    // MARK: Cells

    private static func text(_ count: Int?) -> String { count.map { "\($0)" } ?? "" }

    private static func percent(_ share: Double?) -> String {
        share.map { (100 * $0).formatted(decimals: 2) } ?? ""
    }
}
