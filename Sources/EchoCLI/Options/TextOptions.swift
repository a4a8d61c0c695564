import ArgumentParser
import EchoSignal

/// How text files are read.
struct TextOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Read files as text, whatever they are called.",
            discussion: """
                Every file is taken, named or found in folders and tar files, whose ending belongs to \
                no other reader: not those of recordings (.wav, .flac, ...), .npy, .mat and tar files, \
                which are read as ever. Without it, .csv, .tsv and .txt are text.
                """))
    var text = false

    @Option(
        name: .customLong("csv-columns"),
        help: ArgumentHelp(
            "Columns of text files that are channels: names, or numbers from 0.",
            discussion: """
                Without it, all columns of numbers but those that count time or rows: the timestamp \
                column, and each that rises, or falls, by even steps from the first row to the last. \
                The manifest's line says which columns were used.
                """,
            valueName: "a,b,..."))
    var csvColumns: ColumnList?

    @Option(
        name: .customLong("csv-time"),
        help: ArgumentHelp(
            "The timestamp column of text files, which is no channel, or 'none'.",
            discussion: """
                Without it, a column called time, timestamp, t, Zeit or X_Value, or one of even steps. \
                With 'none' every column of numbers is a channel.
                """,
            valueName: "column"))
    var csvTime: String?

    @Option(
        name: .customLong("csv-rate"),
        help: ArgumentHelp(
            "Take the sample rate of text files from timestamps in s, ms, us or ns.",
            discussion: """
                The whole column must be even; the rate is the most common or roundest one that its \
                digits allow. A gap, or a timestamp that is repeated or goes back, is an error.
                """))
    var csvRate: CSVOptions.TimeUnit?

    @Option(
        name: .customLong("csv-delimiter"),
        help: ArgumentHelp(
            "What parts the fields of text files: one character, tab or blanks.",
            discussion: """
                Without it, a tab, semicolon, comma or blanks, whichever makes columns of numbers. \
                'blanks' are any number of spaces and tabs.
                """,
            valueName: "character"))
    var csvDelimiter: CSVOptions.Delimiter?

    @Option(
        name: .customLong("csv-decimal"),
        help: ArgumentHelp(
            "The decimal mark of text files: . or ,",
            discussion: """
                Without it, the one that makes numbers; where both do, as in 0,1234, the file is refused.
                """,
            valueName: "mark"))
    var csvDecimal: CSVOptions.DecimalMark?

    @Option(
        name: .customLong("csv-skip"),
        help: ArgumentHelp(
            "Lines at the start of text files that are left out, empty ones too.",
            discussion: """
                Without it, lines above the columns are left out where they are plainly no numbers, with \
                a note; names and units of columns are no such lines.
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
