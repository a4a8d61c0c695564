import EchoScore
import EchoTestSupport
import Foundation
import Testing

/// Figures of labelled recordings, by the user's own groups and by the rules of challenges.
@Suite(.timeLimit(.minutes(20))) struct ScoreLabelTests {
    private static func groups(_ result: EchoGPUProcess) throws -> [String: [String: Any]] {
        let groups = try result.json()["groups"] as? [[String: Any]] ?? []
        return Dictionary(uniqueKeysWithValues: groups.map { ($0["name"] as? String ?? "", $0) })
    }

    @Test func anomalousOnesAboveNormalOnesAreCounted() throws {
        let archive = try VectorArchive()
        func recording(_ id: String, _ value: Float, _ state: String) -> VectorArchive.Recording {
            .init(id, [value], fields: ["state": state])
        }
        let bank = try archive.write(
            "bank",
            [recording("a", 0, "ok"), recording("b", 1, "ok"), recording("c", 50, "broken")])
        // Scores 1, 3 and 2, 4: of four pairs three are in order.
        let test = try archive.write(
            "test",
            [
                recording("n1", 2, "ok"), recording("n2", 4, "ok"), recording("x1", 3, "broken"),
                recording("x2", 5, "worn"),
            ])
        let result = try archive.score(
            "--bank", bank, "--test", test, "--metric", "euclidean", "--labels", "state",
            "--normal",
            "ok", "--quantile", "1", "--json")
        #expect(result.status == 0, "\(result.standardError)")
        let group = try #require(try Self.groups(result)[""])
        #expect(group["auc"] as? Double == 0.75)
        // Of the bank's own distances the largest is 1.
        #expect(group["threshold"] as? Double == 1)
        let counts = try #require(group["counts"] as? [String: Int])
        #expect(counts["normal"] == 2 && counts["anomalous"] == 2)
        #expect(counts["odd"] == 3 && counts["hits"] == 2 && counts["false_alarms"] == 1)
        #expect(counts["bank"] == 2)
        #expect(result.standardError.contains("1 that are anomalous by their label"))
    }

    @Test func aGroupOfOneClassIsNamed() throws {
        let archive = try VectorArchive()
        func recording(_ id: String, _ machine: String, _ label: String) -> VectorArchive.Recording
        {
            .init(id, [1, 2], fields: ["machine": machine, "label": label])
        }
        let bank = try archive.write(
            "bank", [recording("a", "fan", "normal"), recording("b", "pump", "normal")])
        let test = try archive.write(
            "test",
            [
                recording("c", "fan", "normal"), recording("d", "fan", "anomaly"),
                recording("e", "pump", "normal"),
            ])
        let result = try archive.score(
            "--bank", bank, "--test", test, "--group-by", "machine", "--labels", "label",
            "--output",
            archive["scores"])
        #expect(result.status == 65)
        #expect(result.standardError.contains("group pump"))
        #expect(!FileManager.default.fileExists(atPath: archive["scores"]))
    }

    /// Rows of DCASE's names: the train clips of each domain at 0 and 10, test clips at the scores given.
    private static func clips(
        _ domain: String, normal: [Float], anomalous: [Float]
    ) -> [VectorArchive.Recording] {
        let base: Float = domain == "source" ? 0 : 1000
        func clip(_ use: String, _ label: String, _ number: Int, _ value: Float)
            -> VectorArchive.Recording
        {
            .init(
                "dev_data/fan/\(use)/section_00_\(domain)_\(use)_\(label)_000\(number).wav",
                // An angle: a unit vector as far from (1, 0) as it says.
                [cos((base + value) / 2000), sin((base + value) / 2000)])
        }
        return [clip("train", "normal", 0, 0)]
            + normal.enumerated().map { clip("test", "normal", $0.offset, $0.element) }
            + anomalous.enumerated().map { clip("test", "anomaly", $0.offset, $0.element) }
    }

    /// Of the source's anomalies both lie above its normal clips, of the target's one; counted together, as the
    /// official evaluator does, other pairs are compared.
    private static func tree(_ archive: VectorArchive) throws -> String {
        try archive.write(
            "tree",
            clips("source", normal: [10, 20], anomalous: [30, 40])
                + clips("target", normal: [25, 35], anomalous: [15, 45]))
    }

    @Test func sirenComparesDomainsApart() throws {
        let archive = try VectorArchive()
        let tree = try Self.tree(archive)
        let result = try archive.score(
            "--protocol", "siren", "--year", "2023", "--bank", tree, "--test", tree, "--json")
        #expect(result.status == 0, "\(result.standardError)")
        let groups = try Self.groups(result)
        #expect(groups["development/fan/section_00/source"]?["auc"] as? Double == 1)
        #expect(groups["development/fan/section_00/target"]?["auc"] as? Double == 0.5)
        let whole = try #require(groups["development/fan/section_00"])
        let pauc = try #require(whole["pauc"] as? Double)
        #expect(whole["auc"] == nil)
        let year = try #require(try result.json()["year"] as? [String: Any])
        #expect(year["mean"] as? String == "harmonic")
        let score = try #require(year["score"] as? Double)
        #expect(abs(score - 3 / (1 + 2 + 1 / pauc)) < 1e-12)
    }

    @Test func theOfficialEvaluatorComparesWithTheAnomaliesOfBoth() throws {
        let archive = try VectorArchive()
        let tree = try Self.tree(archive)
        let result = try archive.score(
            "--protocol", "dcase", "--year", "2023", "--bank", tree, "--test", tree, "--json")
        #expect(result.status == 0, "\(result.standardError)")
        let groups = try Self.groups(result)
        // 10, 20 against 15, 30, 40, 45: seven of eight; 25, 35 against them: five of eight.
        #expect(groups["development/fan/section_00/source"]?["auc"] as? Double == 7.0 / 8)
        #expect(groups["development/fan/section_00/target"]?["auc"] as? Double == 5.0 / 8)
        let year = try #require(try result.json()["year"] as? [String: Any])
        // The challenge's figure is the evaluation set's, which is not here.
        #expect(year["score"] == nil && year["development"] is Double)
        let machines = try #require(try result.json()["machines"] as? [[String: Any]])
        #expect(machines.map { $0["mean"] as? String } == ["harmonic"])
        #expect(result.standardError.contains("evaluation set"))
    }

    @Test func aChallengeTakesTheTrainSplitForItsBank() throws {
        let archive = try VectorArchive()
        let tree = try Self.tree(archive)
        let result = try archive.score(
            "--protocol", "siren", "--year", "2021", "--bank", tree, "--test", tree, "--output",
            archive["scores"])
        #expect(result.status == 0, "\(result.standardError)")
        let rows = try ScoreTable.read(archive["scores/scores.csv"])
        #expect(rows.count == 8 && rows.allSatisfy { $0.nearest[0].id.contains("_train_") })
        #expect(rows.map(\.label).contains("anomaly") && rows.map(\.domain).contains("target"))
        let other = try archive.score(
            "--protocol", "siren", "--year", "2020", "--bank", tree, "--test", tree)
        #expect(other.status == 64 && other.standardError.contains("section_00"))
    }

    @Test func aDomainPartsTheBank() throws {
        let archive = try VectorArchive()
        func recording(_ id: String, _ value: Float, _ domain: String) -> VectorArchive.Recording {
            .init(id, [value], fields: ["site": domain])
        }
        let bank = try archive.write(
            "bank",
            [
                recording("a", 0, "north"), recording("b", 10, "north"), recording("c", 1, "south"),
                recording("d", 3, "south"),
            ])
        let test = try archive.write("test", [recording("t", 0, "north")])
        let common = ["--metric", "euclidean", "--k", "2", "--output", archive["scores"]]
        func score(_ more: [String]) throws -> Double? {
            let result = try EchoGPUProcess(
                ["score", "--bank", bank, "--test", test] + common + more)
            #expect(result.status == 0, "\(result.standardError)")
            return try ScoreTable.read(archive["scores/scores.csv"]).first?.score
        }
        // Of all the nearest two are 0 and 1; of the north 0 and 10, of the south 1 and 3.
        #expect(try score([]) == 0.5)
        #expect(try score(["--domain", "site"]) == 2)
    }
}
