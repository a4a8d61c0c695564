import EchoFormats

/// A setting that is taken from the environment. Each begins with `ECHO_`, and whatever else does is
/// refused: a mistyped setting that does nothing misleads. What begins with `ECHO_GPU_` is a default of the
/// command's options, and the command looks after it.
package struct Setting: Sendable {
    package let name: String
    /// What it does, in a few words, for the list that users see.
    package let purpose: String

    /// Which of the two families of kernels runs.
    package static let kernels = Setting(
        name: "ECHO_KERNELS",
        purpose: "simd (kernels for CPUs) or simt (those for GPUs)")
    /// Which matrix unit's kernels run.
    package static let matrix = Setting(
        name: "ECHO_MATRIX",
        purpose: "off, or a matrix unit (nvidia, cdna, rdna3, rdna4, xmx8, xmx16, emulated-...)")
    /// Kernels to compile in place of those in the binary.
    package static let kernelFolder = Setting(
        name: "ECHO_KERNEL_DIR",
        purpose: "a folder of .cl files, in place of the kernels so named")
    /// Not read here, and no mistake if it is set: users of the examples export it.
    package static let program = Setting(
        name: "ECHO_GPU", purpose: "what Examples/extract.slurm starts; not read here")

    /// Every setting there is.
    package static let all = [kernels, matrix, kernelFolder, program]

    /// What all names begin with.
    package static let prefix = "ECHO_"
    /// What the names of options' defaults begin with.
    package static let prefixOfOptions = "ECHO_GPU_"

    /// Its value; nil if it is not set, or set to nothing.
    func value(in environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Makes sure that every variable that begins with ``prefix`` is a setting, with a value that it
    /// can have.
    ///
    /// - Throws: ``SettingError`` for the first that is not, by name.
    package static func check(_ environment: [String: String]) throws(SettingError) {
        let names = environment.keys.filter {
            $0.hasPrefix(prefix) && !$0.hasPrefix(prefixOfOptions)
        }.sorted()
        for name in names where !all.contains(where: { $0.name == name }) {
            throw .unknown(name, near: Spelling.nearest(to: name, among: all.map(\.name)))
        }
        _ = try KernelFamily.asked(in: environment)
        _ = try MatrixUnitChoice.asked(in: environment)
        _ = try KernelSource(folder: kernelFolder.value(in: environment))
    }
}

/// A setting in the environment that does not exist, or has a value that it cannot have.
package enum SettingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No setting has this name; the nearest that has, if one is near.
    case unknown(String, near: String?)
    /// `$ECHO_KERNELS` names no family of kernels.
    case kernels(String)
    /// `$ECHO_MATRIX` names no matrix unit; the nearest name, if one is near.
    case matrix(String, near: String?)
    /// `$ECHO_KERNELS` asks for the kernels for CPU devices, `$ECHO_MATRIX` for a unit.
    case kernelsWithoutUnits(MatrixUnit)
    /// `$ECHO_KERNEL_DIR` is no folder of kernels, or a file there cannot be read.
    case kernelFolder(String, problem: String)

    package var description: String {
        switch self {
        case .unknown(let name, let near):
            "\(name) is no setting of echo-gpu. "
                + (near.map { "Did you mean \($0)? Else unset it" } ?? "Unset it")
                + ": what begins with ECHO_ is taken for one. They are "
                + Setting.all.map(\.name).joined(separator: ", ") + "."
        case .kernels(let value):
            "ECHO_KERNELS=\(value): no such family of kernels; use simd or simt, or unset it."
        case .matrix(let value, let near):
            "ECHO_MATRIX=\(value): no such matrix unit. "
                + (near.map { "Did you mean \($0)? Else use" } ?? "Use") + " off, "
                + MatrixUnit.Layout.allCases.map(\.rawValue).joined(separator: ", ")
                + ", one of these behind 'emulated-', or unset it."
        case .kernelsWithoutUnits(let unit):
            "ECHO_MATRIX=\(unit.name) asks for kernels for GPUs, ECHO_KERNELS=simd for those for CPU "
                + "devices, which use no matrix unit. Unset one of them."
        case .kernelFolder(let path, let problem):
            "ECHO_KERNEL_DIR=\(path): \(problem). Unset it to use the kernels in the binary."
        }
    }
}
