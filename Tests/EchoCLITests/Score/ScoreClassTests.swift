import EchoScore
import EchoTestSupport
import Foundation
import Testing

/// `echo-gpu score --classify`.
@Suite(.timeLimit(.minutes(20))) struct ScoreClassTests {
    /// Two classes on a line, 0 to 3 and 10 to 13, and one of the first among the second.
    private static func archive() throws -> (VectorArchive, String) {
        let archive = try VectorArchive()
        func recording(_ number: Int, _ value: Float, _ fault: String) -> VectorArchive.Recording {
            .init("r\(number)", [value], fields: ["fault": fault, "half": "\(number % 2)"])
        }
        var recordings = (0..<4).map { recording($0, Float($0), "none") }
        recordings += (0..<4).map { recording($0 + 4, 10 + Float($0), "bearing") }
        recordings.append(recording(8, 11.5, "none"))
        return (archive, try archive.write("all", recordings))
    }

    private static func classification(_ result: EchoGPUProcess) throws -> [String: Any] {
        #expect(result.status == 0, "\(result.standardError)")
        return try #require(try result.json()["classification"] as? [String: Any])
    }

    @Test func eachIsToldFromAllOthers() throws {
        let (archive, all) = try Self.archive()
        let result = try archive.score(
            "--classify", "fault", "--k", "3", "--test", all, "--loocv", "--json", "--output",
            archive["scores"])
        let told = try Self.classification(result)
        #expect(told["classes"] as? [String] == ["bearing", "none"])
        #expect(told["confusion"] as? [[Int]] == [[4, 0], [1, 4]])
        // JSONSerialization may be off by the last digit.
        let accuracy = try #require(told["accuracy"] as? Double)
        #expect(abs(accuracy - 8.0 / 9) < 1e-15)
        let lines = try String(contentsOfFile: archive["scores/classes.csv"], encoding: .utf8)
            .split(separator: "\n")
        #expect(lines.count == 10 && lines[0].hasPrefix("id,class,told,fold,nearest_1,"))
        #expect(lines[9].hasPrefix("r8,none,bearing,,r5,bearing,0.5,r6,bearing,0.5,"))
        #expect(!FileManager.default.fileExists(atPath: archive["scores/scores.csv"]))
    }

    @Test func foldsAreEachToldFromTheOthers() throws {
        let (archive, all) = try Self.archive()
        let told = try Self.classification(
            try archive.score(
                "--classify", "fault", "--k", "3", "--test", all, "--folds", "3", "--json"))
        #expect(told["count"] as? Int == 9 && told["folds"] as? Int == 3)
        #expect((told["accuracy_by_fold"] as? [Double])?.count == 3)
        let confusion = try #require(told["confusion"] as? [[Int]])
        #expect(confusion.flatMap { $0 }.reduce(0, +) == 9 && confusion[0] == [4, 0])
    }

    @Test func aBankTellsTheOthers() throws {
        let (archive, all) = try Self.archive()
        let told = try Self.classification(
            try archive.score(
                "--classify", "fault", "--k", "1", "--bank", all, "--bank-where", "half=0",
                "--test", all, "--test-where", "half=1", "--json"))
        // 1 and 3 by 0 and 2; 11 by 11.5, which is none, since 10 and 12 are further; 13 by 12.
        #expect(told["confusion"] as? [[Int]] == [[1, 1], [0, 2]])
        #expect(told["split"] as? String == "bank")
    }

    @Test func channelsAreFusedByTheirScaledDistances() throws {
        let archive = try VectorArchive()
        // The second channel alone tells the classes; the first is a thousand times as large.
        var recordings: [VectorArchive.Recording] = []
        for number in 0..<8 {
            let fields = ["fault": number < 4 ? "a" : "b"]
            recordings += [
                .init("r\(number)", [1000 * Float(number * 5 % 8)], fields: fields, channel: 0),
                .init("r\(number)", [number < 4 ? 0 : 1], fields: fields, channel: 1),
            ]
        }
        let all = try archive.write("all", recordings, settings: ["channels": .string("each")])
        func accuracy(_ more: [String]) throws -> Double {
            let result = try EchoGPUProcess(
                ["score", "--classify", "fault", "--k", "1", "--test", all, "--loocv", "--json"]
                    + more)
            let told = try Self.classification(result)
            #expect(told["channels"] as? Int == 2 && told["count"] as? Int == 8)
            return try #require(told["accuracy"] as? Double)
        }
        let fused = try accuracy([])
        #expect(fused == 1)
        #expect(try accuracy(["--fusion", "side-by-side"]) < fused)
    }
}
