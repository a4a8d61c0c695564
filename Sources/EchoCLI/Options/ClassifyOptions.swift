import ArgumentParser
import EchoExtract

/// Whether recordings are sorted into classes.
struct ClassifyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Tell the value of this field from the k nearest recordings, by euclidean distance.",
            discussion: """
                The class that most of the --k nearest have, of equally many that of the nearest. The \
                neighbours come from --bank, or with --loocv or --folds from --test itself. Where \
                channels are embedded one by one, distances are z-scored for each query and channel, \
                then averaged.
                """,
            valueName: "field"))
    var classify: String?

    @Flag(help: "The bank is --test itself: each recording is held against all others.")
    var loocv = false

    @Option(
        help: ArgumentHelp(
            "With --classify: parts of --test, each told from the others, 2 to 1000.",
            valueName: "count"))
    var folds: Int?

    func validate() throws {
        guard !loocv || folds == nil else {
            throw ValidationError(
                "--loocv and --folds both say what the bank is: leave one of them out.")
        }
        if let folds {
            try OptionRange.require("--folds", folds, in: 2...1000)
            guard classify != nil else { throw ValidationError("--folds needs --classify.") }
        }
    }

    func request(k: Int?) -> ScoreRequest.ClassRequest? {
        guard let classify else { return nil }
        return .init(
            field: classify, k: k ?? 5,
            split: folds.map { .folds($0) } ?? (loocv ? .leaveOneOut : .bank))
    }
}
