import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// The reader that docs/output-layout.md shows, run by Python.
@Suite(
    .enabled(if: TestPython.interpreter != nil, Comment(rawValue: TestPython.remedy)),
    .timeLimit(.minutes(20)))
struct ExampleReaderTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private static func python(_ arguments: String...) throws -> (status: Int32, output: String) {
        let folder = try ScratchFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: TestPython.interpreter ?? "")
        process.arguments = arguments
        process.standardOutput = try EchoGPUProcess.create(folder["stdout"])
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let output = try String(contentsOfFile: folder["stdout"], encoding: .utf8)
        return (process.terminationStatus, output)
    }

    @Test func pythonReadsWhatWasWritten() throws {
        let archive = try Archive(7)
        #expect(try archive.run("out").status == 3)
        // A second attempt at one of them, which has to win.
        try archive.place.recording("in/1002.wav")
        #expect(try archive.run("out").status == 0)
        let script = Self.root + "/Examples/read_parts.py"
        let (status, output) = try Self.python(script, archive.folder["out"])
        #expect(status == 0)
        var rows: [String: [Any]] = [:]
        for line in output.split(separator: "\n") {
            let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any]
            rows[try #require(row?.first as? String)] = row
        }
        #expect(rows.count == 7)
        for entry in try archive.entries("out") {
            guard case .embedded(let embedding) = entry.outcome,
                entry.source.id != "1002.wav" || entry.attempt == 2
            else { continue }
            let row = try #require(rows[entry.source.id])
            let place = try #require(embedding.utterance)
            let table = try Table(archive.folder["out/" + place.file], .npy)
            #expect(row[1] as? Int == embedding.width)
            #expect((row[2] as? Double).map(Float.init) == table.rows(try #require(place.rows))[0])
        }
    }

    @Test func theDocumentShowsThatReader() throws {
        let script = try String(
            contentsOfFile: Self.root + "/Examples/read_parts.py", encoding: .utf8)
        let document = try String(
            contentsOfFile: Self.root + "/docs/output-layout.md", encoding: .utf8)
        let start = try #require(document.firstRange(of: "```python\n"))
        let end = try #require(document[start.upperBound...].firstRange(of: "```"))
        #expect(script.contains(document[start.upperBound..<end.lowerBound]))
    }
}
