import EchoTestSupport
import Foundation
import Testing

/// What has no score is refused, with both sides named.
@Suite(.timeLimit(.minutes(20))) struct ScoreRefusalTests {
    @Test func otherRatesHaveNoDistance() throws {
        let archive = try VectorArchive()
        let bank = try archive.write(
            "bank", [.init("slow", [1, 2]), .init("fast", [1, 2, 3], rate: 48_000)])
        let test = try archive.write("test", [.init("t", [3, 2, 1], rate: 48_000)])
        let mixed = try archive.score("--bank", bank, "--test", test)
        #expect(mixed.status == 65)
        for part in ["slow", "16000 Hz", "fast", "48000 Hz", "--group-by sample_rate"] {
            #expect(mixed.standardError.contains(part), "\(mixed.standardError)")
        }
        let apart = try archive.score("--bank", bank, "--test", test, "--group-by", "sample_rate")
        #expect(apart.status == 0, "\(apart.standardError)")
        #expect(apart.standardError.contains("group 16000"))
    }

    /// As `--channels concatenate` makes them of recordings of several channels and of one.
    @Test func otherWidthsOfOneRateHaveNoDistance() throws {
        let archive = try VectorArchive()
        let (wide, narrow): ([Float], [Float]) = ([1, 2, 3, 4], [1, 2])
        let mixed = try archive.write(
            "mixed",
            [.init("w", wide), .init("v", [1, 2, 3, 5]), .init("n", narrow), .init("m", [1, 3])])
        let one = try archive.write("one", [.init("t", narrow)])
        let ways = [
            ["--loocv", "--test", mixed], ["--bank", mixed, "--test", one],
            ["--bank", one, "--test", mixed],
            ["--baseline", "5", "--time", "order", "--test", mixed],
        ]
        for way in ways {
            let result = try EchoGPUProcess(["score", "--device", "cpu"] + way)
            #expect(result.status == 65, "\(way) \(result.standardError)")
            #expect(result.standardError.contains("--group-by embedding_width"), "\(way)")
        }
        let apart = try archive.score("--loocv", "--test", mixed, "--group-by", "embedding_width")
        #expect(apart.status == 0, "\(apart.standardError)")
    }

    /// All of them at once, with what leaves them out.
    @Test func recordingsThatAreAloneAreAllNamed() throws {
        let archive = try VectorArchive()
        let machines = ["fan", "fan", "pump", "fan", "gear box"]
        let folder = try archive.write(
            "all",
            machines.enumerated().map { number, machine in
                .init("r\(number)", [1, Float(number)], fields: ["machine": machine])
            })
        let all = ["--loocv", "--test", folder, "--group-by", "machine"]
        let result = try EchoGPUProcess(["score", "--device", "cpu"] + all)
        #expect(result.status == 65, "\(result.standardError)")
        for part in ["r2 in group pump", "r4 in group gear box"] {
            #expect(result.standardError.contains(part), "\(result.standardError)")
        }
        let remedy = ["--test-where \"machine!=pump\"", "--test-where \"machine!=gear box\""]
        #expect(remedy.allSatisfy(result.standardError.contains), "\(result.standardError)")
        let rest = try EchoGPUProcess(
            ["score", "--device", "cpu"] + all
                + ["--test-where", "machine!=pump", "--test-where", "machine!=gear box"])
        #expect(rest.status == 0, "\(rest.standardError)")
    }

    /// The same folder is the same folder, however its path is written.
    @Test func aFolderOfTwoSpellingsIsOne() throws {
        let archive = try VectorArchive()
        let folder = try archive.write("all", (0..<4).map { .init("r\($0)", [1, Float($0)]) })
        let result = try archive.score("--bank", folder, "--test", folder + "/../all/")
        #expect(result.status == 64, "\(result.standardError)")
        #expect(result.standardError.contains("4 recordings are in the bank and in the test"))
    }

    /// Scores replace scores alone; a default model that no folder has a use for is no mistake.
    @Test func othersFoldersAreLeftAlone() throws {
        let archive = try VectorArchive()
        let folder = try archive.write("all", (0..<4).map { .init("r\($0)", [1, Float($0)]) })
        let onto = try archive.score("--loocv", "--test", folder, "--output", folder)
        #expect(onto.status == 73, "\(onto.standardError)")
        #expect(onto.standardError.contains("no folder of scores"))
        #expect(!onto.standardError.contains("Restore"), "\(onto.standardError)")
        let arguments = ["score", "--device", "cpu", "--loocv", "--test", folder]
        let quiet = try EchoGPUProcess(
            arguments, environment: ["ECHO_GPU_MODEL": "demo"], readsConfiguration: true)
        #expect(quiet.status == 0 && !quiet.standardError.contains("--model"))
        let typed = try EchoGPUProcess(arguments + ["--model", "demo"])
        #expect(typed.status == 0 && typed.standardError.contains("--model is for recordings"))
    }

    @Test func groupsOfOneNameAreRefused() throws {
        let archive = try VectorArchive()
        let names = [("a/b", "c"), ("a", "b/c")]
        let folder = try archive.write(
            "slashes",
            (0..<4).map { number in
                let (first, second) = names[number % 2]
                return .init(
                    "r\(number)", [1, Float(number)], fields: ["g": first, "h": second])
            })
        let result = try archive.score("--loocv", "--test", folder, "--group-by", "g,h")
        #expect(result.status == 65, "\(result.standardError)")
        #expect(result.standardError.contains("g \"a/b\", h \"c\""))
        #expect(result.standardError.contains("g \"a\", h \"b/c\""))
    }

    /// Tables none of whose lines is about a recording are a mistake; one of several may be of other machines.
    @Test func tablesThatFitNothingAreToldOf() throws {
        let archive = try VectorArchive()
        let bank = try archive.write("bank", [.init("a.wav", [1, 0]), .init("b.wav", [0, 1])])
        let others = try archive.folder.text("others.csv", "id,label\nx/A.wav,normal\n")
        let these = try archive.folder.text("these.csv", "id,label\na.wav,normal\n")
        let none = try archive.score("--bank", bank, "--test", bank, "--fields-from", others)
        #expect(none.status == 64, "\(none.standardError)")
        for part in ["others.csv", "\"x/A.wav\"", "\"a.wav\"", "2 recordings"] {
            #expect(none.standardError.contains(part), "\(none.standardError)")
        }
        let test = try archive.write("test", [.init("c.wav", [1, 1])])
        let both = try archive.score(
            "--bank", bank, "--test", test, "--fields-from", others, "--fields-from", these)
        #expect(both.status == 0, "\(both.standardError)")
        #expect(both.standardError.contains("others.csv: no line of it"))
        #expect(!both.standardError.contains("these.csv"))
    }

    @Test func copiesInTheBankAreToldOf() throws {
        let archive = try VectorArchive()
        let rows: [[Float]] = [[1, 0], [2, 1], [1, 3]]
        let test = try archive.write("test", [.init("t", [3, 1])])
        for (name, copies, isTold) in [("alone", [""], false), ("twice", ["", "again-"], true)] {
            let bank = try archive.write(
                name,
                copies.flatMap { copy in
                    rows.enumerated().map { .init("\(copy)\($0)", $1) }
                })
            let result = try archive.score("--bank", bank, "--test", test)
            #expect(result.status == 0, "\(result.standardError)")
            #expect(
                result.standardError.contains("6 recordings of the bank with a copy") == isTold,
                "\(result.standardError)")
        }
    }

    @Test func aDeviceThatIsMissingIsAnErrorForFewRowsToo() throws {
        let archive = try VectorArchive()
        let all = try archive.write("all", [.init("a", [1, 2]), .init("b", [2, 1])])
        let result = try EchoGPUProcess(["score", "--loocv", "--test", all, "--device", "97:0"])
        #expect(result.status == 69, "\(result.standardError)")
    }

    @Test func aGroupWithoutABankIsNamed() throws {
        let archive = try VectorArchive()
        let bank = try archive.write("bank", [.init("a", [1], fields: ["machine": "fan"])])
        let test = try archive.write("test", [.init("t", [1], fields: ["machine": "pump"])])
        let result = try archive.score("--bank", bank, "--test", test, "--group-by", "machine")
        #expect(result.status == 65)
        #expect(result.standardError.contains("group pump"))
    }

    @Test func aFieldThatIsNotThereIsNamedWithThoseThatAre() throws {
        let archive = try VectorArchive()
        let bank = try archive.write("bank", [.init("a", [1], fields: ["machine": "fan"])])
        let test = try archive.write("test", [.init("t", [1], fields: ["machine": "fan"])])
        for option in ["--group-by", "--domain", "--labels", "--classify"] {
            let result = try archive.score("--bank", bank, "--test", test, option, "machin")
            #expect(result.status == 64, "\(option)")
            #expect(
                result.standardError.contains("\(option) machin:")
                    && result.standardError.contains("machine, sample_rate"),
                "\(result.standardError)")
        }
        let condition = try archive.score(
            "--bank", bank, "--test", test, "--test-where", "machine=pump")
        #expect(condition.status == 64 && condition.standardError.contains("machine is fan"))
    }

    @Test func valuesThatAreNotNumbersAreNamed() throws {
        for isInBank in [true, false] {
            let archive = try VectorArchive()
            let (bad, good): ([Float], [Float]) = ([.nan, 1], [1, 1])
            let bank = try archive.write(
                "bank", [.init("a", [2, 1]), .init("b", isInBank ? bad : good)])
            let test = try archive.write("test", [.init("t", isInBank ? good : bad)])
            let result = try archive.score("--bank", bank, "--test", test)
            #expect(result.status == 65)
            #expect(
                result.standardError.contains("\(isInBank ? "b" : "t"): its embedding"),
                "\(result.standardError)")
        }
    }

    @Test func otherSettingsAreRefusedWithBothNamed() throws {
        let archive = try VectorArchive()
        let bank = try archive.write("bank", [.init("a", [1])])
        for (name, value) in [("weights_sha256", "cd34"), ("channels", "first")] {
            let test = try archive.write(
                "test-" + name, [.init("t", [1])], settings: [name: .string(value)])
            let result = try archive.score("--bank", bank, "--test", test)
            #expect(result.status == 64)
            for part in [bank, test, name, value] {
                #expect(result.standardError.contains(part), "\(result.standardError)")
            }
        }
        // How a table is stored, and how files without a rate were read, changes no meaning.
        let stored = try archive.write(
            "stored", [.init("t", [1])],
            settings: ["format": .string("npy"), "sample_rate": .integer(16_000)])
        #expect(try archive.score("--bank", bank, "--test", stored).status == 0)
    }

    @Test func duplicatesAreCounted() throws {
        let archive = try VectorArchive()
        let bank = try archive.write(
            "bank", [.init("a", [1, 2], byteCount: 7), .init("b", [2, 1])])
        let test = try archive.write(
            "test",
            [
                // Another embedding of the same file, the same embedding of another, and neither.
                .init("a", [1, 1.9], byteCount: 7), .init("copy", [4, 2]), .init("a2", [5, 3]),
            ])
        let result = try archive.score("--bank", bank, "--test", test, "--json")
        #expect(result.status == 0)
        let counts = try #require(try result.json()["counts"] as? [String: Int])
        #expect(counts["duplicates"] == 2)
        #expect(result.standardError.contains("the first is a "))
    }

    @Test func aRecordingOnBothSidesIsNamed() throws {
        let archive = try VectorArchive()
        let all = try archive.write("all", [.init("a", [1]), .init("b", [2])])
        let result = try archive.score("--bank", all, "--test", all)
        #expect(result.status == 64)
        for part in ["2 recordings", "--bank-where", "--loocv"] {
            #expect(result.standardError.contains(part))
        }
    }

    @Test(arguments: [
        ["--test", "x"], ["--bank", "x"], ["--bank", "x", "--test", "x", "--loocv"],
        ["--test", "x", "--loocv", "--bank-where", "a=b"],
        ["--bank", "x", "--test", "x", "--protocol", "siren"],
        ["--bank", "x", "--test", "x", "--year", "2020"],
        ["--bank", "x", "--test", "x", "--protocol", "siren", "--year", "2019"],
        ["--bank", "x", "--test", "x", "--protocol", "siren", "--year", "2020", "--k", "2"],
        ["--bank", "x", "--test", "x", "--k", "2", "--aggregate", "min"],
        ["--bank", "x", "--test", "x", "--aggregate", "mean"],
        ["--bank", "x", "--test", "x", "--k", "0"],
        ["--bank", "x", "--test", "x", "--quantile", "95"],
        ["--bank", "x", "--test", "x", "--normal", "ok"],
        ["--bank", "x", "--test", "x", "--group-by", "a,,b"],
        ["--bank", "x", "--test", "x", "--bank-where", "split"],
        ["--bank", "x", "--test", "x", "--folds", "5"],
        ["--bank", "x", "--test", "x", "--classify", "a", "--labels", "b"],
        ["--test", "x", "--classify", "a", "--loocv", "--folds", "5"],
    ])
    func optionsThatContradictAreRefused(arguments: [String]) throws {
        let result = try EchoGPUProcess(["score"] + arguments)
        #expect(result.status == 64, "\(result.standardError)")
        #expect(!result.standardError.isEmpty)
    }

    @Test func whatIsNotThereIsAnInputError() throws {
        let archive = try VectorArchive()
        let bank = try archive.write("bank", [.init("a", [1])])
        let result = try archive.score("--bank", bank, "--test", archive["nothing"])
        #expect(result.status == 66 && result.standardError.contains("nothing"))
    }
}
