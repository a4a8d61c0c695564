import EchoFormats
import EchoInvariant
import EchoKernels
import FoundationEssentials

/// The text of kernels: what is embedded in the binary, or files of `$ECHO_KERNEL_DIR`.
struct KernelSource: Sendable {
    /// Kernel files by name, without the extension.
    let texts: [String: String]

    /// - Parameter folder: Its `.cl` files replace the embedded ones of the same names, to try an
    ///   edited kernel without a rebuild; nil for none.
    /// - Throws: ``SettingError`` if it is no folder, holds no kernel or one of an unknown name, or
    ///   a file there cannot be read.
    init(folder: String?) throws(SettingError) {
        var count: Int32 = 0
        let embedded = UnsafeBufferPointer(start: echo_kernel_sources(&count), count: Int(count))
        var texts: [String: String] = [:]
        for source in embedded {
            texts[String(cString: source.name)] = String(cString: source.text)
        }
        if let folder {
            let edited = try Self.read(folder, known: texts.keys.sorted())
            texts.merge(edited) { $1 }
        }
        self.texts = texts
    }

    /// The kernel files of a folder, by name without the extension.
    private static func read(
        _ folder: String, known: [String]
    ) throws(SettingError) -> [String: String] {
        func wrong(_ problem: String) -> SettingError { .kernelFolder(folder, problem: problem) }
        var isFolder = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
            throw wrong("there is no such folder")
        }
        guard isFolder else { throw wrong("this is not a folder") }
        let files: [String]
        do {
            files = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw wrong("it cannot be listed: \(error.systemReason)")
        }
        let names = files.filter { $0.hasSuffix(".cl") && !$0.hasPrefix(".") }.sorted()
            .map { String($0.dropLast(".cl".count)) }
        guard !names.isEmpty else { throw wrong("it holds no .cl file") }
        var texts: [String: String] = [:]
        for name in names {
            guard known.contains(name) else {
                let near = Spelling.nearest(to: name, among: known)
                throw wrong(
                    "no kernel is called \(name).cl"
                        + (near.map { ", did you mean \($0).cl?" } ?? ""))
            }
            do {
                texts[name] = try String(contentsOfFile: "\(folder)/\(name).cl", encoding: .utf8)
            } catch {
                throw wrong("\(name).cl cannot be read: \(error.systemReason)")
            }
        }
        return texts
    }

    /// The files joined in this order, each with its name for the compiler's messages.
    func text(of names: [String]) -> String {
        names.map { name in
            guard let text = texts[name] else { invariantFailure("no kernel file \(name).cl") }
            return "#line 1 \"\(name).cl\"\n\(text)"
        }.joined(separator: "\n")
    }
}

/// What can go wrong on a device beyond what OpenCL itself reports.
package enum GPUError: Error, Sendable, CustomStringConvertible {
    /// Half precision on the kernels for CPU devices.
    case simdHalf
    /// A matrix unit was asked for by name, and its kernels cannot be relied on.
    case unit(MatrixUnit, device: String, problem: String)

    package var description: String {
        switch self {
        case .simdHalf:
            "Half precision runs on the kernels for GPUs alone; unset ECHO_KERNELS, or compute in fp32."
        case .unit(let unit, let device, let problem):
            "The matrix unit \(unit.name) cannot be used on \(device): \(problem). Unset ECHO_MATRIX, or set it to off."
        }
    }
}
