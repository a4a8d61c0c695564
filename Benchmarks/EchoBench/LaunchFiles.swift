import EchoGPU
import EchoInvariant
import EchoOpenCL
import EchoTensor
import EchoVerify
import Foundation

/// Captured launches in a folder: NUMBER-KERNEL.json and a file for what each buffer held.
/// `.ci/ptx/captured.py` says what is in them.
struct LaunchFiles {
    private let folder: URL
    private var launches: [(launch: CapturedLaunch, record: LaunchRecord)] = []

    init(_ path: String) throws {
        folder = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Writes the buffers of a case's launches, in their order.
    ///
    /// - Parameter output: What the device made of the case.
    mutating func write(
        _ captured: [CapturedLaunch], of expected: ExpectedCase, _ output: HostTensor?
    ) throws {
        for launch in captured {
            let name = String(format: "%04d", launches.count) + "-" + launch.kernel
            var record = LaunchRecord(
                name: name, case: "\(expected.operationCase)",
                operation: expected.operationCase.operation.stem, kernel: launch.kernel,
                global: launch.global, local: launch.local)
            for (index, argument) in launch.arguments.enumerated() {
                record.arguments.append(try write(argument, as: "\(name).\(index)"))
            }
            if let output, let reference = expected.expected,
                let found = Self.find(output, in: launch)
            {
                let file = "\(name).expected.bin"
                try write(reference.withBytes { Data($0) }, to: file)
                record.output = .init(
                    argument: found.argument, element: found.element.rawValue, expected: file,
                    tolerance: .init(expected.tolerance))
            }
            launches.append((launch, record))
        }
    }

    /// Writes the records, once it is known which programs there are, and those.
    func finish(_ programs: [ProgramSource], on device: String) throws {
        try KernelFiles.write(programs, to: folder.path)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        for (launch, record) in launches {
            let number = programs.firstIndex {
                "\($0.name).cl" == launch.program && $0.options == launch.options
            }
            guard let number else {
                invariantFailure("\(launch.program) is none of the backend's programs")
            }
            var record = record
            record.program = KernelFiles.name(of: programs[number], number)
            record.device = device
            try write(encoder.encode(record), to: "\(record.name).json")
        }
    }

    private func write(
        _ argument: CapturedLaunch.Argument, as name: String
    ) throws -> LaunchRecord.Argument {
        switch argument {
        case .int(let value): return .init(kind: "int", value: Double(value))
        case .float(let value): return .init(kind: "float", value: Double(value))
        case .local(let byteCount): return .init(kind: "local", byteCount: byteCount)
        case .buffer(let before, let after):
            try write(Data(before), to: "\(name).bin")
            if before != after { try write(Data(after), to: "\(name).after.bin") }
            return .init(
                kind: "buffer", byteCount: before.count, before: "\(name).bin",
                after: before == after ? nil : "\(name).after.bin")
        }
    }

    private func write(_ data: Data, to name: String) throws {
        try data.write(to: folder.appendingPathComponent(name))
    }

    /// The argument that the launch left the case's output in, and how it is stored there.
    private static func find(
        _ output: HostTensor, in launch: CapturedLaunch
    ) -> (argument: Int, element: ElementType)? {
        let forms =
            [output] + (output.type.element == .float32 ? [output.stored(as: .float16)] : [])
        for (index, argument) in launch.arguments.enumerated() {
            guard case .buffer(let before, let after) = argument, before != after else { continue }
            for form in forms where form.withBytes({ after.starts(with: $0) }) {
                return (index, form.type.element)
            }
        }
        return nil
    }
}
