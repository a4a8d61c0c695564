import EchoFormats
import EchoInvariant

/// A spectrogram as a picture: time to the right, frequency upwards from 0 to half the sample rate,
/// both linear, and colours for levels.
///
/// A pixel shows the window and the bin nearest to it; of several that lie in it the largest value.
package struct SpectrogramPicture: Sendable {
    package let columns: SpectrogramColumns
    /// Decibels that the colours span; what lies outside has the colour of the nearer end.
    package let range: ClosedRange<Double>

    /// - Parameter range: Decibels (``SpectrogramLevel``); nil for ``SpectrogramColumns/range``.
    ///   Pictures that are
    ///   compared need one range.
    package init(_ columns: SpectrogramColumns, range: ClosedRange<Double>? = nil) {
        self.columns = columns
        self.range = range ?? columns.range
    }

    /// The picture without axes: for pages that draw their own.
    package func plain(width: Int, height: Int) -> Picture {
        var picture = Picture(width: width, height: height, filledWith: ColourMap.colour(0))
        draw(in: &picture, x: 0..<width, y: 0..<height)
        return picture
    }

    /// Draws it into a rectangle of a picture.
    func draw(in picture: inout Picture, x: Range<Int>, y: Range<Int>) {
        let grid = columns.grid
        let frames = Self.shares(
            of: grid.frameCount, x.count, grid.seconds, position: grid.framePosition)
        let bins = Self.shares(of: grid.binCount, y.count, grid.hertz, position: grid.binPosition)
        let span = range.upperBound - range.lowerBound
        for (row, bins) in bins.enumerated() {
            for (column, frames) in frames.enumerated() {
                let value = columns.maximum(frames: frames, bins: bins)
                let level = SpectrogramLevel.decibels(value, windowLength: grid.windowLength)
                let share = level.isFinite && span > 0 ? (level - range.lowerBound) / span : 0
                picture[x.lowerBound + column, y.upperBound - 1 - row] = ColourMap.colour(share)
            }
        }
    }

    /// Which of `count` frames or bins each pixel along an axis shows: those whose middle lies in
    /// it, else the nearest one. Each is shown at least once.
    static func shares(
        of count: Int, _ pixelCount: Int, _ axis: ClosedRange<Double>,
        position: (Double) -> Double
    ) -> [ClosedRange<Int>] {
        let step = (axis.upperBound - axis.lowerBound) / Double(pixelCount)
        func place(_ pixel: Double) -> Double { position(axis.lowerBound + pixel * step) }
        func clamped(_ place: Double) -> Int { Int(min(max(place, 0), Double(count - 1))) }
        return (0..<pixelCount).map { pixel in
            let first = place(Double(pixel)).rounded(.up)
            let isLast = pixel == pixelCount - 1
            let last = isLast ? Double(count - 1) : place(Double(pixel + 1)).rounded(.up) - 1
            guard max(first, 0) <= last else {
                let nearest = clamped(place(Double(pixel) + 0.5).rounded())
                return nearest...nearest
            }
            return clamped(first)...clamped(last)
        }
    }
}
