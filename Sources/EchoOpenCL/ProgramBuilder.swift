import COpenCL

/// Makes built programs, from source or from what a driver gave for an earlier one.
struct ProgramBuilder {
    let context: Context
    let name: String
    let options: [String]

    /// Compiles `source`.
    func build(source: String) throws(OpenCLError) -> cl_program {
        var source = source
        let program = try create("clCreateProgramWithSource", of: name) { status in
            source.withUTF8 { bytes in
                var length = bytes.count
                return bytes.withMemoryRebound(to: CChar.self) { characters in
                    var start = characters.baseAddress
                    return clCreateProgramWithSource(context.handle, 1, &start, &length, status)
                }
            }
        }
        return try finish(program)
    }

    /// A program from a driver's binary; nil, and a report, where the driver does not take it.
    func load(_ binary: [UInt8], from cache: ProgramCache) -> cl_program? {
        var device: cl_device_id? = context.device.handle
        var length = binary.count
        do {
            let program = try create("clCreateProgramWithBinary", of: name) { status in
                binary.withUnsafeBufferPointer { bytes in
                    var start = bytes.baseAddress
                    return clCreateProgramWithBinary(
                        context.handle, 1, &device, &length, &start, nil, status)
                }
            }
            return try finish(program)
        } catch {
            cache.report("the driver does not take the cached \(name), building it anew: \(error)")
            return nil
        }
    }

    /// The driver's binary of a built program.
    func binary(of program: cl_program) throws(OpenCLError) -> [UInt8] {
        let subject = name
        let length = try info("clGetProgramInfo", of: subject, startingAs: 0) {
            clGetProgramInfo(program, cl_program_info(CL_PROGRAM_BINARY_SIZES), $0, $1, $2)
        }
        guard length > 0 else {
            throw .call(name: "clGetProgramInfo", subject: subject, code: CL_INVALID_BINARY)
        }
        var binary = [UInt8](repeating: 0, count: length)
        try call("clGetProgramInfo", of: subject) {
            binary.withUnsafeMutableBufferPointer { bytes in
                var start = bytes.baseAddress
                return clGetProgramInfo(
                    program, cl_program_info(CL_PROGRAM_BINARIES),
                    MemoryLayout.size(ofValue: start), &start, nil)
            }
        }
        return binary
    }

    /// Builds `program`, or releases it and throws with the compiler's log.
    private func finish(_ program: cl_program) throws(OpenCLError) -> cl_program {
        var device: cl_device_id? = context.device.handle
        do {
            try Compilation.during(name) { () throws(OpenCLError) in
                try call("clBuildProgram", of: name) {
                    clBuildProgram(program, 1, &device, options.joined(separator: " "), nil, nil)
                }
            }
        } catch .call(_, _, let code) {
            let log = log(of: program)
            clReleaseProgram(program)
            throw .build(
                program: name, device: context.device.label, options: options, log: log,
                code: code)
        } catch {
            clReleaseProgram(program)
            throw error
        }
        return program
    }

    /// The compiler's log, or why there is none.
    private func log(of program: cl_program) -> String {
        do {
            return try infoText("clGetProgramBuildInfo", of: name) {
                clGetProgramBuildInfo(
                    program, context.device.handle, cl_program_build_info(CL_PROGRAM_BUILD_LOG),
                    $0, $1, $2)
            }
        } catch {
            return "\(error)"
        }
    }
}
