import EchoModel
import EchoTestSupport
import Foundation
import Testing

/// Memory depends neither on how long recordings are nor on how many there are. The sizes of issue
/// reports, 10 hours in 8 channels and 100,000 recordings, are `Benchmarks/scale.py`.
@Suite(.serialized, .timeLimit(.minutes(20))) struct ScaleTests {
    /// One layer, so that reading is most of the work.
    private static func model(in folder: ScratchFolder) throws -> String {
        let configuration = Configuration(
            embeddingWidth: 64, layerCount: 1, headCount: 1, feedForwardWidth: 64)
        try Weights.synthetic(seed: 1, configuration: configuration)
            .write(to: folder.file("one-layer/model.safetensors"))
        return folder["one-layer"]
    }

    /// Megabytes that `extract --layout parts` holds at most; it has to succeed.
    private static func peak(
        _ folder: ScratchFolder, _ input: String, _ more: String...
    ) throws -> Double {
        let model = try model(in: folder)
        let run = try RunningEchoGPU(
            [
                "extract", "--model", model, "--device", "cpu", "--layout", "parts", "--output",
                folder["out-" + input],
            ] + more + [folder[input]])
        let peak = run.peakByteCount()
        let (end, errors) = (run.end(), try run.standardError)
        #expect(end.status == 0 && !end.isSignal, "\(errors)")
        return Double(peak) / 1e6
    }

    @Test func sixTimesTheLengthTakesNoMoreMemory() throws {
        let folder = try ScratchFolder()
        // Beyond a batch, or the longer one would fill what the shorter one leaves empty.
        for minutes in [4, 24] {
            try SparseWAV.write(
                folder.file("\(minutes).wav"), channels: 8, sampleRate: 48_000,
                seconds: 60 * minutes)
        }
        let (short, long) = (
            try Self.peak(folder, "4.wav", "--batch", "4"),
            try Self.peak(folder, "24.wav", "--batch", "4")
        )
        // The 60 segments that it is longer are 230 MB of samples; what decoders and the allocator hold
        // at the same time varies by 50.
        #expect(short > 10 && long < 1000 && long < short + 115, "\(short) MB, \(long) MB")
    }

    @Test func sixteenTimesAsManyRecordingsTakeTheirNamesMore() throws {
        let folder = try ScratchFolder()
        let signal = ExtractFixtures.signal(seed: 3, sampleCount: 500, sampleRate: 1000)
        let recording = try folder.wav("one.wav", signal, sampleRate: 1000)
        for count in [2000, 32_000] {
            for index in 0..<count {
                try FileManager.default.linkItem(
                    atPath: recording, toPath: folder.file("\(count)/\(index).wav"))
            }
        }
        let (few, many) = (try Self.peak(folder, "2000"), try Self.peak(folder, "32000"))
        // 1 KB a recording, and what the allocator leaves in pieces: 27 MB now and then, as the threads
        // happen to run, with 8,000 recordings as with 32,000.
        #expect(few > 10 && many < few + 30 + 45, "\(few) MB, \(many) MB")
    }
}
