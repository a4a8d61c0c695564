import EchoTestSupport
import Foundation
import Testing

/// Nothing that a file is called reaches a terminal as it is.
@Suite(.timeLimit(.minutes(20))) struct TerminalTests {
    private static let names = [
        "red\u{1B}[31m.wav", "back\rwards.wav", "bidi\u{202E}gnp.wav", "line\nerror: no.wav",
        "c1\u{9B}2J.wav", "wide\u{200B}\u{2066}.wav", "osc\u{1B}]0;title\u{7}.wav",
    ]

    /// True for what acts on a terminal; a line feed ends our own lines.
    private static func acts(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "\n" { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func expectHarmless(_ result: EchoGPUProcess) {
        for text in [result.standardOutput, result.standardError] {
            #expect(!text.unicodeScalars.contains(where: acts), "\(text.debugDescription)")
            #expect(!text.contains("line\n"), "a name begins a line: \(text.debugDescription)")
        }
    }

    @Test(arguments: [["--table"], ["--verbose"], ["--json", "--table"], ["--layout", "parts"]])
    func namesOfRecordingsAreEscaped(options: [String]) throws {
        let place = try Workplace()
        for name in Self.names { try place.recording("in/" + name) }
        try place.folder.text("in/broken\u{1B}[2J.wav", "no sound")
        try place.folder.text("in/skipped.\u{1B}[3m", "")
        try place.folder.text("in/own\u{1B}/run.json", "{}")
        let output = "out\u{1B}[0m"
        let result = try EchoGPUProcess(
            [
                "extract", "--model", place.model, "--device", "cpu", "--output",
                place.folder[output],
            ]
                + options + [place.folder["in"]])
        #expect(result.status == 3)
        Self.expectHarmless(result)
        #expect(result.standardError.contains("broken\\u{1b}[2J.wav"))
        for json in [[], ["--json"]] {
            Self.expectHarmless(try EchoGPUProcess(["inspect", place.folder[output]] + json))
            let plan = try EchoGPUProcess(["plan", "--shards", "2", place.folder["in"]] + json)
            Self.expectHarmless(plan)
        }
        // The names themselves are as they were.
        if options.contains("--json") {
            let listed = try result.json()["recordings"] as? [[String: Any]]
            #expect(Set(listed?.compactMap { $0["name"] as? String } ?? []) == Set(Self.names))
        }
    }

    @Test func errorsAndUsageAreEscaped() throws {
        for arguments in [
            [
                "extract", "--model", "demo", "--device", "cpu", "--output", "out",
                "no\u{1B}[31m\nsuch\r.wav",
            ],
            ["extract", "--no-such\u{1B}[31m"], ["plan", "--shards", "\u{1B}[2J", "x"],
            ["inspect", "no\u{1B}]0;x\u{7}"],
            ["extract", "--model", "no\u{202E}such", "--output", "o", "x.wav"],
            ["spectrogram", "no\u{1B}[1m.wav", "--output", "x.npy", "--device", "cpu"],
        ] {
            let result = try EchoGPUProcess(arguments)
            #expect(result.status != 0)
            Self.expectHarmless(result)
        }
    }

    @Test func warningsOfColumnsAreEscaped() throws {
        let place = try Workplace()
        try place.recording("a.wav")
        let list = try place.folder.text("list.csv", "path,\"F\u{1B}S\",fs\na.wav,1,2\n")
        let result = try EchoGPUProcess(["plan", "--manifest", list])
        #expect(result.status == 0)
        #expect(result.standardError.contains("meant as sample_rate"))
        Self.expectHarmless(result)
    }
}
