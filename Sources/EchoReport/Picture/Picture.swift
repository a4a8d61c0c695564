import EchoInvariant

/// A colour, as sRGB has it.
package struct Colour: Hashable, Sendable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }
}

/// An image in memory: rows from the top, three bytes a pixel (red, green, blue).
package struct Picture: Hashable, Sendable {
    package let width: Int
    package let height: Int
    package private(set) var pixels: [UInt8]

    /// An image of one colour.
    package init(width: Int, height: Int, filledWith colour: Colour) {
        invariant(width > 0 && height > 0, "an image of \(width) x \(height) pixels")
        (self.width, self.height) = (width, height)
        let pixel = [colour.red, colour.green, colour.blue]
        pixels = [UInt8](unsafeUninitializedCapacity: 3 * width * height) { bytes, count in
            for index in 0..<3 * width * height { bytes[index] = pixel[index % 3] }
            count = 3 * width * height
        }
    }

    /// The colour of a pixel of the image.
    package subscript(x: Int, y: Int) -> Colour {
        get {
            let place = place(x, y)
            return Colour(pixels[place], pixels[place + 1], pixels[place + 2])
        }
        set {
            let place = place(x, y)
            (pixels[place], pixels[place + 1], pixels[place + 2]) =
                (newValue.red, newValue.green, newValue.blue)
        }
    }

    /// Fills a rectangle, as far as it lies in the image.
    package mutating func fill(x: Range<Int>, y: Range<Int>, with colour: Colour) {
        for row in y.clamped(to: 0..<height) {
            for column in x.clamped(to: 0..<width) { self[column, row] = colour }
        }
    }

    private func place(_ x: Int, _ y: Int) -> Int {
        invariant(
            (0..<width).contains(x) && (0..<height).contains(y),
            "pixel (\(x), \(y)) of an image of \(width) x \(height)")
        return 3 * (y * width + x)
    }
}
