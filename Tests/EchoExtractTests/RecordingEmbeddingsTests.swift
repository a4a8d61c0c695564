import EchoTestSupport
import Foundation
import Testing

import EchoExtract

@Suite(.timeLimit(.minutes(20))) struct RecordingEmbeddingsTests {
    /// The mixture as recordings: `0.wav`, `1.wav`, ...
    private static func mixture() throws -> (ScratchFolder, [String]) {
        let folder = try ScratchFolder()
        let paths = try TestEcho.mixture.enumerated().map { index, signal in
            try folder.wav("\(index).wav", signal.samples, sampleRate: signal.sampleRate)
        }
        return (folder, paths)
    }

    @Test(arguments: TestDevice.all)
    func resultsComeInOrderWithTheBitsOfEachAlone(device: TestDevice) async throws {
        let (folder, paths) = try Self.mixture()
        defer { withExtendedLifetime(folder) {} }
        let echo = try TestEcho.on(device)
        let embeddings = echo.embeddings(of: .paths(paths), level: .both, batchSize: 3)
        var results: [RecordingResult] = []
        for try await result in embeddings { results.append(result) }
        #expect(results.map(\.path) == paths)
        #expect(results.map(\.inputIndex) == Array(paths.indices))
        for (result, path) in zip(results, paths) {
            let embedding = try result.outcome.get()
            #expect(try embedding.features == echo.features(recording: path))
        }
        #expect(embeddings.summary?.embeddedCount == paths.count)
        #expect(embeddings.recordingCount == paths.count)
    }

    @Test func oneThatFailsIsAnElementAndEndsNothing() async throws {
        let (folder, paths) = try Self.mixture()
        let short = try folder.wav("short.wav", [0, 0.5], sampleRate: 8000)
        let missing = folder["missing.wav"]
        let all = [paths[0], short, paths[1], missing, paths[2]]
        let embeddings = try TestEcho.onCPU().embeddings(of: .paths(all))
        var codes: [String] = []
        for try await result in embeddings {
            switch result.outcome {
            case .success(let embedding):
                #expect(embedding.features.utterance.count == embedding.features.width)
                #expect(embedding.features.segments.isEmpty)
                #expect(embedding.features.segmentShape[0] == 0)
                codes.append("ok")
            case .failure(let failure):
                #expect(!failure.reason.isEmpty)
                codes.append(failure.code)
            }
        }
        #expect(codes == ["ok", "too-short", "ok", "missing", "ok"])
        #expect(embeddings.summary?.badCount == 2)
    }

    @Test func eachChannelIsAnElement() async throws {
        let folder = try ScratchFolder()
        let path = try folder.wav(
            "pair.wav", RecordingFixtures.noise(count: 8000), channels: 2, sampleRate: 8000)
        var reading = ReadingOptions()
        reading.channels = .each
        var channels: [Int?] = []
        for try await result in try TestEcho.onCPU().embeddings(of: [path], reading: reading) {
            let embedding = try result.outcome.get()
            channels.append(embedding.channel)
            #expect(embedding.sampleRate == 8000)
            #expect(embedding.sampleCount == 4000)
        }
        #expect(channels == [0, 1])
    }

    @Test func whatAListSaysComesAlong() async throws {
        let (folder, _) = try Self.mixture()
        let list = try folder.text(
            "list.csv", "path,id,machine,load\n0.wav,first,pump,3\n1.wav,second,fan,\n")
        var machines: [String: [String: String]] = [:]
        for try await result in try TestEcho.onCPU().embeddings(of: .manifest(list)) {
            machines[result.id] = result.fields
        }
        #expect(machines["first"]?["machine"] == "pump")
        #expect(machines["first"]?["load"] == "3")
        #expect(machines["second"]?["machine"] == "fan")
    }

    @Test func whatIsSkippedIsSaid() async throws {
        let (folder, paths) = try Self.mixture()
        try folder.text("notes.md", "none of ours")
        let embeddings = try TestEcho.onCPU().embeddings(of: [folder.path])
        for try await _ in embeddings {}
        #expect(embeddings.summary?.recordingCount == paths.count)
        #expect(embeddings.summary?.skippedCount == 1)
        #expect(embeddings.summary?.notes.contains { $0.contains(".md") } == true)
    }

    @Test func aListThatIsNotThereEndsTheLoop() async throws {
        let folder = try ScratchFolder()
        var loop = try TestEcho.onCPU().embeddings(of: .manifest(folder["none.csv"]))
            .makeAsyncIterator()
        let error = await #expect(throws: EchoError.self) { try await loop.next() }
        #expect(error?.kind == .input)
        let next = try await loop.next()
        let isOver = next == nil
        #expect(isOver, "an end stays an end")
    }

    @Test func aBatchOfNothingIsRefused() async throws {
        let (folder, paths) = try Self.mixture()
        defer { withExtendedLifetime(folder) {} }
        var loop = try TestEcho.onCPU().embeddings(of: .paths(paths), batchSize: 0)
            .makeAsyncIterator()
        let error = await #expect(throws: EchoError.self) { try await loop.next() }
        #expect(error?.kind == .usage)
    }

    @Test func aTaskThatIsCancelledSeesNoEnd() async throws {
        let (folder, paths) = try Self.mixture()
        defer { withExtendedLifetime(folder) {} }
        let embeddings = try TestEcho.onCPU().embeddings(of: .paths(paths))
        let ended = await Task { () -> EchoError? in
            do {
                for try await _ in embeddings { withUnsafeCurrentTask { $0?.cancel() } }
                return nil
            } catch {
                return error as? EchoError
            }
        }.value
        #expect(ended?.kind == .stopped)
    }

    @Test func aLoopThatIsLeftLeavesNothingBehind() async throws {
        let (folder, paths) = try Self.mixture()
        defer { withExtendedLifetime(folder) {} }
        weak var forgotten: Echo?
        do {
            let echo = try TestEcho.onCPU()
            forgotten = echo
            // More than may be ahead of the loop, so that they cannot be through.
            let many = Array(repeatElement(paths, count: 100).joined())
            let embeddings = echo.embeddings(of: .paths(many))
            for try await _ in embeddings { break }
            let isDone = embeddings.summary != nil
            #expect(!isDone, "it stopped before its end")
        }
        while forgotten != nil { try await Task.sleep(for: .milliseconds(10)) }
    }
}
