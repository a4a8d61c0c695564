import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct TraceOptionTests {
    @Test func extractWritesATraceThatSaysWhatRan() throws {
        let place = try Workplace()
        let path = place.folder["trace.json"]
        let result = try place.extract("--trace", path, try place.recording("a.wav"))
        #expect(result.status == 0, "\(result.standardError)")
        let json = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: path)))
        let names = (json as? [[String: Any]])?.compactMap { $0["name"] as? String } ?? []
        #expect(Set(["a.wav", "open", "segment", "batch", "matmul", "write"]).isSubset(of: names))
    }

    @Test func aTraceThatCannotBeMadeStopsBeforeAnyWork() throws {
        let place = try Workplace()
        let path = place.folder["missing/trace.json"]
        let result = try place.extract("--trace", path, try place.recording("a.wav"))
        #expect(result.status == 73)
        #expect(result.standardError.contains(path))
        #expect(!FileManager.default.fileExists(atPath: place.folder["out"]))
    }

    @Test func theHelpSaysHowToOpenIt() throws {
        let help = try EchoGPUProcess(["help", "extract"]).standardOutput
        #expect(help.contains("--trace") && help.contains("https://ui.perfetto.dev"))
    }
}
