import EchoTestSupport
import Foundation
import Testing

/// No number on the command line ends the program by a trap.
@Suite(.timeLimit(.minutes(20))) struct ArgumentRangeTests {
    private static let numbers = [
        "9223372036854775807", "-9223372036854775808", "0", "-1", "99999999999999999999",
    ]

    /// Each option with what none of them can be.
    private static let options: [(command: [String], option: String, values: [String])] = [
        (["extract", "--model", "demo", "--output", "o", "x.wav"], "--batch", numbers),
        (["extract", "--model", "demo", "--output", "o", "x.wav"], "--sample-rate", numbers),
        (["extract", "--model", "demo", "--output", "o", "x.wav"], "--resample", numbers),
        (
            ["extract", "--model", "demo", "--layout", "parts", "--output", "o", "x.wav"],
            "--part-size", numbers
        ),
        (
            ["extract", "--model", "demo", "--output", "o", "x.wav"], "--shard",
            [
                "0/1000000000000", "0/9223372036854775807", "auto/1000000000000", "1/1", "-1/2",
                "0/0",
                "0/-1",
            ]
        ),
        (["plan", "x.wav"], "--shards", numbers), (["plan", "x.wav"], "--part-size", numbers),
        (
            ["bench", "--model", "demo", "--device", "cpu"], "--seconds",
            ["inf", "-inf", "nan", "1e300", "0", "-1", "86401"]
        ),
        (["bench", "--model", "demo", "--device", "cpu"], "--largest-batch", numbers),
        (["bench", "--model", "demo", "--device", "cpu"], "--sample-rate", numbers),
        (["tune", "--device", "0:0"], "--seconds", ["inf", "nan", "1e300", "0", "-1"]),
    ]

    @Test func numbersThatCannotBeAreRefusedWithTheRange() throws {
        for (command, option, values) in Self.options {
            for value in values {
                let result = try EchoGPUProcess(command + ["\(option)=\(value)"])
                #expect(result.status == 64, "\(option)=\(value): \(result.standardError)")
                #expect(result.standardError.contains(option))
                // The limit, or the help of the option, which has it.
                #expect(result.standardError.contains(/[0-9]{4,}/) || option == "--shard")
            }
        }
    }

    @Test func theLargestThatAreAllowedWork() throws {
        let place = try Workplace()
        let path = try place.recording("x.wav")
        let result = try place.extract(
            "--layout", "parts", "--batch", "65536", "--part-size", "1000000000", "--shard",
            "999999/1000000", path)
        #expect(result.status == 0, "\(result.standardError)")
        #expect(result.standardOutput.contains("Embedded 0 of 0"))
    }

    /// Channel and column numbers, and times of lists, are data: they fail a recording, not the run.
    @Test func numbersOfARecordingFailIt() throws {
        let place = try Workplace()
        let path = try place.recording("x.wav")
        let text = try place.folder.text("t.csv", (0..<400).map { "\($0 % 7),1\n" }.joined())
        for arguments in [
            ["--channels", "9223372036854775807", path],
            ["--sample-rate", "1000", "--csv-columns", "9223372036854775807", text],
            ["--sample-rate", "1000", "--csv-time", "9223372036854775807", text],
        ] {
            let result = try EchoGPUProcess(
                [
                    "extract", "--model", place.model, "--device", "cpu", "--output",
                    place.folder["out-\(arguments[1])-\(arguments[0])"],
                ]
                    + arguments)
            #expect(result.status == 3, "\(arguments): \(result.standardError)")
        }
        let list = try place.folder.text(
            "list.csv",
            "path,id,start,end,channel\nx.wav,a,1e300,,\nx.wav,b,0,1e300,\n"
                + "x.wav,c,,,9223372036854775807\nx.wav,d,1e-300,1e-299,\n")
        let result = try place.extract("--manifest", list)
        #expect(result.status == 3, "\(result.standardError)")
        #expect(result.standardOutput.contains("Embedded 1 of 4"))
    }

    @Test func environmentsThatCannotBeAreRefused() throws {
        for environment in [
            [
                "SLURM_ARRAY_TASK_ID": "-9223372036854775808", "SLURM_ARRAY_TASK_MIN": "1",
                "SLURM_ARRAY_TASK_COUNT": "2",
            ],
            ["SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "9223372036854775807"],
            ["SLURM_PROCID": "9223372036854775807", "SLURM_NTASKS": "2"],
            ["SLURM_PROCID": "0", "SLURM_NTASKS": "-5"],
        ] {
            let result = try EchoGPUProcess(
                ["extract", "--model", "demo", "--shard", "auto", "--output", "o", "x.wav"],
                environment: environment)
            #expect(result.status == 64, "\(environment): \(result.standardError)")
        }
    }
}
