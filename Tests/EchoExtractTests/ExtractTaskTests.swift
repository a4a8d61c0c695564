import EchoTestSupport
import Foundation
import Synchronization
import Testing

import EchoExtract

@Suite(.timeLimit(.minutes(20))) struct ExtractTaskTests {
    private static func recordings() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        for (index, signal) in TestEcho.mixture.enumerated() {
            try folder.wav("in/\(index).wav", signal.samples, sampleRate: signal.sampleRate)
        }
        return folder
    }

    @Test(arguments: FolderLayout.allCases)
    func aTaskWritesWhatARunWrites(layout: FolderLayout) async throws {
        let folder = try Self.recordings()
        let echo = try TestEcho.onCPU()
        func options(_ name: String) -> Extraction.Options {
            Extraction.Options(
                level: .both, batchSize: 3, output: folder[name],
                storage: OutputOptions(layout: layout, partSize: 3))
        }
        let last = Mutex<Extraction.Progress?>(nil)
        let summary = try await echo.extract([folder["in"]], options: options("task")) { progress in
            last.withLock { $0 = progress }
        }
        #expect(summary.embeddedCount == TestEcho.mixture.count)
        #expect(last.withLock { $0?.finishedCount } == TestEcho.mixture.count)
        _ = try Extraction(of: [folder["in"]], options: options("run")).run(on: echo)
        let arrays = try folder.arrays(in: "run")
        #expect(!arrays.isEmpty)
        #expect(try folder.arrays(in: "task") == arrays)
        for name in arrays {
            let contents = ["task", "run"].map {
                FileManager.default.contents(atPath: folder[$0 + "/" + name])
            }
            #expect(contents[0] == contents[1], "\(name)")
        }
    }

    @Test func aTaskThatIsCancelledStopsAndTheNextGoesOn() async throws {
        let folder = try Self.recordings()
        let echo = try TestEcho.onCPU()
        let options = Extraction.Options(batchSize: 1, output: folder["out"])
        let input = folder["in"]
        let stopped = await Task { () -> Bool in
            withUnsafeCurrentTask { $0?.cancel() }
            do throws(EchoError) {
                return try await echo.extract([input], options: options).isStopped
            } catch {
                return error.kind == .stopped
            }
        }.value
        #expect(stopped)
        let summary = try await echo.extract([input], options: options)
        #expect(!summary.isStopped)
        #expect(
            summary.embeddedCount + summary.embeddedBeforeCount == TestEcho.mixture.count)
    }

    @Test func partsOfNothingAndAFolderWithoutANameAreRefused() throws {
        let folder = try Self.recordings()
        let bad = [
            Extraction.Options(output: ""),
            Extraction.Options(output: folder["out"], storage: OutputOptions(partSize: 0)),
        ]
        for options in bad {
            let error = #expect(throws: EchoError.self) {
                try Extraction(of: [folder["in"]], options: options)
            }
            #expect(error?.kind == .usage)
        }
    }

    @Test func noDeviceIsRefused() {
        let error = #expect(throws: EchoError.self) { try Echo(model: .demo, devices: []) }
        #expect(error?.kind == .usage)
    }

    @Test func sharesThatAreNoneAreNil() {
        #expect(Shard(index: 3, count: 4)?.description == "3/4")
        #expect(Shard(index: 4, count: 4) == nil)
        #expect(Shard(index: -1, count: 4) == nil)
        #expect(Shard(index: 0, count: 0) == nil)
    }
}
