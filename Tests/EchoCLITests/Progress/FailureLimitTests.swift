import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// `--max-failures`: a run stops early, keeps what it has, and goes on with the same command.
@Suite(.timeLimit(.minutes(20))) struct FailureLimitTests {
    /// Good and bad recordings by turns: `000.wav` is good, `001.wav` is not.
    private static func place(_ layout: FolderLayout, _ count: Int) throws -> EitherLayout {
        let place = try EitherLayout(layout)
        for number in 0..<count {
            let name = "in/\("\(1000 + number)".dropFirst()).wav"
            if number % 2 == 0 {
                try place.recording(name, seed: UInt64(number))
            } else {
                try place.folder.text(name, "no recording")
            }
        }
        return place
    }

    private static func ids(_ place: EitherLayout) throws -> [String] {
        try place.entries().map(\.source.id)
    }

    @Test(arguments: [FolderLayout.files, .parts])
    func itStopsAndTheSameCommandGoesOn(layout: FolderLayout) throws {
        let place = try Self.place(layout, 40)
        func run() throws -> EchoGPUProcess {
            try place.extract("--batch", "1", "--max-failures", "4", place.folder["in"])
        }
        let first = try run()
        #expect(first.status == 74, "\(first.standardError)")
        #expect(first.standardError.contains("more than --max-failures 4 allows: stopped early"))
        #expect(first.standardError.contains(place.folder["in/001.wav"] + ": "))
        #expect(try place.errors().count >= 5)
        let ids = try Self.ids(place)
        #expect(ids.count >= 9 && ids.count < 40 && Set(ids).count == ids.count, "\(ids)")
        #expect(try EchoGPUProcess(["inspect", place.folder["out"]]).status == 0)
        // Each run goes on behind the failures of the one before.
        var (statuses, runCount) = (Set<Int32>(), 0)
        while statuses.isDisjoint(with: [0, 3]), runCount < 10 {
            let next = try run()
            statuses.insert(next.status)
            runCount += 1
        }
        #expect(runCount < 10 && statuses.isSubset(of: [0, 3, 74]), "\(statuses)")
        let all = try Self.ids(place)
        #expect(all.count == 40 && Set(all).count == 40, "each recording once: \(all)")
        let embedded = try place.entries().count { !$0.isFailed }
        #expect(embedded == 20)
    }

    /// In parts the place follows from the recordings, whatever shared a batch.
    @Test func inPartsItStopsAtTheSamePlace() throws {
        var ids: [[String]] = []
        for batch in ["1", "3", "64"] {
            let place = try Self.place(.parts, 40)
            let run = try place.extract(
                "--batch", batch, "--max-failures", "4", place.folder["in"])
            #expect(run.status == 74)
            ids.append(try Self.ids(place))
        }
        #expect(ids[0].count == 10 && ids[0].last == "009.wav", "\(ids[0])")
        #expect(ids.allSatisfy { $0 == ids[0] })
    }

    @Test(arguments: [FolderLayout.files, .parts])
    func zeroStopsAtTheFirst(layout: FolderLayout) throws {
        let place = try Self.place(layout, 6)
        let run = try place.extract("--batch", "1", "--max-failures", "0", place.folder["in"])
        #expect(run.status == 74)
        #expect(try place.errors().count >= 1)
    }

    @Test(arguments: [FolderLayout.files, .parts], ["20", "50%", "10%"])
    func asManyAsAreAllowedStopNothing(layout: FolderLayout, limit: String) throws {
        // Of fewer than 100 per cent say little.
        let place = try Self.place(layout, 40)
        let run = try place.extract("--max-failures", limit, place.folder["in"])
        #expect(run.status == 3, "\(run.standardError)")
        #expect(try Self.ids(place).count == 40)
    }

    @Test func perCentOfThoseThatAreThrough() throws {
        let place = try Self.place(.parts, 300)
        let run = try place.extract(
            "--part-size", "40", "--batch", "8", "--max-failures", "49.5%", place.folder["in"])
        #expect(run.status == 74)
        #expect(run.standardError.contains("50 of 100 recordings"), "\(run.standardError)")
        #expect(try Self.ids(place).count == 100)
        let none = try Self.place(.parts, 300)
        let whole = try none.extract("--batch", "8", "--max-failures", "50.5%", none.folder["in"])
        #expect(whole.status == 3, "\(whole.standardError)")
    }

    @Test func theSummaryOfJSONSaysSo() throws {
        let place = try Self.place(.files, 6)
        let run = try place.extract(
            "--json", "--batch", "1", "--max-failures", "1", place.folder["in"])
        #expect(run.status == 74)
        #expect(
            run.standardOutput.contains("\"has_too_many_failures\" : true"),
            "\(run.standardOutput)")
    }

    @Test(arguments: ["-1", "x", "5 %", "101%", "%", "1.5", "nan%", "+3"])
    func whatIsNoLimitIsRefused(limit: String) throws {
        let place = try Workplace()
        let run = try place.extract("--max-failures=\(limit)", "a.wav")
        #expect(run.status == 64)
        #expect(
            run.standardError.contains("--max-failures takes a whole number such as 20"),
            "\(run.standardError)")
    }
}
