import Testing

import EchoReport

@Suite(.timeLimit(.minutes(20)))
struct ReportPageTests {
    private static let hostile = "</script><img src=x onerror=run()>\u{202e}\".wav"

    private static func content(points: Int, name: (Int) -> String) -> ReportContent {
        var content = ReportContent(
            folder: hostile, program: "echo-gpu test", made: 0, overview: ReportOverview())
        let places = (0..<points).map { index -> ReportMaps.Point in
            var recording = ReportRecording(id: name(index))
            (recording.group, recording.label) = ("group \(index % 11)", hostile)
            (recording.score, recording.threshold) = (Double(index), 5)
            return .init(recording, at: [Float(index % 100), Float(index / 100)])
        }
        content.maps.maps = [.init(width: 3, shares: [0.5, 0.25], points: places)]
        var example = ReportExamples.View(places[0].recording)
        example.clip = 0
        content.clips = [.embedded(DataURL([1, 2, 3], type: "audio/mpeg"))]
        content.examples.examples = [.init(example), .init(example)]
        return content
    }

    @Test func noNameIsMarkup() {
        let html = ReportPage(Self.content(points: 20) { _ in Self.hostile }).html
        #expect(!html.contains("<img src=x"))
        #expect(!html.contains("\u{202e}"))
        // Its own three elements, and none that a name made.
        #expect(html.matches(of: #/<script/#).count == 3)
        #expect(html.matches(of: #/</script>/#).count == 3)
        #expect(html.prefix(1024).contains(ReportPage.mark))
    }

    @Test func asksNoNetwork() {
        let html = ReportPage(Self.content(points: 3) { "\($0)" }).html
        #expect(html.contains("default-src &#39;none&#39;"))
        #expect(html.contains("media-src data:;"))
        // The name of SVG's elements in the script is no address.
        let addresses = html.matches(of: #/https?:\/\/[^"'\s)]*/#).map { String($0.0) }
        #expect(Set(addresses) == ["http://www.w3.org/2000/svg"])
    }

    @Test func aLinkedSoundMayBeAFileBesideIt() {
        var content = Self.content(points: 3) { "\($0)" }
        content.clips = [.linked(RelativeURL(path: "/a/x y.wav", from: "/a"))]
        let html = ReportPage(content).html
        #expect(html.contains("media-src data: file: &#39;self&#39;;"))
        #expect(html.contains("src=\"x%20y.wav\""))
    }

    @Test func anExampleThatComesTwiceIsDrawnOnce() {
        let html = ReportPage(Self.content(points: 3) { "\($0)" }).html
        #expect(html.matches(of: #/<audio/#).count == 1)
        #expect(html.contains("data-of=\"view-1\""))
    }

    @Test func tenThousandPointsWithLongNamesFit() {
        let content = Self.content(points: ReportPage.pointLimit) { number in
            String(repeating: "\u{202e}<", count: 2000) + "\(number)"
        }
        #expect(ReportPage(content, nameLimit: 20).html.utf8.count < 5_000_000)
    }

    @Test func sensorsWithoutADrawingAreNamed() {
        var content = Self.content(points: 3) { "\($0)" }
        var band = ReportTrend.Band(group: "31", name: "pump 31")
        (band.limit, band.change) = (1, .init(time: 86_400, id: Self.hostile))
        content.otherBands =
            [band] + (0..<300).map { ReportTrend.Band(group: "\($0)", name: "fan \($0)") }
        let html = ReportPage(content).html
        #expect(html.contains("<dt>sensors that leave their band</dt><dd class=\"alarm\">1</dd>"))
        let verdict = "<bdi>pump 31</bdi> <strong class=\"alarm\">leaves its band 1970-01-02"
        #expect(html.contains(verdict))
        #expect(html.contains("And 101 sensors more."))
    }

    @Test func placesKeepTheirProportions() {
        let points = [(0, 0), (4, 0), (4, 3)].map { x, y in
            ReportMaps.Point(ReportRecording(id: "x"), at: [Float(x), Float(y)])
        }
        let places = MapFigure.places(points)
        #expect(places[1].x - places[0].x > 0 && places[1].y == places[0].y)
        // Upwards is towards 0 in a drawing.
        let (wide, high) = (Double(places[1].x - places[0].x), Double(places[1].y - places[2].y))
        #expect(abs(wide / high - 4 / 3) < 1e-3)
        #expect(MapFigure.places(Array(points.prefix(1))) == [[5000, 3200]])
    }
}
