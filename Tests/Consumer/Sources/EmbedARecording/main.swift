import EchoExtract

let echo = try Echo(model: .demo)
print("on", echo.deviceName)

/// Embeds a recording and prints the first numbers of its bands and rows.
func show(_ path: String) throws(EchoError) {
    let features = try echo.features(recording: path)
    print("the whole recording:", features.utterance.count, "numbers")

    let bandWidth = echo.configuration.embeddingWidth
    for band in 0..<features.bandCount {
        let values = features.utterance[band * bandWidth..<(band + 1) * bandWidth]
        print("band \(band) begins with", values.prefix(3))
    }

    /// The row of 160 ms that begins at a row's number times 0.16 s.
    func row(_ number: Int) -> ArraySlice<Float> {
        features.segments[number * features.width..<(number + 1) * features.width]
    }
    for number in 0..<min(features.segmentShape[0], 3) {
        print("row \(number) begins with", row(number).prefix(3))
    }
}

do {
    try show(CommandLine.arguments[1])
} catch let error where error.kind == .signal {
    print("this recording has no embedding:", error)
}
