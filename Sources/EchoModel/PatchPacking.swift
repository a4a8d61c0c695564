import EchoGraph
import EchoInvariant

/// Between a spectrogram `[bins, frames]` and the patches that ``STFT`` would give.
extension STFT.Segment {
    /// Writes a normalised log spectrogram, C order `[bins, frames]`, to its places in `patches`,
    /// `[tokens, 512]`, which start as zeros.
    package func pack(
        _ spectrogram: [Float], into patches: UnsafeMutableBufferPointer<Float>
    ) {
        invariant(spectrogram.count == binCount * frameCount, "not [\(binCount), \(frameCount)]")
        for bin in 0..<binCount {
            for frame in 0..<frameCount {
                patches[patchIndex(bin: bin, frame: frame)] = spectrogram[bin * frameCount + frame]
            }
        }
    }

    /// Reads the spectrogram back, C order `[bins, frames]`.
    package func unpack(_ patches: UnsafeBufferPointer<Float>) -> [Float] {
        (0..<binCount * frameCount).map {
            patches[patchIndex(bin: $0 / frameCount, frame: $0 % frameCount)]
        }
    }

    private func patchIndex(bin: Int, frame: Int) -> Int {
        let (band, row) = place(bin: bin)
        let token = token(band: band, patch: frame / STFT.patchLength)
        return token * STFT.patchElementCount + row * STFT.patchLength + frame % STFT.patchLength
    }
}
