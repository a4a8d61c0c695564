import EchoExtract

/// Recordings on disk, and how they are read.
func readRecordings(_ echo: Echo, _ path: String) throws {
    let plain = try echo.features(recording: path)
    let text = CSVOptions(
        columns: ["ax"], timeColumn: "t", rateFromTime: CSVOptions.TimeUnit.ms,
        delimiter: CSVOptions.Delimiter(rawValue: ";"), decimal: CSVOptions.DecimalMark.comma)
    let arrays = ArrayOptions(timeAxis: 0, integerScale: ArrayOptions.IntegerScale.counts)
    let raw = RawFormat("f32le:25600:1")
    try require(raw?.channelCount == 1, "a raw format is read")
    // What is said of other kinds of files changes nothing about a recording with a header.
    let reading = ReadingOptions(
        channels: ChannelMode.first, csv: text, raw: raw, arrays: arrays)
    let features = try echo.features(recording: path, reading: reading)
    try require(features == plain, "a recording of one channel is read the same")
    do {
        _ = try echo.features(recording: path, reading: ReadingOptions(channels: .each))
        throw EchoError(.data, "channels one by one gave one embedding")
    } catch let error as EchoError where error.kind == EchoError.Kind.usage {
        // As documented.
    }
}
