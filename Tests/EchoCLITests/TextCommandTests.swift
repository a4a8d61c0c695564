import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// Text files through `extract`: folders, archives, names without an ending, and what is said of them.
@Suite(.timeLimit(.minutes(20))) struct TextCommandTests {
    private static let rate = 8000
    private static let signal = ExtractFixtures.signal(seed: 5, sampleCount: 4000, sampleRate: rate)
    private static let rows = signal.map { "\($0)\n" }

    /// Time, the signal, and the signal again: the mean of both is the signal.
    private static let table =
        "clock,a,b\n"
        + signal.enumerated().map { "\(Double($0) / Double(rate)),\($1),\($1)\n" }.joined()

    private static func lines(_ place: Workplace) throws -> [[String: Any]] {
        let names = try place.folder.files(in: "out").filter { $0.hasPrefix("manifest-") }
        return try names.sorted().flatMap { name in
            try String(contentsOfFile: place.folder["out/" + name], encoding: .utf8)
                .split(separator: "\n").compactMap {
                    try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
                }
        }
    }

    /// The embedding of the signal, as a recording.
    private static func reference(_ place: Workplace) throws -> [Float] {
        let path = try place.folder.text("reference.csv", rows.joined())
        let result = try EchoGPUProcess([
            "extract", "--model", place.model, "--device", "cpu", "--sample-rate", "\(rate)",
            "--output", place.folder["reference"], path,
        ])
        #expect(result.status == 0, "\(result.standardError)")
        return try NPYFile.read(place.folder["reference/reference.csv.utterance.npy"]).floats
    }

    @Test func foldersOfTextAreTakenWithARate() throws {
        let place = try Workplace()
        let reference = try Self.reference(place)
        try place.folder.text("in/a.csv", Self.table)
        try place.folder.text("in/below/b.tsv", Self.rows.joined())
        try place.folder.text("in/c.log", Self.rows.joined())
        let result = try place.extract("--sample-rate", "8000", place.folder["in"])
        #expect(result.status == 0, "\(result.standardError)")
        for name in ["a.csv", "below/b.tsv"] {
            #expect(
                try NPYFile.read(place.folder["out/\(name).utterance.npy"]).floats == reference)
        }
        #expect(!(try place.folder.files(in: "out").contains("c.log.utterance.npy")))
        let timed = try Workplace()
        try timed.folder.text("in/a.csv", Self.table)
        let found = try timed.extract(
            "--csv-rate", "s", "--csv-time", "clock", timed.folder["in"])
        #expect(found.status == 0, "\(found.standardError)")
    }

    /// Named, in a folder and in an archive; recordings beside them are recordings still.
    @Test func textIsTakenWhateverItIsCalled() throws {
        let place = try Workplace()
        let reference = try Self.reference(place)
        let names = ["2003.10.22.12.06.24", "N_300.xls", "plain"]
        for name in names { try place.folder.text("in/\(name)", Self.rows.joined()) }
        try place.recording("in/x.wav")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "tar", "-czf", place.folder["x.tar.gz"], "-C", place.folder["in"], ".",
        ]
        try process.run()
        process.waitUntilExit()
        let options = ["--text", "--sample-rate", "8000"]
        let result = try EchoGPUProcess(
            [
                "extract", "--model", place.model, "--device", "cpu", "--output",
                place.folder["out"],
            ] + options + [place.folder["in"], place.folder["x.tar.gz"]])
        #expect(result.status == 0, "\(result.standardError)")
        for name in names + names.map({ "x.tar.gz/" + $0 }) {
            #expect(
                try NPYFile.read(place.folder["out/\(name).utterance.npy"]).floats == reference)
        }
        #expect(try place.folder.files(in: "out").contains("x.wav.utterance.npy"))
        let both = try place.extract("--text", "--raw", "f32le:8000:1", place.folder["in"])
        #expect(both.status == 64)
        #expect(both.standardError.contains("--text and --raw"))
    }

    @Test(arguments: ["files", "parts"]) func theColumnsThatWereUsedAreSaid(
        layout: String
    ) throws {
        let place = try Workplace()
        let path = try place.folder.text("in/a.csv", Self.table)
        try place.recording("in/x.wav")
        let arguments = [
            "extract", "--model", place.model, "--device", "cpu", "--sample-rate", "8000",
        ]
        let parts = try EchoGPUProcess(
            arguments + [
                "--layout", layout, "--table", "--output", place.folder["out"],
                place.folder["in"],
            ])
        #expect(parts.status == 0, "\(parts.standardError)")
        #expect(parts.standardOutput.contains("columns"))
        #expect(parts.standardOutput.contains("a, b"))
        let lines = try Self.lines(place).sorted { "\($0["id"] ?? "")" < "\($1["id"] ?? "")" }
        #expect(lines.count == 2)
        #expect(lines[0]["columns"] as? [String] == ["a", "b"])
        #expect(lines[1]["columns"] == nil)
        // Which our own reader takes too.
        #expect(try EchoGPUProcess(["inspect", place.folder["out"]]).status == 0)
        let json = try EchoGPUProcess(
            arguments + [
                "--channels", "each", "--table", "--json", "--output", place.folder["each"], path,
            ]
        ).json()
        let recordings = try #require(json["recordings"] as? [[String: Any]])
        #expect(recordings[0]["columns"] as? [String] == ["a", "b"])
    }

    @Test(arguments: ["files", "parts"]) func eachChannelHasItsColumn(layout: String) throws {
        let place = try Workplace()
        let path = try place.folder.text("a.csv", Self.table)
        let result = try place.extract(
            "--layout", layout, "--channels", "each", "--sample-rate", "8000", path)
        #expect(result.status == 0, "\(result.standardError)")
        #expect(try Self.lines(place).map { $0["columns"] as? [String] } == [["a"], ["b"]])
    }

    /// What is told changes embeddings, so another run with other options is another.
    @Test func dialectsAreSettings() throws {
        let place = try Workplace()
        let rows = Self.rows.map { $0.replacingOccurrences(of: ".", with: ",") }
        let path = try place.folder.text("a.log", "first\nsecond\n" + rows.joined())
        let told = [
            "--layout", "parts", "--text", "--csv-decimal", ",", "--csv-delimiter", ";",
            "--csv-skip", "2", "--sample-rate", "8000",
        ]
        let start = [
            "extract", "--model", place.model, "--device", "cpu", "--output", place.folder["out"],
        ]
        let result = try EchoGPUProcess(start + told + [path])
        #expect(result.status == 0, "\(result.standardError)")
        let text = try String(contentsOfFile: place.folder["out/run.json"], encoding: .utf8)
        let record = try #require(
            JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect("\(record)".contains("csv_decimal"))
        for name in ["csv_delimiter", "csv_decimal", "csv_skip", "text"] {
            #expect(text.contains("\"\(name)\""), "\(name)")
        }
    }

    @Test(arguments: [
        ["--csv-decimal", "x"], ["--csv-delimiter", "ab"], ["--csv-delimiter", "5"],
        ["--csv-skip", "-1"], ["--csv-skip", "x"],
    ])
    func optionsThatCannotBe(arguments: [String]) throws {
        let result = try EchoGPUProcess(
            ["extract", "--output", "out", "--model", "demo", "x.csv"] + arguments)
        #expect(result.status == 64)
        #expect(result.standardError.contains(arguments[0]), "\(result.standardError)")
    }
}
