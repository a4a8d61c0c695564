import EchoExtract
import EchoFormats
import EchoVerify

/// A tuning as a table, and as JSON.
struct TuningReport: Encodable {
    /// A row of the table.
    struct Row: Encodable {
        let stage: String
        let tiles: String
        let maximumError: Double?
        let gflops: Double?
        /// `best`, `slower`, `too close`, `rejected` or `given up`.
        let verdict: String
        /// Why it was rejected or given up.
        let reason: String?
    }

    let device: String
    let family: String
    /// `fp32` or `fp16`.
    let precision: String
    /// The best of all stages, every size of the family.
    let tiles: String
    let trials: [Row]
    /// The file that keeps the choice; nil if nothing was to be kept.
    let file: String?

    init(_ tuning: Tuning, _ tuner: DeviceTuner, isDryRun: Bool) {
        device = tuner.deviceName
        family = tuner.family.rawValue
        precision = tuner.precision.rawValue
        tiles = tuning.tiling.description(tuning.family)
        trials = tuning.trials.map { Row($0, tuning) }
        file = isDryRun ? nil : tuner.path
    }

    var table: [String] {
        var table = TextTable([
            .left("stage"), .left("tiles"), .right("max error"), .right("GFLOP/s"),
            .left("verdict"),
        ])
        for row in trials {
            table.append([
                row.stage, row.tiles, row.maximumError?.formattedAsPower(decimals: 1) ?? "",
                row.gflops?.formatted(decimals: 1) ?? "", row.verdict + row.shortReason,
            ])
        }
        return table.lines
    }

    var conclusion: String {
        let count = trials.count { $0.verdict == "given up" }
        return (count > 0 ? "\(count) of \(trials.count) were given up. " : "") + "Best: \(tiles). "
            + (file.map { "Kept in \($0)." } ?? "Nothing was kept: this was a dry run.")
    }
}

extension TuningReport.Row {
    init(_ trial: Tuning.Trial, _ tuning: Tuning) {
        stage = trial.stage.rawValue
        tiles = trial.stage.description(of: trial.tiling, tuning.family)
        maximumError = trial.maximumError
        gflops = trial.speed.map { $0 / 1e9 }
        reason = trial.rejection
        verdict =
            switch trial.verdict {
            case .best: "best"
            case .slower: "slower"
            case .tooClose: "too close"
            case .rejected: "rejected"
            case .givenUp: "given up"
            }
    }

    /// The start of the reason: a compiler's log has many lines.
    fileprivate var shortReason: String {
        guard let line = reason?.split(separator: "\n").first else { return "" }
        return ": " + (line.count > 100 ? line.prefix(100) + "..." : line)
    }
}
