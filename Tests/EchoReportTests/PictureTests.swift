import EchoReport
import Testing

@Suite(.timeLimit(.minutes(20))) struct PictureTests {
    @Test func isFilled() {
        let picture = Picture(width: 2, height: 1, filledWith: Colour(1, 2, 3))
        #expect(picture.pixels == [1, 2, 3, 1, 2, 3])
        #expect(picture[1, 0] == Colour(1, 2, 3))
    }

    @Test func whatLiesOutsideIsNotDrawn() {
        var picture = Picture(width: 3, height: 3, filledWith: Colour(0, 0, 0))
        picture.fill(x: -5..<1, y: 2..<9, with: Colour(9, 9, 9))
        #expect(picture[0, 2] == Colour(9, 9, 9))
        #expect(picture.pixels.count { $0 == 9 } == 3)
        picture.draw("W", x: 100, y: -40, in: Colour(9, 9, 9))
        #expect(picture.pixels.count { $0 == 9 } == 3)
    }

    /// A letter of two strokes, whose pixels can be counted by eye: "l" of this font stands on a foot.
    @Test func aLetterIsDrawn() {
        let (ink, paper) = (Colour(0, 0, 0), Colour(255, 255, 255))
        var picture = Picture(width: 7, height: 13, filledWith: paper)
        picture.draw("|", x: 0, y: 0, in: ink)
        let columns = (0..<7).map { x in (0..<13).count { picture[x, $0] == ink } }
        #expect(columns == [0, 0, 0, 9, 0, 0, 0])
    }

    /// Upwards the same pixels stand turned by a quarter to the left.
    @Test(arguments: [1, 2])
    func textThatRunsUpIsTextTurned(scale: Int) {
        let (ink, paper) = (Colour(0, 0, 0), Colour(255, 255, 255))
        let width = Picture.textWidth("Ghé", scale: scale)
        let height = BitmapFont.glyphHeight * scale
        var right = Picture(width: width, height: height, filledWith: paper)
        right.draw("Ghé", x: 0, y: 0, in: ink, scale: scale)
        var up = Picture(width: height, height: width, filledWith: paper)
        up.draw("Ghé", x: 0, y: width, in: ink, scale: scale, direction: .up)
        #expect(right.pixels.contains(0))
        for x in 0..<width {
            for y in 0..<height { #expect(right[x, y] == up[y, width - 1 - x]) }
        }
    }

    @Test func whatHasNoGlyphIsABox() {
        #expect(BitmapFont.glyph("日").elementsEqual(BitmapFont.glyph("本")))
        #expect(BitmapFont.glyph("日").contains { $0 != 0 })
        #expect(!BitmapFont.glyph("µ").elementsEqual(BitmapFont.glyph("日")))
    }
}
