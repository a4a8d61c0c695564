import EchoExtract

/// Signals in memory: their shapes, embeddings and spectrograms.
func embedSignals(_ echo: Echo) throws {
    let signal = Signal(
        samples: (0..<32_000).map { Float($0 % 320) / 320 - 0.5 }, sampleRate: 16_000)
    let size: Configuration = echo.configuration
    let shape: EmbeddingShape = try echo.shape(
        sampleCount: signal.samples.count, sampleRate: signal.sampleRate)
    try require(shape.width == shape.bandCount * size.embeddingWidth, "width is N*D")

    let alone: Features = try echo.features(
        signal: signal.samples, sampleRate: signal.sampleRate)
    let together = try echo.features(batch: [signal, signal], batchSize: 2) { done, total in
        done <= total
    }
    try require(together == [alone, alone], "a batch gives what each signal gives alone")
    try require(alone.utterance.count == shape.width, "utterance is [N*D]")
    try require(
        alone.segmentShape == Shape([shape.rowCount, shape.width]), "segments are [T, N*D]")

    let spectrogram: Spectrogram = try echo.spectrogram(
        signal: signal.samples, sampleRate: signal.sampleRate)
    try require(spectrogram.shape == [shape.binCount, shape.frameCount], "[bins, frames]")
    let again = try echo.features(spectrogram: spectrogram, sampleRate: signal.sampleRate)
    try require(
        again.segmentShape == alone.segmentShape, "upstream's two steps give the same shape")
}
