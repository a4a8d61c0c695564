import EchoExtract

/// Recordings as an asynchronous sequence: those that fail are elements.
func embedRecordings(_ echo: Echo, _ path: String) async throws {
    let missing = path + ".missing"
    let recordings: Recordings = [path, missing, path]
    let embeddings: RecordingEmbeddings = echo.embeddings(
        of: recordings, level: Extraction.Level.both)
    var failures: [RecordingFailure] = []
    var found: [RecordingResult.Embedding] = []
    var loop: RecordingEmbeddings.Iterator = embeddings.makeAsyncIterator()
    while let result: RecordingResult = try await loop.next() {
        switch result.outcome {
        case .success(let embedding): found.append(embedding)
        case .failure(let failure): failures.append(failure)
        }
    }
    let whole = try echo.features(recording: path)
    try require(found.map(\.features) == [whole, whole], "in order, with the same bits")
    try require(failures.map(\.code) == ["missing"], "a recording that fails is an element")
    let summary: RecordingEmbeddings.Summary? = embeddings.summary
    try require(summary?.embeddedCount == 2 && summary?.badCount == 1, "the summary counts them")
}
