import EchoFormats

/// A spectrogram with its axes: Hz at the left, s below, as text beside the picture.
enum SpectrogramFigure {
    /// CSS pixels, as in the style sheet.
    private static let height = 150.0

    static func html(
        _ picture: ReportExamples.SpectrogramImage, of recording: ReportRecording
    ) -> HTML {
        let (hertz, times) = (picture.frequencies, picture.times)
        let inKilohertz = hertz.upperBound >= 2000
        let pitches = AxisTicks(in: hertz, unit: inKilohertz ? 1000 : 1, atMost: 5)
        let up = zip(pitches.values, pitches.labels).map { tick, text -> HTML in
            let place = (tick - hertz.lowerBound) / (hertz.upperBound - hertz.lowerBound)
            let y = min(max(height * (1 - place) + 4, 10), height)
            return """
                <text x="100%" dx="-4" y="\(y.formatted(decimals: 1))" text-anchor="end">\(text)</text>
                """
        }
        let seconds = AxisTicks(in: times, atMost: 6)
        let across = zip(seconds.values, seconds.labels).map { tick, text -> HTML in
            let place = (tick - times.lowerBound) / (times.upperBound - times.lowerBound)
            let anchor: HTML = place < 0.05 ? "start" : place > 0.95 ? "end" : "middle"
            return """
                <text x="\(Chart.percent(place))" y="11" text-anchor="\(anchor)">\(text)</text>
                """
        }
        let label =
            "Spectrogram of \(shown(recording.name, limit: 300)), \(times.lowerBound.shortText) to "
            + "\(times.upperBound.shortText) s, up to \(hertz.upperBound.shortText) Hz"
        return """
            <figure class="spectrogram"><svg class="hertz" aria-hidden="true">\(up)</svg>\
            <img src="\(picture.image.text)" alt="\(label)">\
            <span class="unit">\(inKilohertz ? "kHz" : "Hz")</span>\
            <svg class="seconds" aria-hidden="true">\(across)</svg>\
            <figcaption>s · \(picture.levels)</figcaption></figure>
            """
    }
}
