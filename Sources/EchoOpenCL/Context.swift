import COpenCL

/// Where the buffers and programs of one device live.
package final class Context: Sendable {
    package let device: Device

    // OpenCL's contexts may be used by all threads; the handle is released when nobody refers to it.
    nonisolated(unsafe) let handle: cl_context

    package init(_ device: Device) throws(OpenCLError) {
        self.device = device
        var identifier: cl_device_id? = device.handle
        handle = try create("clCreateContext", of: device.label) {
            clCreateContext(nil, 1, &identifier, nil, nil, $0)
        }
    }

    deinit { clReleaseContext(handle) }
}
