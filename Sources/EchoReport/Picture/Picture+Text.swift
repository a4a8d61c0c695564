/// Text in a picture.
extension Picture {
    /// Which way text runs.
    package enum TextDirection: Hashable, Sendable {
        case right
        /// Turned by a quarter to the left, as titles of upright axes are.
        case up
    }

    /// Draws a line of text, as far as it lies in the image.
    ///
    /// - Parameters:
    ///   - x: Where its box begins; of text that runs up the left edge of that.
    ///   - y: Its top edge; of text that runs up its lower edge.
    ///   - scale: Pixels of the image for one of the font.
    package mutating func draw(
        _ text: String, x: Int, y: Int, in colour: Colour, scale: Int = 1,
        direction: TextDirection = .right
    ) {
        for (number, scalar) in text.unicodeScalars.enumerated() {
            let rows = BitmapFont.glyph(scalar)
            for (row, bits) in rows.enumerated() where bits != 0 {
                for column in 0..<BitmapFont.glyphWidth where bits & 0x80 >> column != 0 {
                    let along = (number * BitmapFont.glyphWidth + column) * scale
                    let across = row * scale
                    switch direction {
                    case .right:
                        fill(
                            x: x + along..<x + along + scale,
                            y: y + across..<y + across + scale, with: colour)
                    case .up:
                        fill(
                            x: x + across..<x + across + scale,
                            y: y - along - scale..<y - along, with: colour)
                    }
                }
            }
        }
    }

    /// Pixels that a line of text is long.
    package static func textWidth(_ text: String, scale: Int = 1) -> Int {
        text.unicodeScalars.count * BitmapFont.glyphWidth * scale
    }
}
