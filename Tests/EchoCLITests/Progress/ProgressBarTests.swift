import EchoTestSupport
import Foundation
import Testing

/// The bar of `extract` on terminals of many widths: one line, that leaves nothing behind.
@Suite(.serialized, .timeLimit(.minutes(20))) struct ProgressBarTests {
    /// True for a bar that says how much of the recordings is done.
    private static func hasShare(_ bar: String) -> Bool { bar.contains(" %") }

    @Test(arguments: [80, 40])
    func nothingOfABarIsLeft(columns: Int) throws {
        let run = try LongRun()
        let terminal = try PseudoTerminal(run.arguments(), columns: columns)
        let isShown = terminal.read { bytes in
            let bars = PseudoTerminal.bars(String(decoding: bytes, as: UTF8.self))
            return bars.count { Self.hasShare($0) } >= 2
        }
        #expect(isShown, "\(terminal.text.debugDescription)")
        terminal.send(SIGTERM)
        #expect(terminal.end() == 75)
        let model = TerminalModel(columns: columns, terminal.bytes)
        #expect(model.deadLineCount == 0, "\(terminal.text.debugDescription)")
        #expect(model.unknown.isEmpty)
        let left = model.text.filter { $0.contains(" %") || $0.contains("elapsed") }
        #expect(left.isEmpty, "bars that were not removed: \(left)")
        #expect(model.text.joined().contains("stopping after the batch in flight"))
        #expect(try terminal.standardOutput.contains("Stopped before the end"))
    }

    /// One file of 576 MB: its bytes and seconds are counted while it is embedded.
    @Test func aLongFileIsCountedInParts() throws {
        let run = try LongRun()
        let terminal = try PseudoTerminal(run.arguments(), columns: 200)
        let isShown = terminal.read { bytes in
            let bars = PseudoTerminal.bars(String(decoding: bytes, as: UTF8.self))
            return bars.contains { $0.contains("x real time") && $0.contains(" left") }
        }
        #expect(isShown, "\(terminal.text.debugDescription)")
        terminal.send(SIGTERM)
        _ = terminal.end()
        let bar = try #require(terminal.bars.last { $0.contains(" left") })
        #expect(bar.hasPrefix("["))
        #expect(bar.contains("0 of 1 recordings, ") && bar.contains(" of 576.0 MB"), "\(bar)")
        #expect(bar.contains(" elapsed"))
    }

    /// The window's width is asked for each time, and decides what is said.
    @Test func aNarrowerWindowHasAShorterBar() throws {
        let run = try LongRun()
        let terminal = try PseudoTerminal(run.arguments(), columns: 200)
        _ = terminal.read {
            PseudoTerminal.bars(String(decoding: $0, as: UTF8.self)).contains(where: Self.hasShare)
        }
        for columns in [120, 100, 80, 64, 52, 40, 30, 20, 10] {
            terminal.resize(columns: columns)
            let before = terminal.bars.count
            // The one after the next was begun after the window had changed.
            let isDrawn = terminal.read {
                PseudoTerminal.bars(String(decoding: $0, as: UTF8.self)).count >= before + 2
            }
            let bar = try #require(terminal.bars.last)
            #expect(isDrawn && TerminalModel.width(bar) < columns, "\(columns): \(bar)")
            #expect(Self.hasShare(bar), "\(columns): \(bar)")
            #expect(!bar.hasSuffix("..."), "what matters less goes, nothing is cut: \(bar)")
        }
        terminal.send(SIGTERM)
        #expect(terminal.end() == 75)
    }

    /// A bar with a name of 60 letters that are two columns wide each.
    @Test func wideLettersCountTwoColumns() throws {
        let place = try Workplace()
        let name = String(repeating: "録音", count: 30)
        let first = try place.recording("in/a.wav")
        try place.recording("in/b.wav")
        let out = place.folder[name]
        let made = try EchoGPUProcess([
            "extract", "--model", place.model, "--device", "cpu", "--output", out,
            place.folder["in"],
        ])
        #expect(made.status == 0, "\(made.standardError) \(first)")
        for columns in [80, 41, 40] {
            let terminal = try PseudoTerminal(
                ["score", "--device", "cpu", "--test", out, "--loocv"], columns: columns)
            #expect(terminal.end() == 0, "\(terminal.text)")
            let model = TerminalModel(columns: columns, terminal.bytes)
            #expect(model.deadLineCount == 0, "\(terminal.text.debugDescription)")
            let bar = try #require(terminal.bars.first { $0.hasPrefix("reading") })
            #expect(bar.hasSuffix("..."), "\(bar)")
            #expect((columns - 4..<columns).contains(TerminalModel.width(bar)), "\(bar)")
        }
    }

    @Test(arguments: [["TERM": "dumb"], ["TERM": "xterm"]])
    func aTerminalThatCannotDrawAgainGetsNoBar(environment: [String: String]) throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let terminal = try PseudoTerminal(
            [
                "extract", "--model", place.model, "--device", "cpu", "--output",
                place.folder["out"], path,
            ], columns: 80, environment: environment)
        #expect(terminal.end() == 0)
        #expect(terminal.text.contains("\u{1B}") == (environment["TERM"] != "dumb"))
        #expect(terminal.text.contains("echo-gpu: "))
    }

    /// Whoever asks for it gets it, and whoever wants none gets none.
    @Test(arguments: [["--progress", "none"], ["--quiet"], ["--log-format", "json"]])
    func noBarIsDrawnWhereNoneIsWanted(options: [String]) throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let terminal = try PseudoTerminal(
            [
                "extract", "--model", place.model, "--device", "cpu", "--output",
                place.folder["out"], path,
            ] + options, columns: 80)
        #expect(terminal.end() == 0)
        #expect(!terminal.text.contains("\u{1B}"), "\(terminal.text.debugDescription)")
    }
}
