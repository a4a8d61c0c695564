import EchoReport
import EchoTestSupport
import Foundation
import Testing

/// What libpng writes, read by Python's zlib: no code is shared but zlib's.
@Suite(.timeLimit(.minutes(20))) struct PNGTests {
    /// Prints the width, the height, the colour type and the pixels as red, green and blue.
    private static let reader = """
        import struct, sys, zlib
        data = open(sys.argv[1], "rb").read()
        assert data[:8] == b"\\x89PNG\\r\\n\\x1a\\n"
        place, chunks = 8, {}
        while place < len(data):
            length, name = struct.unpack(">I4s", data[place:place + 8])
            body = data[place + 8:place + 8 + length]
            crc, = struct.unpack(">I", data[place + 8 + length:place + 12 + length])
            assert crc == zlib.crc32(name + body), name
            chunks[name] = chunks.get(name, b"") + body
            place += 12 + length
        assert b"IEND" in chunks
        width, height, depth, kind, _, _, interlace = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
        assert interlace == 0 and kind in (2, 3)
        pixel_bits = depth * (1 if kind == 3 else 3)
        rows, size = zlib.decompress(chunks[b"IDAT"]), (width * pixel_bits + 7) // 8
        step, before, pixels = max(1, pixel_bits // 8), bytes(size), bytearray()
        for y in range(height):
            line = bytearray(rows[y * (size + 1) + 1:(y + 1) * (size + 1)])
            how = rows[y * (size + 1)]
            for x in range(size):
                left = line[x - step] if x >= step else 0
                corner = before[x - step] if x >= step else 0
                up = before[x]
                near = min((abs(up - corner), 0, left), (abs(left - corner), 1, up),
                           (abs(left + up - 2 * corner), 2, corner))[2]
                line[x] = (line[x] + (0, left, up, (left + up) // 2, near)[how]) & 255
            before = bytes(line)
            if kind == 2:
                pixels += line
            else:
                for x in range(width):
                    bit = x * depth
                    code = line[bit // 8] >> (8 - depth - bit % 8) & (1 << depth) - 1
                    pixels += chunks[b"PLTE"][3 * code:3 * code + 3]
        print(width, height, kind, pixels.hex())
        """

    private static func read(_ bytes: [UInt8]) throws -> [Substring] {
        let folder = try ScratchFolder()
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("a.png")))
        try reader.write(toFile: folder.file("read.py"), atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", try folder.file("read.py"), try folder.file("a.png")]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    }

    /// Colours from few to more than a palette has, and widths that fill no byte of packed pixels.
    @Test(arguments: [
        (1, 3), (2, 3), (3, 3), (5, 3), (16, 3), (17, 3), (256, 3), (257, 2), (4000, 2),
    ])
    func comesBackWithTheSamePixels(colourCount: Int, colourType: Int) throws {
        var picture = Picture(width: 67, height: 61, filledWith: Colour(0, 0, 0))
        for place in 0..<67 * 61 {
            let code = place * 7919 % colourCount
            let colour = Colour(UInt8(code & 255), UInt8(code >> 8), UInt8(255 - code & 255))
            picture[place % 67, place / 67] = colour
        }
        let parts = try Self.read(picture.png())
        #expect(parts[..<3] == ["67", "61", "\(colourType)"])
        let digits = picture.pixels.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(parts[3] == digits)
    }

    @Test func theSamePictureIsTheSameBytes() throws {
        let picture = Picture(width: 300, height: 20, filledWith: Colour(7, 8, 9))
        #expect(try picture.png() == picture.png())
    }

    @Test func whatPNGCannotHoldIsAnError() {
        // libpng takes a million columns at most, unless it is told otherwise.
        #expect(throws: PictureError.self) {
            try Picture(width: 1_000_001, height: 1, filledWith: Colour(0, 0, 0)).png()
        }
    }
}
