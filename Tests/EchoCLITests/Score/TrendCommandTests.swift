import EchoScore
import EchoTestSupport
import Foundation
import Testing

/// `echo-gpu score --baseline` on embeddings that are known: numbers on a line.
@Suite(.timeLimit(.minutes(20))) struct TrendCommandTests {
    /// Distances to the nearest other: 1, 1, 2, 3, 4; their mean is 2.2, their deviation 1.30384.
    private static let baseline: [Float] = [0, 1, 3, 6, 10]
    private static let limit = 2.2 + 3 * 1.7.squareRoot()
    private static let later: [Float] = [11, 30, 11, 30, 40, 50]

    private static func days(
        _ values: [Float], channel: Int? = nil, from first: Int = 1
    ) -> [VectorArchive.Recording] {
        values.enumerated().map { number, value in
            let day = first + number
            return .init("2024-05-\(day < 10 ? "0" : "")\(day).wav", [value], channel: channel)
        }
    }

    private static func trends(_ result: EchoGPUProcess) throws -> [[String: Any]] {
        #expect(result.status == 0, "\(result.standardError)")
        return try #require(try result.json()["trend"] as? [[String: Any]])
    }

    private static func score(
        _ archive: VectorArchive, _ test: String, _ more: String...
    ) throws -> EchoGPUProcess {
        try EchoGPUProcess(
            ["score", "--device", "cpu", "--metric", "euclidean", "--test", test] + more)
    }

    /// More recordings in a row than there are: that nothing is found then says nothing, and that is said.
    @Test func aRuleThatCannotDecideIsToldOf() throws {
        let archive = try VectorArchive()
        let test = try archive.write("all", Self.days(Self.baseline + Self.later))
        let run = try Self.score(archive, test, "--baseline", "5", "--run-length", "7")
        #expect(run.status == 0, "\(run.standardError)")
        #expect(run.standardError.contains("with 6: no alarm is possible"), "\(run.standardError)")
        let able = try Self.score(archive, test, "--baseline", "5", "--run-length", "6")
        #expect(!able.standardError.contains("no alarm is possible"))
    }

    @Test func aTrendThatLeavesItsBandIsFoundWithItsDay() throws {
        let archive = try VectorArchive()
        // Not in the order of time in the folder.
        let test = try archive.write("all", Self.days(Self.baseline + Self.later).reversed())
        let result = try Self.score(
            archive, test, "--baseline", "5", "--output", archive["scores"], "--json")
        let trend = try #require(try Self.trends(result).first)
        let baseline = try #require(trend["baseline"] as? [String: Any])
        #expect(baseline["count"] as? Int == 5)
        #expect(baseline["start"] as? String == "2024-05-01T00:00:00Z")
        #expect(baseline["end"] as? String == "2024-05-05T00:00:00Z")
        #expect(abs((baseline["mean"] as? Double ?? 0) - 2.2) < 1e-12)
        #expect(abs((baseline["deviation"] as? Double ?? 0) - 1.7.squareRoot()) < 1e-12)
        #expect(abs((trend["limit"] as? Double ?? 0) - Self.limit) < 1e-12)
        // 30 on the 7th is alone; from the 9th on there are three.
        let change = try #require(trend["change"] as? [String: Any])
        #expect(change["id"] as? String == "2024-05-09.wav" && change["index"] as? Int == 8)
        #expect(change["time"] as? String == "2024-05-09T00:00:00Z")
        let alarm = try #require(trend["alarm"] as? [String: Any])
        #expect(alarm["id"] as? String == "2024-05-11.wav" && alarm["index"] as? Int == 10)
        let delay = try #require(trend["delay"] as? [String: Any])
        #expect(delay["recordings"] as? Int == 2 && delay["seconds"] as? Double == 172_800)
        #expect(trend["later"] as? Int == 6 && trend["above"] as? Int == 4)
        let times = try #require(try result.json()["times"] as? [String: Int])
        #expect(times == ["name": 11, "without_zone": 11])
        #expect(result.standardError.contains("fewer than 20"))
    }

    @Test func theTableHasTheBaselinesOwnScores() throws {
        let archive = try VectorArchive()
        let test = try archive.write("all", Self.days(Self.baseline + Self.later))
        let result = try Self.score(
            archive, test, "--baseline", "5", "--output", archive["scores"])
        #expect(result.status == 0, "\(result.standardError)")
        let rows = try ScoreTable.read(archive["scores/scores.csv"])
        #expect(rows.map(\.score) == [1, 1, 2, 3, 4, 1, 20, 1, 20, 30, 40])
        #expect(rows.allSatisfy { $0.threshold.map { abs($0 - Self.limit) < 1e-12 } ?? false })
        #expect(rows[10].nearest.first?.id == "2024-05-05.wav")
        #expect(rows[0].time == 1_714_521_600)
        let text = result.standardOutput
        for part in ["2024-05-09", "2024-05-11", "2 d", "1 of 1 sensors leave", "11 from the date"]
        {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test func channelsAndGroupsAreSensors() throws {
        let archive = try VectorArchive()
        let healthy: [Float] = [1, 4, 2, 11, 5, 1]
        let test = try archive.write(
            "all",
            Self.days(Self.baseline + Self.later, channel: 0)
                + Self.days(Self.baseline + healthy, channel: 1))
        let trends = try Self.trends(try Self.score(archive, test, "--baseline", "5", "--json"))
        #expect(trends.map { $0["name"] as? String } == ["ch0", "ch1"])
        #expect(trends.map { $0["channel"] as? Int } == [0, 1])
        #expect(trends[0]["change"] != nil && trends[1]["change"] == nil)
        #expect(trends[1]["problem"] == nil)
    }

    @Test func cusumFindsWhatLastsAndTheConstantsAreTheUsers() throws {
        let archive = try VectorArchive()
        // 4 away: 1.4 deviations above the mean, four times.
        let test = try archive.write("all", Self.days(Self.baseline + [14, 14, 14, 14]))
        let sigma = try Self.trends(try Self.score(archive, test, "--baseline", "5", "--json"))
        #expect(sigma[0]["change"] == nil)
        let cusum = try Self.trends(
            try Self.score(
                archive, test, "--baseline", "5", "--rule", "cusum", "--slack", "0.5",
                "--decision", "2.5", "--json"))
        let alarm = try #require(cusum[0]["alarm"] as? [String: Any])
        #expect(alarm["index"] as? Int == 7)
        #expect((cusum[0]["change"] as? [String: Any])?["index"] as? Int == 5)
        #expect(
            (cusum[0]["rule"] as? String)?.contains("(slack 0.5) adds up to more than 2.5") == true)
        let low = try Self.trends(
            try Self.score(
                archive, test, "--baseline", "5", "--sigmas", "1", "--run-length", "2", "--json"))
        #expect((low[0]["alarm"] as? [String: Any])?["index"] as? Int == 6)
    }

    @Test func aRangeLeavesOutWhatIsEarlier() throws {
        let archive = try VectorArchive()
        let test = try archive.write("all", Self.days([90, 95] + Self.baseline + Self.later))
        let result = try Self.score(
            archive, test, "--baseline", "2024-05-03..2024-05-07", "--json", "--output",
            archive["scores"])
        let trend = try #require(try Self.trends(result).first)
        #expect((trend["baseline"] as? [String: Any])?["count"] as? Int == 5)
        #expect((trend["change"] as? [String: Any])?["id"] as? String == "2024-05-11.wav")
        #expect(result.standardError.contains("2 recordings are earlier"))
        #expect(try ScoreTable.read(archive["scores/scores.csv"]).count == 11)
    }

    @Test func aSensorThatCannotBeJudgedIsNoHealthyOne() throws {
        let archive = try VectorArchive()
        let test = try archive.write(
            "all",
            Self.days([5, 5, 5, 5, 5, 90, 90, 90], channel: 0)
                + Self.days([0, 1, 3, 90], channel: 1)
                + Self.days(Self.baseline + [11], channel: 2))
        let result = try Self.score(archive, test, "--baseline", "5")
        #expect(result.status == 0)
        #expect(
            result.standardError.contains("ch0 is not judged: the baseline's recordings are all"))
        #expect(result.standardError.contains("ch1 is not judged: the baseline has 4 recordings"))
        #expect(result.standardOutput.contains("0 of 1 sensors leave"))
        #expect(result.standardOutput.contains("2 sensors are not judged"))
    }

    @Test(arguments: ["11", "2023-01-01..2023-12-31"])
    func noVerdictIsAnError(baseline: String) throws {
        let archive = try VectorArchive()
        let test = try archive.write("all", Self.days(Self.baseline + Self.later))
        let result = try Self.score(
            archive, test, "--baseline", baseline, "--output", archive["scores"])
        #expect(result.status == 65)
        #expect(
            result.standardError.contains("of 1 sensor none can be judged")
                && result.standardError.contains("2024-05-01T00:00:00Z to 2024-05-11T00:00:00Z"),
            "\(result.standardError)")
        #expect(!FileManager.default.fileExists(atPath: archive["scores/metrics.json"]))
    }

    @Test func filesThatWereCopiedInAnotherOrderThanTheyCountAreRefused() throws {
        let archive = try VectorArchive()
        func recordings(_ order: (Int) -> Int) -> [VectorArchive.Recording] {
            (Self.baseline + Self.later).enumerated().map { number, value in
                .init(
                    "Bearing1_1/\(number + 1).csv", [value],
                    modified: 1_700_000_000_000_000_000 + 60_000_000_000 * order(number))
            }
        }
        let copied = try archive.write("copied", recordings { 10 - $0 })
        let refused = try Self.score(archive, copied, "--baseline", "5")
        #expect(refused.status == 64)
        for part in ["1.csv", "11.csv", "--time order or --time modified"] {
            #expect(refused.standardError.contains(part), "\(refused.standardError)")
        }
        let counted = try Self.trends(
            try Self.score(archive, copied, "--baseline", "5", "--time", "order", "--json"))
        #expect((counted[0]["change"] as? [String: Any])?["id"] as? String == "Bearing1_1/9.csv")
        #expect((counted[0]["delay"] as? [String: Any])?["seconds"] == nil)
        let agreed = try Self.score(
            archive, try archive.write("agreed", recordings { $0 }), "--baseline", "5")
        #expect(agreed.standardOutput.contains("11 from when the file was changed"))
    }

    @Test func aTimeThatIsAskedForHasToBeThere() throws {
        let archive = try VectorArchive()
        let test = try archive.write("all", Self.days(Self.baseline + Self.later))
        let missing = try Self.score(archive, test, "--baseline", "5", "--time", "when")
        #expect(missing.status == 65 && missing.standardError.contains("no field \"when\""))
        let pattern = try Self.score(
            archive, test, "--baseline", "7d", "--time", "when", "--pattern",
            "(?<when>[0-9]{4}-[0-9]{2}-[0-9]{2})", "--json")
        let times = try #require(try pattern.json()["times"] as? [String: Int])
        #expect(times["field"] == 11)
        let two = try archive.write(
            "two", [.init("2024-05-01_2024-05-02.wav", [0])] + Self.days(Self.baseline, from: 3))
        let ambiguous = try Self.score(archive, two, "--baseline", "5")
        #expect(
            ambiguous.status == 65 && ambiguous.standardError.contains("2024-05-01 and 2024-05-02"))
        let unknown = try archive.write(
            "unknown", Self.days(Self.baseline) + [.init("x.wav", [1], modified: nil)])
        let nobody = try Self.score(archive, unknown, "--baseline", "5")
        #expect(nobody.status == 64 && nobody.standardError.contains("x.wav: nobody knows"))
    }

    @Test(arguments: [
        (["--baseline", "4"], "5 to 1000000"), (["--baseline", "20240501"], "the date 2024-05-01"),
        (["--baseline", "5", "--bank", "x"], "no use for --bank"),
        (["--baseline", "5", "--loocv"], "no use for --loocv"),
        (["--baseline", "5", "--quantile", "0.9"], "no use for --quantile"),
        (["--baseline", "5", "--rule", "cusum", "--sigmas", "2"], "constant of --rule sigma"),
        (["--baseline", "5", "--slack", "2"], "constant of --rule cusum"),
        (["--baseline", "5", "--run-length", "0"], "1 to 10000"),
        (["--baseline", "5", "--sigmas", "nan"], "0 to 1000 deviations"),
        (["--baseline", "7d", "--time", "order"], "gives no times"),
        (["--bank", "x", "--sigmas", "2"], "needs --baseline"),
    ])
    func refusesWhatContradictsItself(arguments: [String], named: String) throws {
        let result = try EchoGPUProcess(["score", "--test", "x"] + arguments)
        #expect(result.status == 64)
        #expect(result.standardError.contains(named), "\(result.standardError)")
    }
}
