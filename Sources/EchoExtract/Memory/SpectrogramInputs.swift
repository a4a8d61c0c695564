import EchoSignal

/// Normalised log spectrograms in memory.
package struct SpectrogramInputs: MemoryInputs {
    /// One of them, whose values fit its shape.
    package struct Entry: Sendable {
        let values: MemoryValues
        let frameCount: Int
        let framing: Framing
    }

    /// Values that are looked at together.
    private static let blockLength = 1 << 14

    private let entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    package var count: Int { entries.count }

    func open(
        _ index: Int
    ) throws(SignalError) -> () throws(SignalError) -> Engine.SpectrogramPiece? {
        let entry = entries[index]
        let name = MemoryName.spectrogram(index, of: count)
        try requireFinite(entry, name)
        let segments = entry.framing.segments(frameCount: entry.frameCount)
        var position = 0
        return { () throws(SignalError) in
            guard position < segments.count else { return nil }
            defer { position += 1 }
            return try piece(segments[position], of: entry, name)
        }
    }

    private func requireFinite(_ entry: Entry, _ name: String) throws(SignalError) {
        var block = [Float](repeating: 0, count: min(Self.blockLength, entry.values.count))
        for start in stride(from: 0, to: entry.values.count, by: Self.blockLength) {
            let end = min(start + Self.blockLength, entry.values.count)
            try copy(start..<end, of: entry, to: &block, at: 0, name)
            guard FiniteValues.fit(block) else {
                let place = block[..<(end - start)].firstIndex { !$0.isFinite } ?? 0
                let (bin, frame) = (start + place).quotientAndRemainder(
                    dividingBy: entry.frameCount)
                throw SignalError(
                    path: name,
                    .notFiniteValue("the value of bin \(bin) in frame \(frame) is \(block[place])"))
            }
        }
    }

    /// The columns of these frames, `[bins, frames]`.
    private func piece(
        _ frames: Range<Int>, of entry: Entry, _ name: String
    ) throws(SignalError) -> Engine.SpectrogramPiece {
        let bins = entry.framing.binCount
        var values = [Float](repeating: 0, count: bins * frames.count)
        for bin in 0..<bins {
            let row = bin * entry.frameCount
            try copy(
                row + frames.lowerBound..<row + frames.upperBound, of: entry, to: &values,
                at: bin * frames.count, name)
        }
        return .init(
            values: values, frameCount: frames.count, sampleRate: entry.framing.sampleRate)
    }

    private func copy(
        _ range: Range<Int>, of entry: Entry, to target: inout [Float], at place: Int,
        _ name: String
    ) throws(SignalError) {
        let isRead = target.withUnsafeMutableBufferPointer {
            entry.values.copy(range, to: $0.extracting(place..<place + range.count))
        }
        guard isRead else { throw SignalError(path: name, .stopped) }
    }
}

extension Echo {
    /// A spectrogram to embed.
    ///
    /// - Throws: ``EchoError`` of kind `signal` if it is none of a signal at `sampleRate`.
    package func entry(
        _ values: MemoryValues, bins: Int, frames: Int, sampleRate: Int, name: String
    ) throws(EchoError) -> SpectrogramInputs.Entry {
        let framing = try framing(sampleRate, name: name)
        let (count, overflows) = bins.multipliedReportingOverflow(by: frames)
        guard bins == framing.binCount, frames > 0, !overflows, values.count == count else {
            throw EchoError(
                .signal,
                """
                \(name): \(values.count) values of shape [\(bins), \(frames)] are not \
                [\(framing.binCount), frames], which \(sampleRate) Hz give. Check the sample rate.
                """)
        }
        return .init(values: values, frameCount: frames, framing: framing)
    }
}
