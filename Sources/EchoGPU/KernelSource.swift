import EchoInvariant
import EchoKernels
import Foundation

/// The text of kernels: what is embedded in the binary, or the files of `$ECHO_KERNEL_DIR`.
struct KernelSource: Sendable {
    /// Kernel files by name, without the extension.
    let texts: [String: String]

    /// - Parameter directory: A folder whose `.cl` files replace the embedded ones, to try an edited
    ///   kernel without a rebuild; nil for none.
    /// - Throws: ``GPUError/kernelFile(path:problem:)`` where a file there cannot be read.
    init(directory: String?) throws(GPUError) {
        var count: Int32 = 0
        let embedded = UnsafeBufferPointer(start: echo_kernel_sources(&count), count: Int(count))
        var texts: [String: String] = [:]
        for source in embedded {
            texts[String(cString: source.name)] = String(cString: source.text)
        }
        if let directory {
            for name in texts.keys {
                let path = "\(directory)/\(name).cl"
                guard FileManager.default.fileExists(atPath: path) else { continue }
                do {
                    texts[name] = try String(contentsOfFile: path, encoding: .utf8)
                } catch {
                    throw .kernelFile(path: path, problem: error.localizedDescription)
                }
            }
        }
        self.texts = texts
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
    /// A file of `$ECHO_KERNEL_DIR` cannot be read.
    case kernelFile(path: String, problem: String)
    /// `$ECHO_KERNELS` names no family of kernels.
    case unknownFamily(String)
    /// Half precision on the kernels for CPU devices.
    case simdHalf

    package var description: String {
        switch self {
        case .kernelFile(let path, let problem):
            "\(path): \(problem). Unset ECHO_KERNEL_DIR to use the kernels in the binary."
        case .simdHalf:
            "Half precision runs on the kernels for GPUs alone; unset ECHO_KERNELS, or compute in fp32."
        case .unknownFamily(let name):
            "ECHO_KERNELS=\(name): no such family of kernels; use simd or simt, or unset it."
        }
    }
}
