import EchoTensor
import Foundation
import Testing

/// The README's example is compiled: ReadmeExample.swift is that block, to the letter.
@Suite(.timeLimit(.minutes(20))) struct ReadmeTests {
    private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    @Test func theExampleIsTheOneThatIsCompiled() throws {
        let readme = Self.here.appendingPathComponent("../../README.md").standardized
        let text = try String(contentsOf: readme, encoding: .utf8)
        let example = try #require(text.firstMatch(of: #/```swift\n((?s).*?)```/#)?.output.1)
        let source = Self.here.appendingPathComponent("ReadmeExample.swift")
        #expect(String(example) == (try String(contentsOf: source, encoding: .utf8)))
    }

    @Test func theExampleGivesWhatTheReadmeSays() throws {
        let features = try embedAHum()
        #expect(features.utterance.count == 1344)
        #expect(features.segmentShape == [13, 1344])
    }
}
