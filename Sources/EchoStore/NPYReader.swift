import EchoFormats
import EchoTensor
import Foundation

/// Reads one NPY file; every size in its header is checked against the file's own.
struct NPYReader {
    private let path: String
    private let bytes: Data

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

    /// Maps the file.
    init(path: String) throws(StoreError) {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else { throw StoreError(path: path, .system(.open, errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(path: path, .malformed("it is not a regular file"))
        }
        // Foundation leaks a page for each empty file that it is asked to map.
        guard status.st_size > 0 else {
            throw StoreError(path: path, .malformed("it is empty"))
        }
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw StoreError(path: path, .system(.read, Self.number(of: error)))
        }
    }

    /// - Throws: ``StoreError`` where the file is not a float array in C order.
    func tensor() throws(StoreError) -> HostTensor {
        let (header, start) = try header()
        guard let element = Element(rawValue: header.descriptor) else {
            throw malformed(
                "its elements are '\(header.descriptor)', not '<f2', '<f4' or '<f8'")
        }
        guard !header.isFortranOrder || header.dimensions.count < 2 else {
            throw malformed("it is in Fortran order")
        }
        let held = bytes.count - start
        guard let count = header.elementCount, count <= held / element.byteCount,
            count * element.byteCount == held
        else {
            throw malformed("the shape \(header.dimensions) does not fit its \(held) bytes of data")
        }
        return HostTensor(Shape(header.dimensions)) { destination in
            bytes.withUnsafeBytes { Self.copy($0[start...], element, to: destination) }
        }
    }

    /// The header, and where the values start.
    private func header() throws(StoreError) -> (NPYHeader, start: Int) {
        do throws(NPYHeaderParser.Failure) {
            let preamble = try NPYPreamble(bytes, byteCount: bytes.count)
            let text = String(decoding: bytes[preamble.textRange], as: UTF8.self)
            return (try NPYHeaderParser.parse(text), preamble.textRange.upperBound)
        } catch {
            throw malformed(error.text)
        }
    }

    /// Copies values that need not be aligned, and turns float16 and float64 into float32.
    private static func copy(
        _ source: Slice<UnsafeRawBufferPointer>, _ element: Element,
        to destination: UnsafeMutableBufferPointer<Float>
    ) {
        let source = UnsafeRawBufferPointer(rebasing: source)
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

    private func malformed(_ text: String) -> StoreError {
        StoreError(path: path, .malformed(text))
    }

    /// The `errno` inside one of Foundation's errors.
    private static func number(of error: any Error) -> Int32 {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        return underlying.map { Int32($0.code) } ?? EIO
    }
}
