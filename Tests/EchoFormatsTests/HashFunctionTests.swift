import EchoFormats
import Testing

/// Hashes that FIPS 180-4 and its examples give, and of lengths about the ends of blocks what coreutils'
/// `sha256sum` and `sha1sum` print.
@Suite(.timeLimit(.minutes(20))) struct HashFunctionTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let sha256, sha1: String

        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], _ sha256: String, _ sha1: String) {
            (self.name, self.bytes, self.sha256, self.sha1) = (name, bytes, sha256, sha1)
        }

        /// The bytes 0, 1, 2 and so on.
        init(counting count: UInt8, _ sha256: String, _ sha1: String) {
            self.init("\(count) bytes", Array(0..<count), sha256, sha1)
        }
    }

    static let vectors = [
        Vector(
            "nothing", [],
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        Vector(
            "abc", Array("abc".utf8),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "a9993e364706816aba3e25717850c26c9cd0d89d"),
        Vector(
            "two blocks", Array(twoBlocks.utf8),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
        Vector(
            "a million a", [UInt8](repeating: 0x61, count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
            "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        Vector(
            counting: 55,
            "463eb28e72f82e0a96c0a4cc53690c571281131f672aa229e0d45ae59b598b59",
            "8ae2d46729cfe68ff927af5eec9c7d1b66d65ac2"),
        Vector(
            counting: 56,
            "da2ae4d6b36748f2a318f23e7ab1dfdf45acdc9d049bd80e59de82a60895f562",
            "636e2ec698dac903498e648bd2f3af641d3c88cb"),
        Vector(
            counting: 63,
            "29af2686fd53374a36b0846694cc342177e428d1647515f078784d69cdb9e488",
            "6d942da0c4392b123528f2905c713a3ce28364bd"),
        Vector(
            counting: 64,
            "fdeab9acf3710362bd2658cdc9a29e8f9c757fcf9811603a8c447cd1d9151108",
            "c6138d514ffa2135bfce0ed0b8fac65669917ec7"),
        Vector(
            counting: 65,
            "4bfd2c8b6f1eec7a2afeb48b934ee4b2694182027e6d0fc075074f2fabb31781",
            "69bd728ad6e13cd76ff19751fde427b00e395746"),
        Vector(
            counting: 119,
            "da18797ed7c3a777f0847f429724a2d8cd5138e6ed2895c3fa1a6d39d18f7ec6",
            "41c89d06001bab4ab78736b44efe7ce18ce6ae08"),
        Vector(
            counting: 120,
            "f52b23db1fbb6ded89ef42a23ce0c8922c45f25c50b568a93bf1c075420bbb7c",
            "d3dbd653bd8597b7475321b60a36891278e6a04a"),
        Vector(
            counting: 128,
            "471fb943aa23c511f6f72f8d1652d9c880cfa392ad80503120547703e56a2be5",
            "e6434bc401f98603d7eda504790c98c67385d535"),
    ]
    private static let twoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

    @Test(arguments: vectors) func hashesAreTheStandards(vector: Vector) {
        #expect(SHA256.hash(vector.bytes).hexadecimalDigits == vector.sha256)
        #expect(SHA1.hash(vector.bytes).hexadecimalDigits == vector.sha1)
    }

    /// In pieces of every length, which end before, at and behind the ends of blocks.
    @Test func piecesMakeNoDifference() {
        func check(_ function: (some HashFunction).Type) {
            let bytes = (0..<200).map { UInt8(($0 * 7) & 0xFF) }
            let whole = function.hash(bytes)
            for length in 1...bytes.count {
                var hash = function.init()
                for start in stride(from: 0, to: bytes.count, by: length) {
                    hash.update(bytes[start..<min(start + length, bytes.count)])
                    hash.update([])
                }
                #expect(hash.finalize() == whole, "pieces of \(length)")
            }
        }
        check(SHA256.self)
        check(SHA1.self)
    }

    /// Sequences without memory of their own, and buffers of nothing.
    @Test func bytesOfEveryKind() {
        let bytes = Array("abc".utf8)
        var buffers = SHA256()
        bytes.withUnsafeBytes { buffers.update($0) }
        buffers.update(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(buffers.finalize() == SHA256.hash("abc".utf8))
        #expect(SHA256.hash(bytes.lazy.map { $0 }) == SHA256.hash(bytes))
    }

    @Test func aCopyGoesOnByItself() {
        var hash = SHA256()
        hash.update("ab".utf8)
        var copy = hash
        copy.update("d".utf8)
        hash.update("c".utf8)
        #expect(hash.finalize() == SHA256.hash("abc".utf8))
        #expect(copy.finalize() == SHA256.hash("abd".utf8))
        #expect(hash.finalize() == SHA256.hash("".utf8), "begins anew")
    }
}
