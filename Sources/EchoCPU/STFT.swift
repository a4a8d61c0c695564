import EchoGraph
import Glibc

extension STFT: CPUOperation {
    /// Patches in time that one thread takes at once.
    private static let blockLength = 16

    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let samples = inputs[0].floats
        output.update(repeating: 0, count: tokenCount * Self.patchElementCount)
        let blocks = segments.flatMap { segment in
            stride(from: 0, to: segment.patchCount, by: Self.blockLength).map { first in
                (segment, first..<min(first + Self.blockLength, segment.patchCount))
            }
        }
        concurrently(blocks.count) { index in
            let (segment, patches) = blocks[index]
            let transform = RealTransform(length: segment.windowLength)
            let memory = CPUBackend.Buffer(byteCount: 4 * Self.patchLength * segment.binCount)
            defer { withExtendedLifetime(memory) {} }
            let values = memory.floats(Self.patchLength * segment.binCount)
            for patch in patches {
                let first = patch * Self.patchLength
                let frameCount = min(Self.patchLength, segment.frameCount - first)
                for frame in 0..<frameCount {
                    transform.magnitudes(
                        of: samples + segment.sampleOffset + (first + frame) * segment.hop,
                        to: values + frame * segment.binCount)
                }
                write(values, frameCount, patch, segment, to: output)
            }
        }
    }

    /// Lays normalised logarithms of magnitudes, `[frames, bins]`, out as the patches of all bands at
    /// one place in time.
    private func write(
        _ values: UnsafePointer<Float>, _ frameCount: Int, _ patch: Int, _ segment: Segment,
        to output: UnsafeMutablePointer<Float>
    ) {
        for bin in 0..<segment.binCount {
            let (band, row) = segment.place(bin: bin)
            let token = segment.token(band: band, patch: patch)
            let line = output + token * Self.patchElementCount + row * Self.patchLength
            for frame in 0..<frameCount {
                line[frame] =
                    (logf(values[frame * segment.binCount + bin] + Float(Self.magnitudeFloor))
                        + Float(Self.shift)) / Float(Self.divisor)
            }
        }
    }
}
