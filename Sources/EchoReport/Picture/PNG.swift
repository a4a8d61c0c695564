import CPNG
import EchoInvariant

/// Why a picture could not become a PNG file: libpng's text, such as that there is no memory.
package struct PictureError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}

extension Picture {
    /// The bytes of a PNG file, by libpng: with a palette if there are no more than 256 colours,
    /// which is exact and a third of the size.
    ///
    /// - Throws: ``PictureError`` if libpng cannot.
    package func png() throws(PictureError) -> [UInt8] {
        if let indexed = IndexedPixels(self) {
            return try PNGFile.write(
                indexed.indices, width: width, height: height, palette: indexed.palette)
        }
        return try PNGFile.write(pixels, width: width, height: height, palette: [])
    }
}

/// The pixels of a picture as numbers of its colours.
private struct IndexedPixels {
    /// A number a pixel.
    let indices: [UInt8]
    /// Red, green and blue of each colour, in the order in which the picture has them first.
    let palette: [UInt8]

    /// Nil if the picture has more than 256 colours.
    init?(_ picture: Picture) {
        var numbers: [UInt32: UInt8] = [:]
        var palette: [UInt8] = []
        var indices: [UInt8] = []
        indices.reserveCapacity(picture.width * picture.height)
        let pixels = picture.pixels
        // Neighbours are often alike.
        var last: (colour: UInt32, number: UInt8)?
        for place in stride(from: 0, to: pixels.count, by: 3) {
            let (red, green, blue) = (pixels[place], pixels[place + 1], pixels[place + 2])
            let colour = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
            if let last, last.colour == colour {
                indices.append(last.number)
                continue
            }
            let number: UInt8
            if let known = numbers[colour] {
                number = known
            } else {
                guard numbers.count < 256 else { return nil }
                number = UInt8(numbers.count)
                numbers[colour] = number
                palette += [red, green, blue]
            }
            last = (colour, number)
            indices.append(number)
        }
        (self.indices, self.palette) = (indices, palette)
    }
}

/// PNG files by libpng's simplified interface, which reports what goes wrong by its return value:
/// the other one's longjmp must not cross Swift's frames.
private enum PNGFile {
    /// - Parameters:
    ///   - pixels: A byte a pixel with a palette, else three.
    ///   - palette: Red, green and blue of up to 256 colours; empty for none.
    static func write(
        _ pixels: [UInt8], width: Int, height: Int, palette: [UInt8]
    ) throws(PictureError) -> [UInt8] {
        guard let width = UInt32(exactly: width), let height = UInt32(exactly: height) else {
            throw PictureError(
                description: "\(width) x \(height) pixels are too many for PNG. Give a smaller "
                    + "--width or --height")
        }
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        (image.width, image.height) = (width, height)
        image.format =
            palette.isEmpty ? UInt32(PNG_FORMAT_FLAG_COLOR) : pngColourMapFormat
        image.colormap_entries = UInt32(palette.count / 3)
        defer { png_image_free(&image) }
        // Compressed it has hardly ever more bytes than this; if it has, libpng says how many.
        var bytes = [UInt8](repeating: 0, count: pixels.count / 2 + 4096)
        for _ in 0..<2 {
            var size = bytes.count
            let isWritten = bytes.withUnsafeMutableBytes {
                png_image_write_to_memory(
                    &image, $0.baseAddress, &size, 0, pixels, 0,
                    palette.isEmpty ? nil : palette)
            }
            if isWritten != 0 { return Array(bytes[..<size]) }
            guard size > bytes.count else { break }
            bytes = [UInt8](repeating: 0, count: size)
        }
        throw PictureError(description: "libpng cannot write the picture: \(text(image))")
    }

    /// `PNG_FORMAT_RGB_COLORMAP`, which is a macro that Swift does not see.
    private static var pngColourMapFormat: UInt32 {
        UInt32(PNG_FORMAT_FLAG_COLOR) | UInt32(PNG_FORMAT_FLAG_COLORMAP)
    }

    private static func text(_ image: png_image) -> String {
        withUnsafeBytes(of: image.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
