import EchoGPU
import Foundation

/// What a backend compiled, as files, for compilers and people to look at.
enum KernelFiles {
    /// What the files of the backend's program `number` are called, without their endings.
    static func name(of program: ProgramSource, _ number: Int) -> String {
        "\(program.name)-\(number)"
    }

    /// Writes each program's text and options to `folder`, which is made if it is missing.
    static func write(_ programs: [ProgramSource], to folder: String) throws {
        let folder = URL(fileURLWithPath: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (number, program) in programs.enumerated() {
            let file = folder.appendingPathComponent(name(of: program, number))
            try Data(program.text.utf8).write(to: file.appendingPathExtension("cl"))
            let options = program.options.joined(separator: "\n") + "\n"
            try Data(options.utf8).write(to: file.appendingPathExtension("options"))
        }
    }
}
