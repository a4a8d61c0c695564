import EchoOpenCL

extension Echo {
    /// True while a device's driver compiles kernels, anywhere in this process.
    package static var isCompiling: Bool { Compilation.isUnderWay }
}
