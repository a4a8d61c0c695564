import EchoReport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct ColourMapTests {
    /// CIE 1976 L* of an sRGB colour, D65.
    private static func lightness(_ colour: Colour) -> Double {
        func linear(_ byte: UInt8) -> Double {
            let value = Double(byte) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        let luminance =
            0.2126 * linear(colour.red) + 0.7152 * linear(colour.green)
            + 0.0722 * linear(colour.blue)
        return luminance > 216 / 24_389.0
            ? 116 * cbrt(luminance) - 16 : luminance * 24_389 / 27
    }

    @Test func leavesRoomInAPalette() {
        #expect(ColourMap.levels.count == ColourMap.levelCount)
        #expect(Set(ColourMap.levels).count == ColourMap.levelCount)
        #expect(ColourMap.levelCount <= 250)
    }

    /// Lightness rises from level to level, from black to nearly white, and never by much more than its share:
    /// the map is uniform in CAM02-UCS, whose lightness is not quite L*, and its colours are rounded to bytes.
    @Test func lightnessRisesEvenly() throws {
        let lightness = ColourMap.levels.map(Self.lightness)
        let share = 100 / Double(lightness.count - 1)
        for (first, second) in zip(lightness, lightness.dropFirst()) {
            #expect(second > first)
            #expect(second - first < 2.5 * share)
        }
        #expect(try #require(lightness.first) < 1)
        #expect(try #require(lightness.last) > 97)
    }

    @Test func whatLiesOutsideHasTheNearerEnd() {
        #expect(ColourMap.colour(-3) == ColourMap.levels[0])
        #expect(ColourMap.colour(7) == ColourMap.levels[ColourMap.levelCount - 1])
        #expect(ColourMap.colour(.infinity) == ColourMap.levels[ColourMap.levelCount - 1])
    }
}
