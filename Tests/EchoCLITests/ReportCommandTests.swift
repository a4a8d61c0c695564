import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct ReportCommandTests {
    /// Two recordings and one that is none, embedded into the folder `out`.
    private static func embedded() throws -> Workplace {
        let place = try Workplace()
        try place.recording("in/a.wav")
        try place.recording("in/<b>.wav")
        try place.folder.text("in/c.wav", "no recording")
        #expect(try place.extract(place.folder["in"]).status == 3)
        return place
    }

    private static func report(_ place: Workplace, _ more: String...) throws -> EchoGPUProcess {
        try EchoGPUProcess(
            ["report", place.folder["out"], "--output", place.folder["page.html"]] + more)
    }

    @Test func aPageIsWritten() throws {
        let place = try Self.embedded()
        let result = try Self.report(place, "--json")
        #expect(result.status == 0)
        let json = try result.json()
        #expect(json["point_count"] as? Int == 2)
        #expect(json["picture_count"] as? Int == 2)
        #expect(json["sound_count"] as? Int == 2)
        #expect(json["missing_count"] as? Int == 0)
        let page = try String(contentsOfFile: place.folder["page.html"], encoding: .utf8)
        #expect(json["byte_count"] as? Int == page.utf8.count)
        let texts = [
            "<h1><bdi>", "&lt;b&gt;.wav", "unreadable", "data:image/png", "data:audio/mpeg",
        ]
        for text in texts {
            #expect(page.range(of: text) != nil, "\(text)")
        }
        #expect(page.range(of: "<b>.wav") == nil)
        // An earlier report is replaced.
        #expect(try Self.report(place).status == 0)
    }

    @Test func recordingsThatAreGoneAreCounted() throws {
        let place = try Self.embedded()
        try FileManager.default.removeItem(atPath: place.folder["in/a.wav"])
        let json = try Self.report(place, "--json").json()
        #expect(json["missing_count"] as? Int == 1)
        #expect(json["picture_count"] as? Int == 1)
        #expect(json["point_count"] as? Int == 2)
    }

    @Test func whatIsNoReportStays() throws {
        let place = try Self.embedded()
        try place.folder.text("page.html", "mine")
        let result = try Self.report(place)
        #expect(result.status == 73)
        #expect(result.standardError.contains("no report"))
        #expect(try String(contentsOfFile: place.folder["page.html"], encoding: .utf8) == "mine")
    }

    @Test func wrongArgumentsAreNamed() throws {
        let place = try Self.embedded()
        let (out, page) = (place.folder["out"], place.folder["page.html"])
        let cases: [(arguments: [String], status: Int32, text: String)] = [
            ([out, "--output", place.folder["page.pdf"]], 64, "ends in .html"),
            ([out, "--output", page, "--clip-seconds", "0"], 64, "0.5 to 60"),
            ([out, "--output", page, "--recordings", "nowhere"], 66, "nowhere: there is no such"),
            ([out, "--output", page, "--scores", out, "--group-by", "machine"], 64, "--group-by"),
            ([out, "--output", page, "--group-by", "sample_rate,nix"], 64, "There are: sample"),
            ([out, "--output", page, "--group-by", "machine,"], 64, "without a name"),
            ([out, "--output", page, "--group-by", ""], 64, "--group-by has an empty value"),
            ([out, "--output", page, "--scores", place.folder["in"]], 65, "metrics.json"),
            ([out, "--output", page, "--scores", place.folder["none"]], 66, "no such folder"),
            ([place.folder["in"], "--output", page], 65, "no output folder"),
            ([place.folder["none"], "--output", page], 66, "no such folder"),
        ]
        for (arguments, status, text) in cases {
            let result = try EchoGPUProcess(["report"] + arguments)
            #expect(result.status == status, "\(arguments)")
            #expect(result.standardError.contains(text), "\(result.standardError)")
        }
    }

    @Test func aFolderOfFailuresHasNoMap() throws {
        let archive = try VectorArchive()
        let out = try archive.write("out", [], failed: ["a.wav", "b.wav"])
        let result = try EchoGPUProcess(["report", out, "--output", archive["page.html"]])
        #expect(result.status == 0)
        #expect(result.standardError.contains("has no embedding. Recordings that failed: 2."))
    }

    // MARK: Scores

    private static func days(_ sensor: String, _ values: [Float]) -> [VectorArchive.Recording] {
        values.enumerated().map { day, value in
            .init("\(sensor)/2024-05-\(10 + day).wav", [value], fields: ["sensor": sensor])
        }
    }

    private static func follow(_ archive: VectorArchive, _ test: String) throws {
        let result = try EchoGPUProcess([
            "score", "--device", "cpu", "--metric", "euclidean", "--baseline", "5", "--group-by",
            "sensor", "--test", test, "--output", archive["scores"],
        ])
        #expect(result.status == 0, "\(result.standardError)")
    }

    /// Thirteen sensors, of which twelve have drawings; only the last one leaves its band, with fewer scores above its
    /// limit than the others.
    @Test func aSensorThatLeavesItsBandIsDrawn() throws {
        let archive = try VectorArchive()
        let baseline: [Float] = [0, 1, 3, 6, 10]
        let calm = (10..<22).flatMap { number in
            Self.days("s\(number)", baseline + [40, 11, 40, 11, 40, 11, 40, 11])
        }
        let out = try archive.write("out", calm + Self.days("s22", baseline + [40, 40, 40]))
        try Self.follow(archive, out)
        let page = archive["page.html"]
        let result = try EchoGPUProcess([
            "report", out, "--scores", archive["scores"], "--output", page,
        ])
        #expect(result.status == 0, "\(result.standardError)")
        let html = try String(contentsOfFile: page, encoding: .utf8)
        let verdict = "<bdi>s22</bdi> <strong class=\"alarm\">leaves its band 2024-05-15 00:00"
        #expect(html.contains(verdict))
        #expect(html.contains("<h3>Without a drawing</h3>"))
    }

    @Test func scoresOfAnotherFolderAreRefused() throws {
        let archive = try VectorArchive()
        try Self.follow(archive, archive.write("ours", Self.days("a", [0, 1, 3, 6, 10, 11, 40])))
        let others = try archive.write("others", Self.days("b", [0, 1]))
        for more in [[], ["--oddest", "0"]] {
            let result = try EchoGPUProcess(
                [
                    "report", others, "--scores", archive["scores"], "--output",
                    archive["page.html"],
                ] + more)
            #expect(result.status == 65)
            #expect(result.standardError.contains("Give the folder that was scored"))
        }
    }
}
