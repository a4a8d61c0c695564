import EchoReport
import EchoScore
import EchoStore

/// What a page takes of `metrics.json`.
struct MetricsSummary {
    let metrics: ScoreMetrics

    /// How the scores were made, as far as it was said.
    var settings: [ReportOverview.Setting] {
        let settings = metrics.settings
        let pairs: [(String, String?)] = [
            ("bank", settings.bank.isEmpty ? nil : settings.bank.joined(separator: ", ")),
            ("test", settings.test.joined(separator: ", ")),
            ("bank rows", "\(metrics.counts.bank)"),
            ("test rows", "\(metrics.counts.test)"),
            ("metric", settings.metric),
            ("k", "\(settings.k)"),
            ("aggregate", settings.aggregate),
            ("group by", settings.groupBy.isEmpty ? nil : settings.groupBy.joined(separator: ", ")),
            ("domain", settings.domain),
            ("labels", settings.labels),
            ("quantile of the threshold", settings.quantile.map { "\($0)" }),
            ("protocol", settings.protocol),
            ("year", settings.year.map { "\($0)" }),
            ("model", settings.model),
            ("weights", settings.weightsSHA256),
            ("version", settings.version),
        ]
        return pairs.compactMap { name, value in value.map { .init(name: name, value: $0) } }
    }

    /// Figures over groups: of machines, and of a protocol's year.
    var figures: [ReportOverview.Setting] {
        var figures = metrics.machines.flatMap { machine in
            [("AUC", machine.auc), ("pAUC", machine.pauc)].compactMap { name, value in
                value.map {
                    ReportOverview.Setting(name: "\(machine.name), \(name)", value: Self.text($0))
                }
            }
        }
        if let year = metrics.year {
            let values = [
                ("all", year.score), ("development", year.development),
                ("evaluation", year.evaluation),
            ]
            figures += values.compactMap { name, value in
                value.map {
                    .init(
                        name: "\(year.year), \(name), \(year.mean) mean", value: Self.text($0))
                }
            }
        }
        if let found = metrics.classification {
            let values = [
                ("accuracy of \(found.field), \(found.k) nearest", found.accuracy),
                ("macro F1", found.macroF1),
            ]
            figures += values.compactMap { name, value in
                value.map { .init(name: name, value: Self.text($0)) }
            }
        }
        return figures
    }

    /// The groups of the table with the areas under their curves.
    func groups(_ scan: ScoreScan, in order: [String]) -> [ReportScores.Group] {
        let figures = Dictionary(metrics.groups.map { ($0.name, $0) }) { first, _ in first }
        var groups = order.compactMap { name -> ReportScores.Group? in
            guard let group = scan.groups[name] else { return nil }
            return .init(
                name: name, count: group.count, oddCount: group.hasThreshold ? group.oddCount : nil,
                threshold: group.threshold, auc: figures[name]?.auc, partialAUC: figures[name]?.pauc
            )
        }
        // Figures may be of other groups than banks are, such as of domains.
        let others = metrics.groups.filter {
            scan.groups[$0.name] == nil && $0.auc ?? $0.pauc != nil
        }
        groups += others.map {
            .init(name: $0.name, count: $0.counts.test, auc: $0.auc, partialAUC: $0.pauc)
        }
        return groups
    }

    /// In per cent, as `score` prints it.
    private static func text(_ value: Double) -> String {
        (100 * value).formatted(decimals: 2) + " %"
    }
}
