import EchoTestSupport
import Foundation
import Testing

/// What is said of values and arguments that a command does not take: whole sentences, one remedy, what is allowed.
@Suite(.timeLimit(.minutes(20))) struct ArgumentMistakeTests {
    /// - Returns: The lines in front of the pointer to the help.
    private static func refusal(_ arguments: [String]) throws -> [String] {
        let result = try EchoGPUProcess(arguments)
        #expect(result.status == 64, "\(arguments): \(result.standardError)")
        let lines = result.standardError.split(separator: "\n").map(String.init)
        #expect(lines.last?.hasPrefix("See 'echo-gpu") == true, "\(lines)")
        #expect(lines.dropLast().allSatisfy { $0.hasSuffix(".") }, "\(lines)")
        #expect(!result.standardError.contains("is invalid for"), "\(lines)")
        return lines.dropLast()
    }

    private static let extract = ["extract", "-m", "demo", "-o", "o", "x.wav"]

    /// The reason of the option's own, or what the option is.
    @Test(arguments: [
        (extract + ["--shard", "4/4"], "--shard does not take \"4/4\".", "I/N, I from 0"),
        (extract + ["--batch", "abc"], "--batch does not take \"abc\".", "1 to 65536."),
        (
            ["plan", "--clips-per-second", "x", "y"], "does not take \"x\".",
            "0.000001 to 1000000000"
        ),
        (extract + ["--max-failures", "5 %"], "--max-failures takes a whole number", ""),
        (
            extract + ["--sample-rate", "12.5"],
            "--sample-rate: a sample rate is a whole number of Hz", ""
        ),
        (["plan", "--within", "-1h", "x"], "--within takes one number and its unit", ""),
        (extract + ["--json=3"], "--json takes no value, and \"3\" is one.", ""),
        (extract + ["--device", "-1"], "For the CPU write --device cpu.", ""),
    ])
    func aValueThatCannotBeRead(arguments: [String], first: String, second: String) throws {
        let lines = try Self.refusal(arguments)
        #expect(lines.first?.contains(first) == true, "\(lines)")
        #expect(lines.count == (second.isEmpty ? 1 : 2), "\(lines)")
        #expect(lines.last?.contains(second) == true || second.isEmpty, "\(lines)")
    }

    @Test(arguments: [
        (["inspect"], "echo-gpu inspect needs <path>."),
        (["model", "pull"], "echo-gpu model pull needs <model>."),
        (["extract", "-m", "demo", "x.wav", "-o"], "-o has no value behind it."),
        (["extract", "-m", "demo", "-o", "o"], "No recordings are given."),
        (["score", "--test", "t"], "echo-gpu score needs --bank <folder>: what is normal."),
    ])
    func whatIsMissingIsNamed(arguments: [String], text: String) throws {
        #expect(try Self.refusal(arguments).first?.contains(text) == true)
    }

    @Test(arguments: [
        (["inspect", "a", "b"], "takes one <path>, and \"b\" is one more."),
        (["devices", "a"], "takes no argument, and \"a\" is one."),
    ])
    func anArgumentTooMany(arguments: [String], text: String) throws {
        #expect(try Self.refusal(arguments).first?.contains(text) == true)
    }

    /// A name, and no letters of options.
    @Test(arguments: ["-lead.wav", "-hum.wav", "--lead.wav", "-1.wav"])
    func aFileWhoseNameBeginsWithADash(name: String) throws {
        let place = try Workplace()
        try place.recording(name)
        let script = "cd \"$1\"; exec \"$0\" extract -m demo -o o \"$2\""
        let binary = try EchoGPUProcess.binary().path
        let result = try EchoGPUProcess(
            ["-c", script, binary, place.folder.path, name],
            program: URL(fileURLWithPath: "/bin/sh"))
        #expect(result.status == 64)
        #expect(result.standardError.contains("write ./\(name)."), "\(result.standardError)")
    }

    @Test func theOptionOfAnotherCommandThatSearchCallsTop() throws {
        let lines = try Self.refusal(["search", "--in", "x", "--k", "3", "y"])
        #expect(lines.first?.hasSuffix("has no option --k. Write --top.") == true, "\(lines)")
    }

    /// Standard input is a value.
    @Test func aDashAloneIsAValue() throws {
        let result = try EchoGPUProcess(
            ["plan", "--manifest", "-", "--batch", "x"], input: "path\n")
        #expect(result.standardError.contains("--batch does not take"), "\(result.standardError)")
    }
}
