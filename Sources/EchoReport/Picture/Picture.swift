import EchoInvariant

/// An image in memory: rows from the top, three bytes a pixel (red, green, blue).
package struct Picture: Hashable, Sendable {
    package let width: Int
    package let height: Int
    package var pixels: [UInt8]

    /// An image of one colour.
    package init(width: Int, height: Int, filledWith colour: (UInt8, UInt8, UInt8)) {
        invariant(width > 0 && height > 0, "an image of \(width) x \(height) pixels")
        (self.width, self.height) = (width, height)
        pixels = (0..<width * height).flatMap { _ in [colour.0, colour.1, colour.2] }
    }
}
