import ArgumentParser
import EchoExtract
import EchoFormats
import EchoScore

/// When recordings were made, and whether scores are followed over time.
struct TrendOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The field that says when a recording was made; or modified, or order.",
            discussion: """
                ISO 8601 with a zone (UTC if there is none), a date, or Unix time. Without this \
                option, the date in the recording's name, year first (2024-05-01, 20240501_120000, \
                2004.02.12.10.32.39), or else when its file was changed; the output says which was \
                used. 'modified' takes the file's time for all recordings. 'order' takes no time, \
                but the order of the names: 2.csv before 10.csv.
                """,
            valueName: "field"))
    var time: String?

    @Option(
        help: ArgumentHelp(
            "Follow each sensor over time: which recordings show it when nothing was wrong.",
            discussion: """
                20: the first 20 of each sensor. 7d (36h, 2w): the first 7 days of each sensor. \
                2024-01-01..2024-01-14: these days, the last one included. A sensor is a channel \
                of a --group-by group. The baseline is the bank: its own recordings are scored \
                against each other, later ones against all of them. At least 5 recordings; with \
                fewer than 20, false alarms are more likely.
                """,
            valueName: "count|time|range"),
        transform: { try Baseline($0) })
    var baseline: Baseline?

    @Option(
        help: ArgumentHelp(
            "What counts as leaving the baseline's band: sigma or cusum. (default: sigma)",
            discussion: """
                sigma: --run-length recordings in a row are more than --sigmas deviations above \
                the baseline's centre. cusum: how far scores are above centre + --slack deviations \
                is added up, never below 0, and reaches more than --decision deviations. It finds \
                small changes that last.
                """))
    var rule: TrendRuleName?

    @Option(help: ArgumentHelp("Deviations of --rule sigma. (default: 3)", valueName: "number"))
    var sigmas: Double?

    @Option(
        help: ArgumentHelp(
            "Recordings in a row of --rule sigma, 1 to 10000. (default: 3)",
            discussion: """
                With a baseline of 20 and skewed scores, as distances are, 1 healthy sensor in 500 \
                raises a false alarm within 100 recordings; with a run length of 1, 2 sensors in 3 \
                do.
                """,
            valueName: "count"))
    var runLength: Int?

    @Option(help: ArgumentHelp("Deviations of --rule cusum. (default: 1)", valueName: "number"))
    var slack: Double?

    @Option(help: ArgumentHelp("Deviations of --rule cusum. (default: 10)", valueName: "number"))
    var decision: Double?

    @Option(
        help: ArgumentHelp(
            "The baseline's centre and deviation: mean or median. (default: mean)",
            discussion: """
                'median' takes the median and 1.4826 times the median distance from it. Extreme \
                recordings in the baseline then do no harm, but with few recordings it is less \
                certain.
                """))
    var spread: Band.Spread?

    func validate() throws {
        let constants = [
            ("--rule", rule != nil), ("--sigmas", sigmas != nil),
            ("--run-length", runLength != nil), ("--slack", slack != nil),
            ("--decision", decision != nil), ("--spread", spread != nil),
        ]
        if baseline == nil, let (name, _) = constants.first(where: \.1) {
            throw ValidationError("\(name) needs --baseline, the time before.")
        }
        let others =
            rule == .cusum
            ? [("--sigmas", sigmas != nil), ("--run-length", runLength != nil)]
            : [("--slack", slack != nil), ("--decision", decision != nil)]
        if let (name, _) = others.first(where: \.1) {
            throw ValidationError(
                "\(name) is a constant of --rule \(rule == .cusum ? "sigma" : "cusum"), and the rule is "
                    + "\((rule ?? .sigma).rawValue).")
        }
        if let runLength {
            try OptionRange.require("--run-length", runLength, in: TrendRule.runs)
        }
        for (name, value) in [("--sigmas", sigmas), ("--slack", slack), ("--decision", decision)] {
            guard let value, !TrendRule.deviations.contains(value) else { continue }
            throw ValidationError("\(name) takes 0 to 1000 deviations, not \(value).")
        }
        if time == "order", baseline?.needsTimes == true {
            throw ValidationError(
                "--time order gives no times, and a time or a range of --baseline needs some: give a "
                    + "number of recordings.")
        }
    }

    var choice: TimeChoice { TimeChoice(time) }

    /// Nil if no trend is asked for.
    var settings: TrendSettings? {
        guard let baseline else { return nil }
        let rule: TrendRule =
            switch rule ?? .sigma {
            case .sigma: .sigma(limit: sigmas ?? 3, run: runLength ?? 3)
            case .cusum: .cusum(slack: slack ?? 1, decision: decision ?? 10)
            }
        return TrendSettings(baseline: baseline, rule: rule, spread: spread ?? .mean)
    }
}

enum TrendRuleName: String, CaseIterable, ExpressibleByArgument {
    case sigma, cusum
}

extension Band.Spread: ExpressibleByArgument {}
