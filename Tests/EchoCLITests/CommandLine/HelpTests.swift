import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct HelpTests {
    /// Every command, by what `--help` lists; those that only have others below them, too.
    private static func commands() throws -> [[String]] {
        func listed(_ path: [String]) throws -> [[String]] {
            let lines = try EchoGPUProcess(path + ["--help"]).standardOutput
                .split(separator: "\n", omittingEmptySubsequences: false)
            guard let start = lines.firstIndex(of: "SUBCOMMANDS") else { return [path] }
            let rows = lines[(start + 1)...].prefix { !$0.isEmpty }
            let names = rows.compactMap { $0.firstMatch(of: #/^  ([a-z]+)/#).map { String($0.1) } }
            return try [path] + names.flatMap { try listed(path + [$0]) }
        }
        return try listed([])
    }

    @Test func everyCommandHasBothHelpsInLinesThatFit() throws {
        let commands = try Self.commands()
        #expect(commands.count > 14, "\(commands)")
        #expect(commands.contains(["model", "verify"]) && commands.contains(["config"]))
        for command in commands {
            let (short, long) = (
                try EchoGPUProcess(command + ["-h"]), try EchoGPUProcess(command + ["--help"])
            )
            for help in [short, long] {
                #expect(help.status == 0, "\(command): \(help.standardError)")
                let name = (["echo-gpu"] + command).joined(separator: " ")
                #expect(help.standardOutput.hasPrefix("\(name): "), "\(help.standardOutput)")
                #expect(help.standardOutput.contains("\nUSAGE\n  \(name) "))
                let wide = help.standardOutput.split(separator: "\n").filter { $0.count > 80 }
                #expect(wide.isEmpty, "\(command): \(wide)")
            }
            #expect(short.standardOutput.contains("--help'"), "where the rest is")
            #expect(short.standardOutput.split(separator: "\n").count <= 40, "\(command)")
            #expect(long.standardOutput.count >= short.standardOutput.count / 2)
            let named = try EchoGPUProcess(["help"] + command)
            #expect(named.standardOutput == long.standardOutput)
        }
    }

    /// Examples before anything that takes long to read; options by what they are about.
    @Test func theLongHelpBeginsWithExamples() throws {
        let text = try EchoGPUProcess(["extract", "--help"]).standardOutput
        let order = ["USAGE", "EXAMPLES", "ARGUMENTS", "OPTIONS", "OUTPUT FOLDER", "INPUTS"]
        let places = order.map { text.range(of: "\n\($0)")?.lowerBound }
        for (name, place) in zip(order, places) where name != "ARGUMENTS" {
            #expect(place != nil, "\(name)")
        }
        let found = places.compactMap(\.self)
        #expect(found == found.sorted(), "\(text)")
        #expect(text.contains("--batch, --batch-size <segments>"))
        #expect(text.contains("-o, --output <folder>"))
    }

    @Test func theShortHelpHasWhatPeopleNeedAndCountsTheRest() throws {
        let text = try EchoGPUProcess(["extract", "-h"]).standardOutput
        for name in ["--model", "--output", "--device", "echo-gpu extract --model M"] {
            #expect(text.contains(name), "\(text)")
        }
        #expect(!text.contains("--csv-decimal"))
        #expect(text.contains(#/'echo-gpu extract --help' has [0-9]+ more options/#), "\(text)")
    }

    @Test func helpOfACommandThatThereIsNot() throws {
        for arguments in [["help", "extrat"], ["extrat", "-h"], ["extrat", "--help"]] {
            let result = try EchoGPUProcess(arguments)
            #expect(result.status == 64, "\(arguments)")
            #expect(result.standardOutput.isEmpty)
            #expect(result.standardError.contains("Did you mean extract?"))
        }
        let result = try EchoGPUProcess(["help", "--outptu"])
        #expect(result.status == 64)
        #expect(result.standardError.contains("help has no option --outptu"))
    }

    /// Behind `--` and as the value of an option it is something else.
    @Test func whatLooksLikeHelpAndIsNot() throws {
        for arguments in [["inspect", "help"], ["inspect", "--", "-h"]] {
            let result = try EchoGPUProcess(arguments)
            #expect(result.status != 0, "\(arguments)")
            #expect(!result.standardOutput.contains("USAGE"))
        }
    }

    @Test func versions() throws {
        let version = try EchoGPUProcess(["--version"]).standardOutput.dropLast()
        let text = try EchoGPUProcess(["version"])
        #expect(text.standardOutput.hasPrefix("echo-gpu \(version)\n"))
        let json = try EchoGPUProcess(["version", "--json"]).json()
        #expect(json["version"] as? String == String(version))
        #expect(json["opencl_platforms"] is [String])
        let folder = try ScratchFolder()
        let none = try EchoGPUProcess(["version"], environment: ["OCL_ICD_VENDORS": folder.path])
        #expect(none.standardOutput.contains("No OpenCL platform"))
    }
}
