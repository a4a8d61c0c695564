import Testing

import EchoReport

@Suite(.timeLimit(.minutes(20)))
struct PictureTests {
    @Test func isFilled() {
        let picture = Picture(width: 2, height: 1, filledWith: Colour(1, 2, 3))
        #expect(picture.pixels == [1, 2, 3, 1, 2, 3])
    }
}
