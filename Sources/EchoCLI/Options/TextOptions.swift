import ArgumentParser
import EchoSignal

/// How text files are read.
struct TextOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Read files as text, whatever their names are.",
            discussion: """
                Takes every file whose ending belongs to no other reader, named or found in \
                folders and tar files. Recordings (.wav, .flac, ...), .npy, .mat and tar files are \
                read as usual. Without this option, .csv, .tsv and .txt are text.
                """))
    var text = false

    @Option(
        name: .customLong("csv-columns"),
        help: ArgumentHelp(
            "Columns of text files that are channels: names, or numbers from 0.",
            discussion: """
                Without this option, all columns of numbers, except those that count time or rows: \
                the timestamp column, and every column that rises or falls by equal steps from the \
                first row to the last. The line in the manifest says which columns were used.
                """,
            valueName: "a,b,..."))
    var csvColumns: ColumnList?

    @Option(
        name: .customLong("csv-time"),
        help: ArgumentHelp(
            "The timestamp column of text files, which is not a channel; or 'none'.",
            discussion: """
                Without this option, a column called time, timestamp, t, Zeit or X_Value, or a \
                column with equal steps. With 'none' every column of numbers is a channel.
                """,
            valueName: "column"))
    var csvTime: String?

    @Option(
        name: .customLong("csv-rate"),
        help: ArgumentHelp(
            "Take the sample rate of text files from timestamps in s, ms, us or ns.",
            discussion: """
                The whole column must have equal steps. The rate is the most common or roundest \
                one that its digits allow. A gap, or a timestamp that is repeated or goes back, is \
                an error. This rate goes before --sample-rate, which then is for other files. If a list \
                says another sample_rate, the recording is refused.
                """))
    var csvRate: CSVOptions.TimeUnit?

    @Option(
        name: .customLong("csv-delimiter"),
        help: ArgumentHelp(
            "What separates the fields of text files: one character, tab or blanks.",
            discussion: """
                Without this option, a tab, semicolon, comma or blanks, whichever gives columns of \
                numbers. 'blanks' means any number of spaces and tabs.
                """,
            valueName: "character"))
    var csvDelimiter: CSVOptions.Delimiter?

    @Option(
        name: .customLong("csv-decimal"),
        help: ArgumentHelp(
            "The decimal mark of text files: . or ,",
            discussion: """
                Without this option, the one that gives numbers; if both do, as in 0,1234, the file is refused.
                """,
            valueName: "mark"))
    var csvDecimal: CSVOptions.DecimalMark?

    @Option(
        name: .customLong("csv-skip"),
        help: ArgumentHelp(
            "Lines to leave out at the start of text files, empty ones included.",
            discussion: """
                Without this option, lines above the columns are left out if they are clearly not \
                numbers: with a note, or without one if they begin with # or %, as comments do. Names \
                and units of columns are not such lines.
                """,
            valueName: "lines"))
    var csvSkip = 0

    func validate() throws {
        guard csvSkip >= 0 else {
            throw ValidationError("--csv-skip takes 0 or more, not \(csvSkip).")
        }
    }

    var csv: CSVOptions {
        CSVOptions(
            columns: csvColumns?.names, timeColumn: csvTime, rateFromTime: csvRate,
            delimiter: csvDelimiter, decimal: csvDecimal, skip: csvSkip)
    }
}

/// Names with commas between them.
struct ColumnList: ExpressibleByArgument {
    let names: [String]

    init?(argument: String) {
        names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if names.contains("") { return nil }
    }
}

extension CSVOptions.TimeUnit: ExpressibleByArgument {}
extension CSVOptions.DecimalMark: ExpressibleByArgument {}
extension CSVOptions.Delimiter: ExpressibleByArgument {}
