/// Errors between this program and an OpenCL device.
package enum OpenCLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A call returned another status than `CL_SUCCESS`.
    case call(name: String, subject: String?, code: Int32)
    /// No device answers to what was asked for; `present` describes those that there are.
    case noDevice(asked: DeviceSelector, present: [Present])
    /// A buffer could not be allocated.
    case allocation(byteCount: Int, device: String, maximumByteCount: Int, code: Int32)
    /// A program did not build; `log` is the compiler's.
    case build(program: String, device: String, options: [String], log: String, code: Int32)
    /// A kernel was launched with the wrong arguments or sizes.
    case launch(kernel: String, problem: String)
    /// A program or kernel is not compiled, since the process is about to exit.
    case notCompiled(name: String)

    /// A device that is there, as a message lists it.
    package struct Present: Sendable, Equatable {
        let kind: Device.Kind
        let description: String
    }

    package var description: String {
        switch self {
        case .call(_, _, let code):
            return "\(reason)." + (remedy(code).map { " " + $0 } ?? "")
        case .noDevice(let asked, let present):
            return Self.describeMissing(asked, present)
        case .allocation(let byteCount, let device, let maximum, let code):
            return """
                No buffer of \(byteCount) bytes on \(device), which allocates at most \(maximum) \
                at once: \(statusName(code)). Try a smaller --batch.
                """
        case .build(let program, let device, let options, let log, let code):
            return """
                \(program) does not build on \(device): \(statusName(code)).
                Options: \(options.isEmpty ? "none" : options.joined(separator: " "))
                \(log.isEmpty ? "The compiler left no log." : log)
                Update the driver, or pass another --device, or --device cpu.
                """
        case .launch(let kernel, let problem):
            return
                "Kernel \(kernel) cannot be launched: \(problem). That is a fault of echo-gpu: report "
                + "this line; --device cpu does without kernels."
        case .notCompiled(let name):
            return
                "\(name) is not compiled: the process is about to exit. Run the same command again."
        }
    }

    /// What failed in a few words, without what to try.
    package var reason: String {
        switch self {
        case .call(let name, let subject, let code):
            "\(subject.map { "\(name) of \($0)" } ?? name) failed: \(statusName(code))"
        case .allocation(let byteCount, _, _, let code):
            "no buffer of \(byteCount) bytes: \(statusName(code))"
        case .build(let program, _, _, _, let code):
            "\(program) does not build: \(statusName(code))"
        case .noDevice, .launch, .notCompiled:
            description
        }
    }

    private static func describeMissing(_ asked: DeviceSelector, _ present: [Present]) -> String {
        let lacksGPU = !present.isEmpty && !present.contains { $0.kind == .gpu }
        let meant = asked.meant(lacksGPU: lacksGPU).map { "\($0) " } ?? ""
        guard !present.isEmpty else {
            let none = "No OpenCL device for --device \(asked): \(meant)No OpenCL platform found."
            if let note = PoclCache.note { return "\(none) \(note)" }
            return "\(none) Install one (Debian: pocl-opencl-icd) or pass --device cpu."
        }
        return """
            No OpenCL device for --device \(asked). \(meant)Found: \(present.map(\.description).joined(separator: ", ")). \
            Pass one of these, such as 0:0 (platform 0, device 0), or a part of its name; or leave --device out.
            """
    }

    /// What to try after a status, if there is something.
    private func remedy(_ code: Int32) -> String? {
        switch code {
        case -4, -5, -6:
            "The device is out of memory or of another resource: try a smaller --batch."
        case -2: "The device is in use or switched off: pass another --device, or --device cpu."
        case -3: "The driver has no compiler: install a complete one, or pass --device cpu."
        case -1001: "Install an OpenCL platform (Debian: pocl-opencl-icd) or pass --device cpu."
        default: "Pass another --device, or --device cpu; if it stays so, update the driver."
        }
    }
}
