import ArgumentParser
import EchoExtract
import EchoScore

/// Whether recordings are sorted into classes.
struct ClassifyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Find the value of this field by the k nearest recordings, by euclidean distance.",
            discussion: """
                A recording gets the class that most of its --k nearest neighbours have; if \
                several classes have the same number, that of the nearest one. The neighbours come \
                from --bank, or with --loocv or --folds from --test itself. All embeddings are \
                held in memory.
                """,
            valueName: "field"))
    var classify: String?

    @Flag(help: "The bank is --test itself: each recording is compared with all others.")
    var loocv = false

    @Option(
        help: ArgumentHelp(
            "With --classify: parts of --test, each classified by the others, 2 to 1000.",
            valueName: "count"))
    var folds: Int?

    @Option(
        help: ArgumentHelp(
            "With --classify, for channels embedded one by one: fused or side-by-side. (default: fused)",
            discussion: """
                'fused': each channel's distances are z-scored for each query, then averaged, as SIREN \
                does; 'side-by-side': the distance of all channels as one embedding.
                """,
            valueName: "way"))
    var fusion: Classifier.Channels?

    func validate() throws {
        guard fusion == nil || classify != nil else {
            throw ValidationError("--fusion needs --classify.")
        }
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
        var request = ScoreRequest.ClassRequest(
            field: classify, k: k ?? 5,
            split: folds.map { .folds($0) } ?? (loocv ? .leaveOneOut : .bank))
        request.channels = fusion ?? .fused
        return request
    }
}

extension Classifier.Channels: ExpressibleByArgument {}
