import EchoFormats

/// A map of embeddings as a drawing. Each class of points is one path of dots whose size does not
/// change with the zoom; the page's script draws the same paths anew for other colours.
package struct MapFigure {
    /// The drawing's size in its own units.
    static let size = (width: 10_000, height: 6_400)
    private static let margin = 250.0

    let map: ReportMaps.Map
    let number: Int
    let classes: PointClasses

    var html: HTML {
        let label = "Map of \(map.points.count.counted("recording"))"
        return """
            <figure class="map\(map.points.count < 500 ? " few" : "")" id="map-\(number)">
            <svg viewBox="0 0 \(Self.size.width) \(Self.size.height)" role="img" \
            aria-label="\(label)"><g class="points">\(paths)</g></svg>
            <figcaption>\(caption)</figcaption>
            </figure>

            """
    }

    private var caption: String {
        let shares = map.shares.map { "\((100 * $0).formatted(decimals: 1))%" }
        return
            "\(map.points.count.counted("recording")) of width \(map.width). Across: the direction in "
            + "which embeddings vary most (\(shares[0]) of the variance); up: the next "
            + "(\(shares[1])). Both to one scale."
    }

    private var paths: HTML {
        var dots: [String: String] = [:]
        for (point, place) in zip(map.points, Self.places(map.points)) {
            dots[classes.style(of: point.recording), default: ""] += "M\(place.x) \(place.y)h1"
        }
        // What has no name of its own lies below what has one, as in the script.
        func rank(_ style: String) -> Int { style == "none" ? 0 : style == "rest" ? 1 : 2 }
        return HTML(
            dots.sorted { (rank($0.key), $0.key) < (rank($1.key), $1.key) }
                .map { "<path class=\"\($0.key)\" d=\"\($0.value)\"/>" })
    }

    /// Where points lie in the drawing: both axes to one scale, the middle in the middle.
    package static func places(_ points: [ReportMaps.Point]) -> [SIMD2<Int>] {
        guard let first = points.first?.place else { return [] }
        let low = points.reduce(first) { pointwiseMin($0, $1.place) }
        let high = points.reduce(first) { pointwiseMax($0, $1.place) }
        let room = SIMD2(
            Double(size.width) - 2 * margin, Double(size.height) - 2 * margin)
        let extent = SIMD2<Double>(high - low)
        let scales = (0..<2).compactMap { extent[$0] > 0 ? room[$0] / extent[$0] : nil }
        let scale = scales.min() ?? 1
        let middle = SIMD2<Double>(low) + extent / 2
        return points.map { point in
            let place = (SIMD2<Double>(point.place) - middle) * scale
            return SIMD2(
                Int((Double(size.width) / 2 + place.x).rounded()),
                Int((Double(size.height) / 2 - place.y).rounded()))
        }
    }
}
