import EchoTestSupport
import Foundation
import Testing

/// What is wrong with a command line is said in the user's words, with what to write instead.
@Suite(.timeLimit(.minutes(20))) struct MistakeTests {
    /// - Returns: What is said, on one line.
    private static func refusal(_ arguments: [String]) throws -> String {
        let result = try EchoGPUProcess(arguments)
        #expect(result.status == 64, "\(arguments): \(result.standardError)")
        #expect(result.standardOutput.isEmpty)
        #expect(result.standardError.hasPrefix("echo-gpu: error: "), "\(result.standardError)")
        return result.standardError
    }

    private static let extract = ["extract", "-m", "demo", "-o", "o", "x.wav"]

    /// The command is named first, whatever stands behind it.
    @Test(arguments: [
        ("extrat", "extract"), ("extarct", "extract"), ("ispect", "inspect"),
        ("spectogram", "spectrogram"), ("model lst", "list"),
    ])
    func aMistypedCommand(typed: String, meant: String) throws {
        let words = typed.split(separator: " ").map(String.init)
        let text = try Self.refusal(words + ["--output", "out", "in/"])
        #expect(text.contains("has no command \"\(words.last ?? "")\". Did you mean \(meant)?"))
        #expect(!text.contains("--output"), "\(text)")
    }

    @Test func aWordThatIsNoCommandAtAll() throws {
        let place = try ScratchFolder()
        #expect(try Self.refusal(["transmogrify"]).contains("The commands are extract, plan"))
        // A folder of recordings, by who has not read on.
        let text = try Self.refusal([place.path])
        #expect(text.contains("echo-gpu extract --model echo-tiny --output out \(place.path)"))
    }

    @Test(arguments: [
        ("--ouput", "Did you mean --output?"), ("--tabel", "Did you mean --table?"),
        ("--lvel", "Did you mean --level?"), ("--retry", "Did you mean --retry-failed?"),
        ("--bank", "It belongs to score."), ("--largest-batch", "It belongs to bench."),
        ("--claasify", "score has --classify."), ("--num-workers", "Every core is used already"),
        ("--recursive", "Folders are always searched"), ("--gpu", "Write --device gpu."),
        ("--fp16", "Write --precision fp16."), ("-output", "Long names have two dashes: --output"),
        ("-x", "has no option -x."),
    ])
    func anOptionThatThereIsNot(option: String, answer: String) throws {
        let text = try Self.refusal(Self.extract + [option])
        #expect(text.contains("echo-gpu extract has no option "), "\(text)")
        #expect(text.contains(answer), "\(option): \(text)")
        #expect(text.contains("See 'echo-gpu extract --help'."))
    }

    @Test func optionsInFrontOfTheCommand() throws {
        for name in ["--output", "-o"] {
            let text = try Self.refusal([name, "x", "extract", "--model", "demo", "a.wav"])
            #expect(text.contains("behind the command: echo-gpu extract \(name)."), "\(text)")
            #expect(!text.contains("has no option"), "\(text)")
        }
    }

    /// As a shell passes them on: another folder would be made.
    @Test func namesThatAreNotUnicode() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let binary = try EchoGPUProcess.binary().path
        for command in ["extract -m demo -o \"$NAME\" \"$1\"", "inspect \"$NAME\""] {
            let script = "cd \"$2\"; NAME=$(printf 'b\\377'); exec \"$0\" " + command
            let result = try EchoGPUProcess(
                ["-c", script, binary, path, place.folder.path],
                program: URL(fileURLWithPath: "/bin/sh"))
            #expect(result.status == 64)
            #expect(
                result.standardError.contains("is not valid UTF-8, as the names"),
                "\(result.standardError)")
        }
    }

    @Test func aValueBelowZero() throws {
        // What the option says of it, and no advice that ends in that.
        for (option, value, answer) in [
            ("--max-failures", "-1.5", "from 0% to 100%, not \"-1.5\"."),
            ("--batch", "-1", "--batch takes 1 to 65536, not -1."),
        ] {
            let text = try Self.refusal(Self.extract + [option, value])
            #expect(text.contains(answer) && !text.contains("behind ="), "\(text)")
        }
        for (arguments, answer) in [
            (["search", "--in", "-1", "x.wav"], "--in=-1."),
            (["extract", "-m", "demo", "-o", "-1", "x.wav"], "-o=-1."),
        ] {
            let text = try Self.refusal(arguments)
            #expect(text.contains("is written behind =: " + answer), "\(text)")
        }
    }

    /// One of the two would count, in silence.
    @Test func twoValuesOfAnOptionThatTakesOne() throws {
        for (typed, parts) in [
            (["--batch", "4", "--batch-size", "8"], ["--batch \"4\"", "--batch-size \"8\""]),
            (["--output=p"], ["-o \"o\"", "--output \"p\""]),
            (["--model", "echo-tiny"], ["-m \"demo\"", "--model \"echo-tiny\""]),
        ] {
            let text = try Self.refusal(Self.extract + typed)
            for part in parts + ["are both given"] { #expect(text.contains(part), "\(text)") }
        }
        // Twice the same is one, and what may be repeated may differ.
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let plan = try EchoGPUProcess(["plan", "--shards", "2", "--shards=2", path])
        #expect(plan.status == 0, "\(plan.standardError)")
        let score = try EchoGPUProcess(["score", "--bank", "no", "--bank", "none", "--test", "no"])
        #expect(score.status == 66, "\(score.standardError)")
    }

    @Test func emptyArguments() throws {
        for (arguments, part) in [
            (["extract", "-m", "", "-o", "o", "x.wav"], "-m has an empty value"),
            (["extract", "-m", "demo", "-o", "", "x.wav"], "-o has an empty value"),
            (Self.extract + ["--log-file", ""], "--log-file has an empty value"),
            (["extract", "-m", "demo", "-o", "o", ""], "an argument is empty"),
            (["inspect", ""], "an argument is empty"),
        ] {
            let text = try Self.refusal(arguments)
            #expect(text.contains(part) && text.contains("a variable of the shell"), "\(text)")
        }
    }

    @Test(arguments: [
        (["embed", "x"], "echo-gpu extract"), (["pull", "echo-tiny"], "echo-gpu model pull"),
        (["model", "download"], "echo-gpu model pull"), (["model", "ls"], "echo-gpu model list"),
        (["convert", "x.pth"], "python -m echo_gpu convert"), (["info", "x"], "echo-gpu inspect"),
    ])
    func commandsOfOtherPrograms(arguments: [String], answer: String) throws {
        #expect(try Self.refusal(arguments).contains(answer))
    }

    /// As a script writes it whose variable is not set: the next argument is not the value.
    @Test func anOptionWithNothingBehindItsEqualsSign() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        for arguments in [
            ["plan", "--write-manifest=", path, path], ["extract", "-m", "demo", "-o=", "x", path],
            ["extract", "-m", "demo", "--output=", place.folder["in"], path],
            ["--config=", "plan", path],
        ] {
            let text = try Self.refusal(arguments)
            #expect(text.contains("= has no value behind it. Write one"), "\(text)")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try EchoGPUProcess(["plan", "--", "--shards="]).status == 66)
    }

    @Test(arguments: [
        ("--level", "uterance", "--level takes utterance, segment or both, not \"uterance\"", true),
        ("--level", "BOTH", "Did you mean both?", true),
        ("--layout", "zarr", "--layout takes files or parts, not \"zarr\".", false),
        ("--precision", "f16", "Did you mean fp16?", true),
        ("--channels", "left", "mean, first, last, each, concatenate", false),
    ])
    func aValueThatThereIsNot(
        option: String, value: String, answer: String, hasNear: Bool
    ) throws {
        let text = try Self.refusal(Self.extract + [option, value])
        #expect(text.contains(answer), "\(text)")
        #expect(text.contains("Did you mean") == hasNear, "\(text)")
    }

    /// What was typed begins no line of its own, whoever words the message.
    @Test func lineBreaksInValuesAreEscaped() throws {
        let value = "3\necho-gpu: all is well"
        for result in [
            try EchoGPUProcess(Self.extract + ["--batch", value]),
            try EchoGPUProcess(Self.extract, environment: ["ECHO_GPU_BATCH": value]),
            try EchoGPUProcess(Self.extract + ["--level", value]),
            try EchoGPUProcess(["plan", "x", "--config", "no\necho-gpu: all is well"]),
        ] {
            #expect(result.status != 0)
            let text = result.standardError
            #expect(text.contains("\\u{a}echo-gpu: all is well"), "\(text)")
            #expect(!text.contains("\necho-gpu: all is well"), "\(text)")
        }
    }

    /// All that is missing at once, with what each is.
    @Test func optionsThatAreNeeded() throws {
        let text = try Self.refusal(["extract", "in/"])
        #expect(text.contains("needs --model <model> and --output <folder>."), "\(text)")
        #expect(text.contains("echo-tiny"), "\(text)")
        let score = try Self.refusal(["score", "--bank", "b"])
        #expect(score.contains("needs --test <folder>.\n  --test <folder>  What is"), "\(score)")
    }

    @Test func withoutACommandHelpIsAnErrorThatHelps() throws {
        for (arguments, command) in [([], "extract"), (["model"], "pull")] as [([String], String)] {
            let result = try EchoGPUProcess(arguments)
            #expect(result.status == 64)
            #expect(result.standardOutput.isEmpty)
            #expect(result.standardError.contains("SUBCOMMANDS"), "\(result.standardError)")
            #expect(result.standardError.contains(command))
        }
    }

    @Test func shortNamesAndOtherNamesAreTheSame() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let result = try EchoGPUProcess([
            "extract", "-m", place.model, "-o", place.folder["out"], "--batch-size", "8",
            "--overwrite", "--device", "cpu", path,
        ])
        #expect(result.status == 0, "\(result.standardError)")
        let plan = try EchoGPUProcess(["plan", "-o", place.folder["out"], path])
        #expect(plan.status == 0, "\(plan.standardError)")
    }
}
