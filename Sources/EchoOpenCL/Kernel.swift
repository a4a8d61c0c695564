import COpenCL

/// A kernel of a built program.
///
/// Not Sendable: setting a kernel's arguments is the one thing in OpenCL that threads cannot do at
/// the same time. Whoever owns the queue owns its kernels.
package final class Kernel {
    package let name: String
    /// Work-items that a work-group of this kernel can have on its device.
    package let maximumWorkGroupSize: Int
    /// Private memory of a work-item.
    package let privateMemoryByteCount: Int
    /// Local memory of a work-group, as the source declares it.
    package let localMemoryByteCount: Int

    let program: Program
    let argumentCount: Int
    let handle: cl_kernel
    /// Work-groups that it was launched in.
    private var launchedSizes: Set<[Int]?> = []

    /// - Throws: ``OpenCLError`` if the program has no kernel of this name.
    package init(_ program: Program, _ name: String) throws(OpenCLError) {
        let kernel = try create("clCreateKernel", of: "\(name) in \(program.name)") {
            clCreateKernel(program.handle, name, $0)
        }
        handle = kernel
        self.program = program
        self.name = name
        // Where a query throws, not all properties are set and Swift does not call deinit.
        do {
            let query = KernelQuery(
                kernel: kernel, device: program.context.device.handle, name: name)
            argumentCount = try query.argumentCount()
            maximumWorkGroupSize = try query.size(CL_KERNEL_WORK_GROUP_SIZE)
            privateMemoryByteCount = try query.byteCount(CL_KERNEL_PRIVATE_MEM_SIZE)
            localMemoryByteCount = try query.byteCount(CL_KERNEL_LOCAL_MEM_SIZE)
        } catch {
            clReleaseKernel(kernel)
            throw error
        }
    }

    deinit { clReleaseKernel(handle) }

    /// True if it was never launched in work-groups of this size.
    func isNew(in local: [Int]?) -> Bool { !launchedSizes.contains(local) }

    /// Notes that it was launched in them.
    func noteLaunch(in local: [Int]?) { launchedSizes.insert(local) }

    /// Sets all arguments for the next launch.
    ///
    /// - Throws: ``OpenCLError/launch(kernel:problem:)`` if their number is wrong.
    func set(_ arguments: [KernelArgument]) throws(OpenCLError) {
        guard arguments.count == argumentCount else {
            throw .launch(
                kernel: name,
                problem: "it takes \(argumentCount) arguments, \(arguments.count) were given")
        }
        for (index, argument) in arguments.enumerated() {
            try call("clSetKernelArg", of: "\(name), argument \(index)") {
                argument.set(at: cl_uint(index), of: handle)
            }
        }
    }
}

/// Asks what a kernel is on a device.
private struct KernelQuery {
    let kernel: cl_kernel
    let device: cl_device_id
    let name: String

    func argumentCount() throws(OpenCLError) -> Int {
        let count = try info("clGetKernelInfo", of: name, startingAs: cl_uint(0)) {
            clGetKernelInfo(kernel, cl_kernel_info(CL_KERNEL_NUM_ARGS), $0, $1, $2)
        }
        return Int(count)
    }

    /// A `size_t` of the kernel on the device.
    func size(_ parameter: Int32) throws(OpenCLError) -> Int {
        try value(parameter, startingAs: 0)
    }

    /// A `cl_ulong` of the kernel on the device.
    func byteCount(_ parameter: Int32) throws(OpenCLError) -> Int {
        Int(clamping: try value(parameter, startingAs: cl_ulong(0)))
    }

    private func value<T: BitwiseCopyable>(
        _ parameter: Int32, startingAs initial: T
    ) throws(OpenCLError) -> T {
        try info("clGetKernelWorkGroupInfo", of: name, startingAs: initial) {
            clGetKernelWorkGroupInfo(
                kernel, device, cl_kernel_work_group_info(parameter), $0, $1, $2)
        }
    }
}
