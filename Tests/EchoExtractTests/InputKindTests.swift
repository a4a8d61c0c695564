import EchoExtract
import EchoSignal
import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// Inputs that are no plain recordings, through the whole pipeline.
@Suite(.timeLimit(.minutes(20))) struct InputKindTests {
    private static let rate = 8000

    private static func options(
        _ folder: ScratchFolder, _ reading: ReadingOptions = ReadingOptions(),
        level: Extraction.Level = .both
    ) -> Extraction.Options {
        var options = Extraction.Options(level: level, batchSize: 3, output: folder["out"])
        options.reading = reading
        return options
    }

    private static func signal(_ seed: UInt64, seconds: Double = 1) -> [Float] {
        ExtractFixtures.signal(
            seed: seed, sampleCount: Int(seconds * Double(rate)), sampleRate: rate)
    }

    /// Two segments a channel; rows and utterance of the channels, side by side.
    @Test func concatenatedChannelsAreTheChannelsSideBySide() throws {
        let folder = try ScratchFolder()
        let channels = [1, 2, 3].map { Self.signal($0, seconds: 25) }
        let interleaved = channels[0].indices.flatMap { index in channels.map { $0[index] } }
        let path = try folder.wav("a.wav", interleaved, channels: 3, sampleRate: Self.rate)
        let echo = try TestEcho.onCPU()
        let alone = try channels.map {
            try echo.features(signal: $0, sampleRate: Self.rate)
        }
        let reading = ReadingOptions(channels: .concatenate)
        let summary = try Extraction(
            InputSelection(arguments: [path]), options: Self.options(folder, reading)
        ).run(on: echo)
        #expect(summary.badCount == 0)
        let utterance = try NPYFile.read(folder["out/a.wav.utterance.npy"])
        #expect(utterance.floats == alone.flatMap(\.utterance))
        let rows = try NPYFile.read(folder["out/a.wav.segment.npy"])
        let (count, width) = (alone[0].segmentShape[0], alone[0].width)
        #expect(rows.shape == [count, 3 * width])
        let expected = (0..<count).flatMap { row in
            alone.flatMap { $0.segments[row * width..<(row + 1) * width] }
        }
        #expect(rows.floats == expected)
        let features = try echo.features(recording: path, reading: reading)
        #expect(features.utterance == utterance.floats)
        #expect(features.segments == expected)
        #expect(features.segmentShape == rows.shape)
    }

    @Test func eachIsNotOneEmbedding() throws {
        let folder = try ScratchFolder()
        let path = try folder.wav("a.wav", Self.signal(1), sampleRate: Self.rate)
        let error = #expect(throws: EchoError.self) {
            try TestEcho.onCPU().features(
                recording: path, reading: ReadingOptions(channels: .each))
        }
        #expect(error?.kind == .usage)
    }

    /// Members are decoded by several threads, and each is what it is as a file.
    @Test func membersOfAnArchiveAreEmbeddedAsFilesAre() throws {
        let folder = try ScratchFolder()
        let signals = (0..<12).map { Self.signal(UInt64($0)) }
        for (index, signal) in signals.enumerated() {
            try folder.wav("in/\(index).wav", signal, sampleRate: Self.rate)
        }
        try folder.text("in/bad.wav", "no recording")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tar", "-czf", folder["x.tar.gz"], "-C", folder["in"], "."]
        try process.run()
        process.waitUntilExit()
        let echo = try TestEcho.onCPU()
        let summary = try Extraction(
            InputSelection(arguments: [folder["x.tar.gz"]]),
            options: Self.options(folder, level: .both)
        ).run(on: echo)
        #expect(summary.embeddedCount == 12)
        #expect(summary.bad.map(\.path) == [folder["x.tar.gz"] + "/bad.wav"])
        for (index, signal) in signals.enumerated() {
            let expected = try echo.features(signal: signal, sampleRate: Self.rate)
            let found = try NPYFile.read(folder["out/x.tar.gz/\(index).wav.utterance.npy"])
            #expect(found.floats == expected.utterance)
        }
    }

    /// A manifest's parts, channels and rates hold for one input each.
    @Test func whatAManifestSaysHoldsForItsRow() throws {
        let folder = try ScratchFolder()
        let (left, right) = (Self.signal(1, seconds: 2), Self.signal(2, seconds: 2))
        let stereo = left.indices.flatMap { [left[$0], right[$0]] }
        try folder.wav("a.wav", stereo, channels: 2, sampleRate: Self.rate)
        let raw = left.map { "\($0)\n" }.joined()
        try folder.text("b.txt", raw)
        let list = try folder.text(
            "list.csv",
            """
            path,id,channel,start,end,sample_rate
            a.wav,one,1,0.5,1.5,
            a.wav,two,first,,1,8000
            b.txt,three,,,,8000
            b.txt,four,,,,
            """)
        let echo = try TestEcho.onCPU()
        let summary = try Extraction(
            InputSelection(manifest: list), options: Self.options(folder, level: .both)
        ).run(on: echo)
        #expect(summary.bad.map(\.path) == [folder["b.txt"]])
        #expect(summary.bad.first?.reason.contains("--sample-rate") == true)
        let parts = [
            ("one", Array(right[4000..<12_000])), ("two", Array(left[..<8000])), ("three", left),
        ]
        for (id, signal) in parts {
            let expected = try echo.features(signal: signal, sampleRate: Self.rate)
            let found = try NPYFile.read(folder["out/\(id).utterance.npy"])
            #expect(found.floats == expected.utterance, "\(id)")
        }
    }
}
