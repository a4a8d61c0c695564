import EchoFormats

/// The oddest recordings beside their nearest normal neighbours, to look at and to listen to.
enum ExampleSection {
    static func section(_ examples: ReportExamples, _ views: ExampleViews) -> Section? {
        guard !examples.examples.isEmpty else { return nil }
        let remarks = examples.remarks.map { "<li>\($0)</li>" as HTML }
        let list: HTML = remarks.isEmpty ? .empty : "<ul class=\"quiet\">\(remarks)</ul>\n"
        let cards = zip(examples.examples, views.places).enumerated().map { number, pair in
            card(number + 1, examples, pair.0, pair.1)
        }
        let title =
            switch examples.kind {
            case .oddest:
                examples.areNeighboursNormal
                    ? "The oddest, and the nearest normal ones" : "The oddest, and the nearest ones"
            case .sample: "Some of the recordings"
            }
        let style: HTML = examples.kind == .sample ? "cards sample" : "cards"
        return Section(
            id: "examples", title: title,
            body: "\(list)<ol class=\"\(style)\">\(cards)</ol>\n")
    }

    private static func card(
        _ number: Int, _ examples: ReportExamples, _ example: ReportExamples.Example,
        _ places: (example: ExampleViews.Place, neighbours: [ExampleViews.Place])
    ) -> HTML {
        let nearest = examples.areNeighboursNormal ? "Nearest normal" : "Nearest"
        let neighbours = zip(example.neighbours, places.neighbours).map {
            neighbour, place -> HTML in
            view(place, heading: "\(nearest), at a distance of \(neighbour.distance.shortText)")
        }
        let heading =
            switch examples.kind {
            case .oddest: "No. \(number)"
            case .sample: ""
            }
        return "<li class=\"card\">\(view(places.example, heading: heading))\(neighbours)</li>\n"
    }

    private static func view(_ place: ExampleViews.Place, heading: String) -> HTML {
        let recording = place.view.recording
        let title: HTML = heading.isEmpty ? .empty : "<p class=\"kicker\">\(heading)</p>"
        let facts: HTML = """
            \(title)<h3>\(HTML.name(recording.name))</h3>\
            <p class="facts">\(self.facts(recording))</p>
            """
        guard place.isFirst else {
            return """
                <article class="copy" data-of="\(place.element)">\(facts)<p class="shown-above">\
                <a href="#\(place.element)">Its picture and sound stand above.</a></p></article>
                """
        }
        return """
            <article id="\(place.element)">\(facts)\(picture(place.view))\(player(place))\
            \(remarks(place.view))</article>
            """
    }

    private static func facts(_ recording: ReportRecording) -> HTML {
        var facts: [HTML] = []
        if let score = recording.score {
            let above: HTML =
                recording.isOdd == true
                ? " <strong class=\"alarm\">above</strong> its threshold"
                : recording.isOdd == false ? " below its threshold" : .empty
            let threshold: HTML = recording.threshold.map { " \($0.shortText)" } ?? .empty
            facts.append("score <b>\(score.shortText)</b>\(above)\(threshold)")
        }
        if let label = recording.label { facts.append("label \(HTML.name(label))") }
        if let group = recording.group, !group.isEmpty { facts.append("group \(HTML.name(group))") }
        if let time = recording.time { facts.append("\(TimeText.minute(time)) UTC") }
        if let duration = recording.duration { facts.append("\(duration.durationText)") }
        if let rate = recording.sampleRate { facts.append("\(rate.grouped) Hz") }
        return HTML(facts.enumerated().map { $0 == 0 ? $1 : " · \($1)" })
    }

    private static func picture(_ view: ReportExamples.View) -> HTML {
        guard let picture = view.picture else { return .empty }
        return SpectrogramFigure.html(picture, of: view.recording)
    }

    private static func player(_ place: ExampleViews.Place) -> HTML {
        guard let sound = place.sound else { return .empty }
        let name = shown(place.view.recording.name, limit: 300)
        return """
            <audio controls preload="none" src="\(sound)" aria-label="\(name)"></audio>
            """
    }

    private static func remarks(_ view: ReportExamples.View) -> HTML {
        let remarks: HTML =
            view.remarks.isEmpty
            ? .empty : "<p class=\"quiet\">\(view.remarks.joined(separator: " "))</p>"
        let problem: HTML =
            view.problem.map { "<p class=\"problem\">\(shown($0, limit: 600))</p>" } ?? .empty
        return "\(remarks)\(problem)"
    }
}
