import EchoReport
import EchoSignal
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct SpectrogramPictureTests {
    /// The value that the encoder's spectrogram has for a magnitude.
    private static func value(_ magnitude: Double) -> Float {
        Float(ReferenceSpectrogram.normalised(magnitude))
    }

    private static func grid(frames: Int, rate: Int = 16_000) -> SpectrogramGrid {
        SpectrogramGrid(
            sampleRate: rate, windowLength: rate / 40, hop: rate / 100, frameCount: frames)
    }

    /// A spectrogram of silence but for some bins.
    private static func columns(
        _ grid: SpectrogramGrid, limit: Int = .max, loud: [(bin: Int, frame: Int)]
    ) -> SpectrogramColumns {
        var values = [Float](repeating: value(1e-6), count: grid.binCount * grid.frameCount)
        for (bin, frame) in loud { values[bin * grid.frameCount + frame] = value(100) }
        var columns = SpectrogramColumns(grid, limit: limit)
        columns.add(values, first: 0, frameCount: grid.frameCount)
        return columns
    }

    private static func bright(_ picture: Picture) -> [[Int]] {
        let brightest = ColourMap.colour(1)
        return (0..<picture.height).flatMap { y in
            (0..<picture.width).filter { picture[$0, y] == brightest }.map { [$0, y] }
        }
    }

    /// Against the transform itself: a sine of amplitude 1 in the middle of a bin is 0 dB, one of 0.1 is -20 dB.
    @Test(arguments: [(1.0, 0.0), (0.1, -20), (30, 29.542425)])
    func aSineHasItsLevel(amplitude: Double, expected: Double) throws {
        let samples = (0..<400).map {
            Float(amplitude * sin(2 * .pi * 1000 * Double($0) / 16_000))
        }
        let spectrogram = ReferenceSpectrogram(
            samples: samples, framing: Framing(sampleRate: 16_000), frameCount: 1)
        let loudest = try #require(spectrogram.magnitudes.max())
        let level = SpectrogramLevel.decibels(Self.value(loudest), windowLength: 400)
        // float32 holds the value, near 1, to 6e-8, which is 5e-6 dB.
        #expect(abs(level - expected) < 1e-4)
    }

    @Test func aPixelOfEachValueIsThatValue() {
        let grid = Self.grid(frames: 50)
        let columns = Self.columns(grid, loud: [(bin: 3, frame: 7)])
        // As many rows as bins, and columns that are frames but for the half of a window at either end.
        let picture = SpectrogramPicture(columns, range: -60...0).plain(width: 515, height: 201)
        let bright = Self.bright(picture)
        // Frame 7 is around (7 * 160 + 200) / 16000 = 0.0825 s of 0.515 s, and 5 ms to either side.
        #expect(Set(bright.map { $0[0] }) == Set(77...86))
        // Half a bin at the lower and the upper edge: bin 3 of 200 steps lies 3 / 200 above the lower one.
        #expect(bright.allSatisfy { (196...198).contains($0[1]) })
    }

    /// However few pixels there are, no value is lost.
    @Test(arguments: [(7, 5), (40, 31), (99, 201), (1000, 400)])
    func nothingLoudIsLost(width: Int, height: Int) {
        let grid = Self.grid(frames: 997)
        for (bin, frame) in [(0, 0), (200, 996), (100, 500), (1, 995), (199, 1), (37, 613)] {
            for limit in [3, 40, 996, .max] {
                let columns = Self.columns(grid, limit: limit, loud: [(bin: bin, frame: frame)])
                let picture = SpectrogramPicture(columns, range: -60...0).plain(
                    width: width, height: height)
                #expect(!Self.bright(picture).isEmpty, "bin \(bin), frame \(frame), \(limit)")
            }
        }
    }

    @Test func piecesMakeTheWhole() {
        let grid = Self.grid(frames: 300)
        let values = (0..<grid.binCount * 300).map { Float($0 % 977) / 977 }
        var (whole, pieces) = (
            SpectrogramColumns(grid, limit: 64), SpectrogramColumns(grid, limit: 64)
        )
        whole.add(values, first: 0, frameCount: 300)
        // The last repeats frames, as the last segment of a recording does.
        for frames in [0..<120, 120..<240, 180..<300] {
            let piece = (0..<grid.binCount).flatMap {
                values[$0 * 300 + frames.lowerBound..<$0 * 300 + frames.upperBound]
            }
            pieces.add(piece, first: frames.lowerBound, frameCount: frames.count)
        }
        let pictures = [whole, pieces].map { SpectrogramPicture($0).plain(width: 64, height: 201) }
        #expect(pictures[0] == pictures[1])
        #expect(whole.framesOfColumn == 5)
    }

    @Test func silenceIsBlack() {
        let grid = Self.grid(frames: 20)
        var columns = SpectrogramColumns(grid)
        columns.add(
            [Float](repeating: Self.value(0), count: 20 * grid.binCount), first: 0, frameCount: 20)
        let picture = SpectrogramPicture(columns).plain(width: 20, height: 20)
        #expect(Set(picture.pixels.chunks(of: 3)) == [[0, 0, 4]])
    }

    /// 80 dB from the loudest, in tens.
    @Test func rangeIsOfTheLoudest() {
        let grid = Self.grid(frames: 20)
        #expect(Self.columns(grid, loud: [(bin: 1, frame: 1)]).range == -80...0)
    }

    /// The whole chart has a palette: nothing but the levels' colours, the ink and the paper.
    @Test(arguments: SpectrogramChart.Theme.allCases)
    func aChartHasFewColours(theme: SpectrogramChart.Theme) throws {
        let grid = Self.grid(frames: 300)
        var columns = SpectrogramColumns(grid)
        let values = (0..<grid.binCount * 300).map { Float($0 % 977) / 977 }
        columns.add(values, first: 0, frameCount: 300)
        var style = SpectrogramChart.Style()
        (style.width, style.height, style.theme) = (640, 320, theme)
        let chart = SpectrogramChart(
            SpectrogramPicture(columns), caption: String(repeating: "long ", count: 100),
            style: style
        ).drawn()
        #expect((chart.width, chart.height) == (640, 320))
        #expect(Set(chart.pixels.chunks(of: 3)).count <= 242)
        // 25 is the colour type of the header: 3 is a palette.
        #expect(try chart.png()[25] == 3)
    }
}

extension Array {
    fileprivate func chunks(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<$0 + count]) }
    }
}
