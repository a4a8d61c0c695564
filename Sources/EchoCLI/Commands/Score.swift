import ArgumentParser
import EchoExtract
import EchoScore

/// `echo-gpu score`: how far recordings lie from normal ones.
struct Score: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Scores recordings by their distance to normal ones, or classifies them.",
        discussion: """
            A score is the distance of a recording's embedding to the nearest one of the bank: \
            recordings that are known to be normal. The larger it is, the odder the recording. If \
            there are labels, AUC and pAUC (false positive rates up to 0.1) are given. A threshold \
            is given in any case: a quantile of the scores that the bank's recordings have among \
            themselves. A score above it is odd.

            --output writes metrics.json, and scores.csv with a line for each recording and the \
            nearest ones of the bank; docs/scores.md describes both. The table of groups goes to \
            standard output.

            EXAMPLES
              What is odd in today's recordings?
                echo-gpu score --bank healthy --test today --output scores
              Which recordings of a folder are unlike all others?
                echo-gpu score --test archive --loocv --output scores
              One bank for each machine, labels from names such as fan_normal_01.wav:
                echo-gpu score --bank train --test test --group-by machine --labels label \\
                    --pattern '(?<machine>[a-z]+)_(?<label>[a-z]+)_'
              A DCASE tree, embedded into one folder, by the official evaluator's rules:
                echo-gpu score --protocol dcase --year 2023 --bank out --test out
              Faults by their five nearest neighbours:
                echo-gpu score --classify fault --test cwru --loocv
              A machine over weeks: since when do its sensors differ from the first seven days?
                echo-gpu score --baseline 7d --test archive --output scores
            """)

    @OptionGroup(title: "Recordings") var inputs: ScoreInputOptions
    @OptionGroup(title: "Scores") var scoring: ScoringOptions
    @OptionGroup(title: "Classes") var classes: ClassifyOptions
    @OptionGroup(title: "Time") var trend: TrendOptions
    @OptionGroup var device: DeviceOption

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Folder for scores.csv and metrics.json; made if missing.", valueName: "folder"))
    var output: String?

    @Flag(help: "Print metrics.json instead of tables.")
    var json = false

    @OptionGroup(title: "Recordings that are embedded first") var signals: SignalOptions

    @OptionGroup(title: "Messages") var log: LogOptions

    func validate() throws {
        if trend.baseline != nil { try validateTrend() }
        let findsItsBank = classes.loocv || classes.folds != nil || trend.baseline != nil
        guard findsItsBank == inputs.bank.isEmpty else {
            throw ValidationError(
                findsItsBank
                    ? "--bank, and --loocv or --folds, both say what recordings are held against: "
                        + "leave one of them out."
                    : "echo-gpu score needs --bank <folder>: what is normal. With --loocv each "
                        + "recording of --test is held against the others.")
        }
        guard !findsItsBank || inputs.bankWhere.isEmpty else {
            throw ValidationError("--bank-where needs --bank.")
        }
        if classes.classify != nil { try validateClasses() }
    }

    private func validateClasses() throws {
        let others = [
            ("--group-by", scoring.groupBy != nil), ("--domain", scoring.domain != nil),
            ("--aggregate", scoring.aggregate != nil), ("--labels", scoring.labels != nil),
            ("--quantile", scoring.quantile != nil), ("--protocol", scoring.rules != nil),
            ("--nearest", scoring.nearest != nil),
            ("--metric cosine", scoring.metric == .cosine),
        ]
        if let (name, _) = others.first(where: \.1) {
            throw ValidationError("--classify has no use for \(name): leave one of them out.")
        }
    }

    private func validateTrend() throws {
        let others = [
            ("--bank", !inputs.bank.isEmpty), ("--loocv", classes.loocv),
            ("--classify", classes.classify != nil), ("--protocol", scoring.rules != nil),
            ("--domain", scoring.domain != nil), ("--labels", scoring.labels != nil),
            ("--quantile", scoring.quantile != nil),
        ]
        if let (name, _) = others.first(where: \.1) {
            throw ValidationError(
                "--baseline has no use for \(name): the bank is the time before, and the limit follows "
                    + "from it. Leave one of them out.")
        }
    }

    private var request: ScoreRequest {
        var request = ScoreRequest(
            bank: .init(inputs.bank, conditions: inputs.bankWhere),
            test: .init(inputs.test, conditions: inputs.testWhere))
        request.leavesOneOut = classes.loocv
        (request.options, request.challenge) = (scoring.options, scoring.challenge)
        (request.pattern, request.tables) = (inputs.pattern, inputs.fieldsFrom)
        request.classes = classes.request(k: scoring.k)
        (request.time, request.trend) = (trend.choice, trend.settings)
        request.embedding = inputs.embedding(device: device.name)
        request.embedding.signals = signals.reading
        return request
    }

    func run() throws {
        var foundBad = false
        // Nothing is half done where it ends: files appear whole.
        _ = StopSignals()
        try ExitStatus.reporting(log) { () throws(EchoError) in
            let report = ScoreProgressReport(console: .standard)
            defer { report.end() }
            let outcome = try ScoreRun(
                request, output: output, logger: ConsoleLogHandler.logger(),
                progress: report.show
            ).run()
            report.end()
            for warning in outcome.metrics.warnings {
                ConsoleLogHandler.logger().warning("\(warning)")
            }
            if json {
                try StandardOutput.write(json: outcome.metrics)
            } else {
                try StandardOutput.write(ScoreReport.lines(outcome.metrics, output: output))
            }
            foundBad = outcome.failedCount > 0
        }
        if foundBad { throw ExitStatus.someRecordingsBad }
    }
}
