enum TDMSFile {
    static func open(
        _ content: SignalContent, _ options: ReadingOptions, sampleRate: Int?
    ) throws(SignalError) -> any SampleSource { throw content.error(.empty) }
}
