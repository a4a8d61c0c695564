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
