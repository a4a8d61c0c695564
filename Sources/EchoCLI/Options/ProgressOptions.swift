import ArgumentParser

/// How `extract` shows how far it is.
struct ProgressOptions: ParsableArguments {
    /// What stderr shows.
    enum Style: String, CaseIterable, ExpressibleByArgument {
        case auto, none, bar, plain, json
    }

    @Option(
        help: ArgumentHelp(
            "How progress is shown on stderr: auto, none, bar, plain or json.",
            discussion: """
                'bar' is one line, drawn again each second; 'plain' a line every 10 s; 'json' an object a \
                second, one a line, and one at the end (docs/operate.md has its members). 'auto' takes bar \
                on a terminal, plain elsewhere, and none with --quiet.
                """,
            valueName: "style"))
    var progress = Style.auto

    @Option(
        help: ArgumentHelp(
            "Write progress to this file as Prometheus metrics, every 5 s and at the end.",
            discussion: """
                For the textfile collector of node_exporter: a name that ends in .prom, in its folder. The \
                file is replaced as a whole. When the run has failed or was stopped it says so. Give each \
                process a file of its own.
                """,
            valueName: "file"))
    var metricsFile: String?
}
