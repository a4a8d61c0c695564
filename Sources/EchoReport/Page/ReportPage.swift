import EchoFormats
import EchoReportPage
import FoundationEssentials

/// A report as one page of HTML that asks nothing of any network.
///
/// Its content policy allows the style sheet and the script that stand in it, by their digests, and
/// pictures and sounds that it carries in itself, or, where sounds are linked, those beside it. So
/// even a mistake in escaping would run nothing and fetch nothing.
package struct ReportPage {
    /// What a page may take.
    package static let byteLimit = 10_000_000
    package static let pointLimit = 10_000
    /// What the first kilobyte of every page holds, by which a file is known to be one.
    package static let mark = "<meta name=\"generator\" content=\"echo-gpu report\">"

    private let content: ReportContent
    /// Code points of a name in the script's data.
    private let nameLimit: Int

    /// - Parameter nameLimit: Code points of the names of points; longer ones are cut.
    package init(_ content: ReportContent, nameLimit: Int = 200) {
        (self.content, self.nameLimit) = (content, nameLimit)
    }

    package var html: String {
        let style = Self.text(echo_report_style())
        let script = Self.text(echo_report_script())
        let views = ExampleViews(content)
        let sections: [Section] = [
            OverviewSection.section(content.overview),
            MapSection.section(content.maps),
            ScoreSection.section(content.scores),
            TrendSection.section(content.trends, others: content.otherBands),
            ExampleSection.section(content.examples, views),
        ].compactMap { $0 }
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            \(HTML.own(Self.mark))
            <meta http-equiv="Content-Security-Policy" content="\(policy(style, script))">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(content.folder) – report</title>
            <style>\(HTML.own(style))</style>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the content</a>
            <header>
            <h1>\(HTML.name(content.folder))</h1>
            <p class="quiet">Report of \(content.program), made \(TimeText.minute(content.made)) UTC</p>
            <nav aria-label="Sections"><ul>\(sections.map(\.link))</ul></nav>
            </header>
            <main id="main">
            \(tiles)\(notes)\(sections.map(\.html))</main>
            \(data(views))<script type="module">\(HTML.own(script))</script>
            </body>
            </html>

            """
        return page.text
    }

    // MARK: Head

    private func policy(_ style: String, _ script: String) -> String {
        let isLinked = content.clips.contains { if case .linked = $0 { true } else { false } }
        // Of a page that lies on a disk and of one that a server of one's own gives.
        let media = isLinked ? "data: file: 'self'" : "data:"
        return "default-src 'none'; style-src 'sha256-\(Self.digest(style))'; "
            + "script-src 'sha256-\(Self.digest(script))'; img-src data:; media-src \(media); "
            + "base-uri 'none'; form-action 'none'"
    }

    private static func digest(_ text: String) -> String {
        Data(SHA256.hash(text.utf8)).base64EncodedString()
    }

    /// Text of a file that is embedded in the program.
    private static func text(_ start: UnsafePointer<CChar>?) -> String {
        start.map { String(cString: $0) } ?? ""
    }

    // MARK: Body

    private var tiles: HTML {
        let overview = content.overview
        var tiles = [
            Self.tile("recordings", overview.recordingCount.grouped),
            Self.tile("together", overview.durations.total.durationText),
        ]
        if overview.failedCount > 0 {
            tiles.append(Self.tile("failed", overview.failedCount.grouped, style: "alarm"))
        }
        if let scores = content.scores {
            tiles.append(Self.tile("scores", scores.count.grouped))
            if scores.groups.contains(where: { $0.threshold != nil }) {
                tiles.append(Self.tile("above the threshold", scores.oddCount.grouped))
            }
        }
        let bands = content.trends.compactMap(\.band) + content.otherBands
        let left = bands.count { $0.change != nil }
        if left > 0 {
            tiles.append(Self.tile("sensors that leave their band", left.grouped, style: "alarm"))
        }
        return "<dl class=\"tiles\">\(tiles)</dl>\n"
    }

    private static func tile(_ name: String, _ value: String, style: StaticString = "") -> HTML {
        "<div><dt>\(name)</dt><dd class=\"\(HTML.own("\(style)"))\">\(value)</dd></div>"
    }

    private var notes: HTML {
        guard !content.notes.isEmpty else { return .empty }
        let limit = 50
        var items = content.notes.prefix(limit).map { note -> HTML in
            "<li>\(shown(note, limit: 600))</li>"
        }
        if content.notes.count > limit {
            items.append("<li>And \(content.notes.count - limit) more.</li>")
        }
        return """
            <aside class="notes" aria-label="Notes"><h2>What to know first</h2><ul>\(items)</ul></aside>

            """
    }

    private func data(_ views: ExampleViews) -> HTML {
        let maps = MapData(
            maps: content.maps, classes: PointClasses(content.maps), nameLimit: nameLimit)
        let clips = content.clips.enumerated().map { index, clip -> JSONValue in
            // One that an example has already stands in the page once.
            .string(views.elementOfClip[index].map { "#" + $0 } ?? clip.address)
        }
        return HTML([
            .data(maps.json, id: "map-data"),
            .data(.array(clips), id: "clip-data"),
        ])
    }
}

/// A part of the page with a heading.
struct Section {
    let id: StaticString
    let title: String
    let body: HTML

    var html: HTML {
        """
        <section id="\(HTML.own("\(id)"))"><h2>\(title)</h2>
        \(body)</section>

        """
    }

    var link: HTML { "<li><a href=\"#\(HTML.own("\(id)"))\">\(title)</a></li>" }
}
