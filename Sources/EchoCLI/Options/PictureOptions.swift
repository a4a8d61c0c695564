import ArgumentParser
import EchoExtract
import EchoReport

/// How pictures of spectrograms look.
struct PictureOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Pixels, 320 to 20000. (default: 1000)", valueName: "pixels"))
    var width: Int?

    @Option(help: ArgumentHelp("Pixels, 200 to 10000. (default: 480)", valueName: "pixels"))
    var height: Int?

    @Option(help: "What surrounds the spectrogram: light or dark. (default: light)")
    var theme: SpectrogramChart.Theme?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The decibels that the colours span, such as -100:-20. (default: 80 down from the maximum)",
            valueName: "low:high"))
    var levels: LevelRange?

    func validate() throws {
        if let width {
            try OptionRange.require("--width", width, in: SpectrogramChart.Style.widths)
        }
        if let height {
            try OptionRange.require("--height", height, in: SpectrogramChart.Style.heights)
        }
    }

    /// - Throws: ``EchoError`` of kind `usage` if one is given and no picture is written.
    func apply(to options: inout SpectrogramExport.Options) throws(EchoError) {
        let given = [
            ("--width", width != nil), ("--height", height != nil), ("--theme", theme != nil),
            ("--levels", levels != nil),
        ]
        if options.target.format == .npy, let (name, _) = given.first(where: \.1) {
            throw EchoError(
                .usage,
                "\(name) is for pictures, and .npy holds values. Leave it out, or write .png.")
        }
        options.style.width = width ?? options.style.width
        options.style.height = height ?? options.style.height
        options.style.theme = theme ?? options.style.theme
        options.range = levels?.range
    }
}

/// Two numbers of decibels with a colon between them.
struct LevelRange: ExpressibleByArgument {
    let range: ClosedRange<Double>

    init?(argument: String) {
        let ends = argument.split(separator: ":", omittingEmptySubsequences: false).compactMap {
            Double($0)
        }
        guard ends.count == 2, ends.allSatisfy({ abs($0) <= 1000 }), ends[0] < ends[1] else {
            return nil
        }
        range = ends[0]...ends[1]
    }
}

extension SpectrogramChart.Theme: ExpressibleByArgument {}
