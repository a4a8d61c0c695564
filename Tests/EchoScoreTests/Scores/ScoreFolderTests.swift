import EchoScore
import EchoStore
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct ScoreFolderTests {
    private static var metrics: ScoreMetrics {
        var settings = ScoreMetrics.Settings(
            version: "1", bank: ["b"], test: ["t"], metric: "cosine", aggregate: "min", k: 1)
        settings.groupBy = ["machine"]
        var metrics = ScoreMetrics(settings: settings, counts: .init(bank: 2, test: 1))
        metrics.groups = [
            .init(
                name: "fan", fields: ["machine": "fan"], counts: .init(bank: 2, test: 1), auc: 0.5)
        ]
        return metrics
    }

    @Test func metricsComeBackAsTheyWere() throws {
        let place = try ScratchFolder()
        let folder = try ScoreFolder(path: place["new/scores"])
        #expect(try folder.metrics() == nil)
        try folder.write(
            Self.metrics, nearestCount: 1, rows: [ScoreRow(id: "a", score: 1)])
        #expect(try folder.metrics() == Self.metrics)
        let text = try String(contentsOfFile: place["new/scores/metrics.json"], encoding: .utf8)
        #expect(text.contains("\"group_by\"") && text.hasSuffix("}\n"))
        #expect(try ScoreTable.read(place["new/scores/scores.csv"]).map(\.id) == ["a"])
    }

    @Test func oneTableIsThereAtATime() throws {
        let place = try ScratchFolder()
        let folder = try ScoreFolder(path: place["scores"])
        try folder.write(Self.metrics, nearestCount: 0, rows: [])
        try ScoreFolder(path: place["scores"]).write(
            Self.metrics, table: ClassTable.fileName, header: ClassTable.header(neighbourCount: 1),
            lines: [])
        #expect(try place.files(in: "scores") == ["classes.csv", "metrics.json"])
    }

    @Test func whatIsNotOursStays() throws {
        let place = try ScratchFolder()
        try place.text("full/a.txt", "mine")
        try place.text("other/metrics.json", "{\"settings\": {\"command\": \"train\"}}")
        try place.text("file", "mine")
        for name in ["full", "other", "file"] {
            #expect(throws: StoreError.self) { try ScoreFolder(path: place[name]) }
        }
        // An empty folder is nobody's.
        try FileManager.default.createDirectory(
            atPath: place["empty"], withIntermediateDirectories: true)
        _ = try ScoreFolder(path: place["empty"])
    }

    @Test(arguments: [
        ("{\"settings\": {\"command\"", "cut off"),
        ("{\"settings\": {\"command\": \"score\"}}", "settings.version is not there"),
        ("{\"settings\": {\"command\": \"train\"}}", "not"),
    ])
    func damagedMetricsAreNamed(text: String, reason: String) throws {
        let place = try ScratchFolder()
        try place.text("scores/metrics.json", text)
        let error = try #require(throws: StoreError.self) {
            try ScoreFolder(path: place["scores"])
        }
        #expect(error.description.contains("metrics.json") && error.description.contains(reason))
    }

    @Test func ofTwoWritersOneIsRefused() throws {
        let place = try ScratchFolder()
        let folder = try ScoreFolder(path: place["scores"])
        try folder.write(Self.metrics, nearestCount: 0, rows: [])
        let other = try OutputLock.take(folder: place["scores"], shard: .whole, plan: "other")
        #expect(throws: StoreError.self) {
            try folder.write(Self.metrics, nearestCount: 0, rows: [ScoreRow(id: "a", score: 1)])
        }
        withExtendedLifetime(other) {}
        #expect(try ScoreTable.read(place["scores/scores.csv"]).isEmpty)
    }

    /// A disk that was full, or a signal, between table and metrics: the same command may run again.
    @Test func whatWasLeftOfOursIsReplaced() throws {
        let place = try ScratchFolder()
        try place.text("left/scores.csv", ScoreTable.header(nearestCount: 2))
        try place.text("left/.echo-gpu-7-1.tmp", "{")
        let folder = try ScoreFolder(path: place["left"])
        try folder.write(Self.metrics, nearestCount: 1, rows: [ScoreRow(id: "a", score: 1)])
        #expect(try ScoreTable.read(place["left/scores.csv"]).map(\.id) == ["a"])
        // A table of that name that is not ours, or ours beside files of others, stays.
        try place.text("theirs/scores.csv", "name,score\n")
        try place.text("both/classes.csv", ClassTable.header(neighbourCount: 1))
        try place.text("both/a.txt", "mine")
        for name in ["theirs", "both"] {
            #expect(throws: StoreError.self) { try ScoreFolder(path: place[name]) }
        }
    }

    @Test func aggregatesAreOfTheNearest() {
        #expect(Aggregate.min.score([1, 2, 6], count: 1) == 1)
        #expect(Aggregate.mean.score([1, 2, 6], count: 2) == 1.5)
        #expect(Aggregate.kth.score([1, 2, 6], count: 3) == 6)
        #expect(Aggregate.mean.score([1, 2, 6], count: 9) == 3)
        #expect(Aggregate.kth.score([1, 2, 6], count: 9) == 6)
    }
}
