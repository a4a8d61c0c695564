import EchoFormats
import EchoTensor
import Glibc

/// Reads one NPY file; every size in its header is checked against the file's own. It is read, never
/// mapped: others may shorten it meanwhile.
final class NPYReader {
    private let path: String
    private let descriptor: Int32
    private let byteCount: Int

    /// Bytes that are read and converted at a time.
    private static let pieceLength = 1 << 20

    /// The elements that can be read.
    private enum Element: String {
        case float16 = "<f2"
        case float32 = "<f4"
        case float64 = "<f8"

        var byteCount: Int {
            switch self {
            case .float16: 2
            case .float32: 4
            case .float64: 8
            }
        }
    }

    /// Opens the file.
    init(path: String) throws(StoreError) {
        self.path = path
        // Non-blocking, so that a pipe is refused below and does not wait for its writer.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        var status = stat()
        let isOpen = descriptor >= 0 && fstat(descriptor, &status) == 0
        byteCount = Int(status.st_size)
        guard isOpen else { throw StoreError(path: path, .system(.open, errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(path: path, .malformed("it is not a regular file"))
        }
        guard byteCount > 0 else { throw StoreError(path: path, .malformed("it is empty")) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// - Throws: ``StoreError`` if the file is not a float array in C order.
    func tensor() throws(StoreError) -> HostTensor {
        let (header, start) = try header()
        guard let element = Element(rawValue: header.descriptor) else {
            throw malformed(
                "its elements are '\(header.descriptor)', not '<f2', '<f4' or '<f8'")
        }
        guard !header.isFortranOrder || header.dimensions.count < 2 else {
            throw malformed("it is in Fortran order")
        }
        let held = byteCount - start
        guard let count = header.elementCount, count <= held / element.byteCount,
            count * element.byteCount == held
        else {
            throw malformed("the shape \(header.dimensions) does not fit its \(held) bytes of data")
        }
        var failure: StoreError?
        let tensor = HostTensor(Shape(header.dimensions)) { destination in
            do throws(StoreError) {
                try copy(from: start, element, to: destination)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return tensor
    }

    /// The header, and where the values start.
    private func header() throws(StoreError) -> (NPYHeader, start: Int) {
        let head = try read(0..<min(NPYPreamble.longest, byteCount))
        do {
            let preamble = try NPYPreamble(head, byteCount: byteCount)
            let text = String(decoding: try read(preamble.textRange), as: UTF8.self)
            return (try NPYHeaderParser.parse(text), preamble.textRange.upperBound)
        } catch let error as NPYHeaderParser.Failure {
            throw malformed(error.text)
        } catch {
            throw error as? StoreError ?? malformed("\(error)")
        }
    }

    /// Copies the values from byte `start`, and turns float16 and float64 into float32.
    private func copy(
        from start: Int, _ element: Element, to destination: UnsafeMutableBufferPointer<Float>
    ) throws(StoreError) {
        var done = 0
        while done < destination.count {
            let count = min(Self.pieceLength / element.byteCount, destination.count - done)
            let begin = start + done * element.byteCount
            let piece = try read(begin..<begin + count * element.byteCount)
            piece.withUnsafeBytes {
                Self.copy(
                    $0, element,
                    to: UnsafeMutableBufferPointer(
                        rebasing: destination[done..<done + count]))
            }
            done += count
        }
    }

    private static func copy(
        _ source: UnsafeRawBufferPointer, _ element: Element,
        to destination: UnsafeMutableBufferPointer<Float>
    ) {
        switch element {
        case .float16:
            for index in destination.indices {
                let value = source.loadUnaligned(fromByteOffset: index * 2, as: Float16.self)
                destination[index] = Float(value)
            }
        case .float32:
            UnsafeMutableRawBufferPointer(destination).copyMemory(from: source)
        case .float64:
            for index in destination.indices {
                let value = source.loadUnaligned(fromByteOffset: index * 8, as: Double.self)
                destination[index] = Float(value)
            }
        }
    }

    /// The bytes of a range.
    private func read(_ range: Range<Int>) throws(StoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var filled = 0
        while filled < range.count {
            let count = bytes.withUnsafeMutableBytes {
                pread(
                    descriptor, $0.baseAddress.map { $0 + filled }, range.count - filled,
                    off_t(range.lowerBound + filled))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StoreError(path: path, .system(.read, errno)) }
            guard count > 0 else { throw malformed("it became shorter while it was read") }
            filled += count
        }
        return bytes
    }

    private func malformed(_ text: String) -> StoreError {
        StoreError(path: path, .malformed(text))
    }
}
