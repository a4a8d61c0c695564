import EchoCPU
import EchoOpenCL

extension Echo {
    /// True while a device's driver compiles kernels, anywhere in this process.
    package static var isCompiling: Bool { Compilation.isUnderWay }

    /// True while the CPU path computes an operation, anywhere in this process.
    package static var isComputing: Bool { ProcessExit.isComputing }
}
