import EchoTestSupport
import Foundation
import Testing

/// A script that mistypes an option must not take help, with status 0, for success.
@Suite(.timeLimit(.minutes(20))) struct UnwantedHelpTests {
    @Test(arguments: [
        (["extract", "-m", "demo", "-o", "o", "-batch", "3", "x"], "two dashes: --batch."),
        (["extract", "-m", "demo", "-o", "o", "-batch=3", "x"], "two dashes: --batch=3."),
        (["extract", "-shard", "0/4"], "two dashes: --shard."),
        (["extract", "-channels", "mean"], "two dashes: --channels."),
        (["extract", "-batch-size", "8"], "two dashes: --batch-size."),
        (["inspect", "-check", "out"], "two dashes: --check."),
        (["plan", "-shards", "2", "x"], "two dashes: --shards."),
        (["plan", "-dh", "x"], "has no option -dh."),
        (["score", "-threshold", "3"], "has no option -threshold."),
        (["extract", "-hatch", "3"], "Did you mean --batch?"),
        (["-hz"], "has no option -hz."), (["extract", "-oh3"], "before the value: -o h3."),
        (["extract", "-chanels", "mean"], "Did you mean --channels?"),
        (["extract", "-with-speech"], "has no option -with-speech."),
        (["extract", "--help=3"], "--help takes no value."),
        (["plan", "-h=3"], "-h takes no value."), (["--version=3"], "--version takes no value."),
    ])
    func mistakesAreRefused(arguments: [String], answer: String) throws {
        let result = try EchoGPUProcess(arguments)
        #expect(result.status == 64, "\(arguments): \(result.standardOutput)")
        #expect(result.standardOutput.isEmpty)
        #expect(result.standardError.contains(answer), "\(result.standardError)")
    }

    /// Asked for, help is given in one layout.
    @Test func otherSpellingsOfHelp() throws {
        for (arguments, same) in [
            (["-help"], ["--help"]), (["extract", "-help"], ["extract", "--help"]),
            (["extract", "-hq"], ["extract", "-h"]), (["plan", "-vh"], ["plan", "-h"]),
            (["extract", "-batch", "3", "--help"], ["extract", "--help"]),
        ] {
            let result = try EchoGPUProcess(arguments)
            #expect(result.status == 0, "\(arguments): \(result.standardError)")
            #expect(try result.standardOutput == EchoGPUProcess(same).standardOutput)
        }
    }
}
