import EchoModel
import EchoStore
import EchoTestSupport
import Testing

import EchoExtract

/// What is not finite is no embedding, whichever way it would go out.
@Suite(.timeLimit(.minutes(20))) struct FiniteValuesTests {
    private static func echo(_ folder: ScratchFolder, on device: TestDevice) throws -> Echo {
        let weights = try Weights.load(path: OverflowingWeights.write(in: folder))
        return Echo([try device.engine(weights)], weights)
    }

    private static let signal = TestEcho.mixture[2]

    @Test(arguments: TestDevice.all)
    func theLibraryRefusesIt(device: TestDevice) throws {
        let folder = try ScratchFolder()
        let echo = try Self.echo(folder, on: device)
        let (samples, rate) = (Self.signal.samples, Self.signal.sampleRate)
        let path = try folder.wav("a.wav", samples, sampleRate: rate)
        let spectrogram = try echo.spectrogram(signal: samples, sampleRate: rate)
        let signal = #expect(throws: EchoError.self) {
            try echo.features(signal: samples, sampleRate: rate)
        }
        let file = #expect(throws: EchoError.self) { try echo.features(recording: path) }
        let image = #expect(throws: EchoError.self) {
            try echo.features(spectrogram: spectrogram, sampleRate: rate)
        }
        for error in [signal, file, image] {
            #expect(error?.kind == .signal && error?.message.contains("not finite") == true)
        }
    }

    @Test(arguments: TestDevice.all, [FolderLayout.files, .parts])
    func folderOfEitherLayoutListItAsFailed(device: TestDevice, layout: FolderLayout) throws {
        let folder = try ScratchFolder()
        let path = try folder.wav(
            "in/a.wav", Self.signal.samples, sampleRate: Self.signal.sampleRate)
        let options = Extraction.Options(
            level: .both, output: folder["out"], storage: OutputOptions(layout: layout))
        let summary = try Extraction(paths: [path], options: options)
            .run(on: Self.echo(folder, on: device))
        #expect(summary.bad.map(\.code) == ["embedding-not-finite"])
        #expect(summary.embeddedCount == 0)
        #expect(try folder.arrays(in: "out") == [])
        let listed = try FailureList.read(folder: folder["out"], shard: .whole)
        #expect(listed.map(\.id) == ["a.wav"])
    }

    /// What float32 holds and float16 does not.
    @Test func valuesBeyondTheTypeOfATableAreNotStored() throws {
        let encoded = Engine.Encoded(
            utterance: [1, -70_000], rows: [0, 0], width: 2, rowCount: 1)
        #expect(encoded.fits(limit: ArrayElement.float32.limit))
        #expect(!encoded.fits(limit: ArrayElement.float16.limit))
        for value in [Float.nan, .infinity, -.infinity] {
            let odd = Engine.Encoded(utterance: [1], rows: [value], width: 1, rowCount: 1)
            #expect(!odd.fits(limit: .greatestFiniteMagnitude))
        }
    }
}
