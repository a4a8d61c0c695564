// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

/// A library target of ours: Swift 6 mode, warnings are errors.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The test target of a room.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["EchoTestSupport"], swiftSettings: strict)
}

let package = Package(
    name: "echo-gpu",
    products: [
        .library(name: "EchoExtract", targets: ["EchoExtract"]),
        .executable(name: "echo-gpu", targets: ["echo-gpu"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // System libraries: a module map and a shim, nothing else.
        .systemLibrary(
            name: "COpenCL", pkgConfig: "OpenCL",
            providers: [.apt(["ocl-icd-opencl-dev", "opencl-headers"])]),
        .systemLibrary(
            name: "CSndFile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
        .systemLibrary(
            name: "CLibArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(
            name: "CMatIO", pkgConfig: "matio", providers: [.apt(["libmatio-dev"])]),
        .systemLibrary(
            name: "CSoxr", pkgConfig: "soxr", providers: [.apt(["libsoxr-dev"])]),
        .systemLibrary(
            name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CKissFFT", providers: [.apt(["libkissfft-dev"])]),

        // The kernels: OpenCL C, embedded in the binary, compiled on the user's device.
        .target(
            name: "EchoKernels", path: "Kernels",
            exclude: [
                "attend.cl",
                "attend_group.cl",
                "attention.cl",
                "attention_pool.cl",
                "common.cl",
                "convert.cl",
                "encoder_layer.cl",
                "fft.cl",
                "gather.cl",
                "layer_norm.cl",
                "matmul.cl",
                "matmul_norm.cl",
                "normalise.cl",
                "patch_embed.cl",
                "pcm.cl",
                "product.cl",
                "product_group.cl",
                "roofline.cl",
                "slots.cl",
                "stft.cl",
            ]),

        // Loops of the CPU path in C, compiled for several processors.
        .target(name: "EchoCPUVectors"),

        // The rooms, in the order that data walks through them.
        room("EchoTensor"),
        room("EchoOpenCL", ["COpenCL"]),
        room("EchoGraph", ["EchoTensor"]),
        room("EchoCPU", ["EchoGraph", "EchoCPUVectors", "COneDNN", "CKissFFT"]),
        room("EchoGPU", ["EchoGraph", "EchoOpenCL", "EchoKernels"]),
        room("EchoFormats", ["EchoTensor"]),
        room("EchoModel", ["EchoGraph", "EchoFormats", crypto]),
        room("EchoVerify", ["EchoModel", "EchoCPU", "EchoGPU"]),
        room(
            "EchoSignal",
            ["EchoTensor", "EchoFormats", "CSndFile", "CLibArchive", "CMatIO", "CSoxr"]),
        room("EchoStore", ["EchoTensor", "EchoFormats", crypto]),
        room("EchoHub", ["CCurl", crypto]),
        room(
            "EchoExtract",
            [
                "EchoModel", "EchoCPU", "EchoGPU", "EchoVerify", "EchoSignal", "EchoStore",
                "EchoHub", crypto, logging,
            ]),
        .executableTarget(
            name: "echo-gpu", dependencies: ["EchoExtract", argumentParser, logging],
            path: "Sources/EchoCLI", swiftSettings: strict),

        .executableTarget(
            name: "echo-bench", dependencies: ["EchoExtract", "EchoVerify", argumentParser],
            path: "Benchmarks/EchoBench", swiftSettings: strict),

        .target(
            name: "EchoTestSupport",
            dependencies: [
                "EchoTensor", "EchoModel", "EchoStore", "EchoSignal", "CSndFile", crypto,
            ],
            path: "Tests/EchoTestSupport", swiftSettings: strict),
        tests("EchoTensorTests", ["EchoTensor"]),
        tests("EchoOpenCLTests", ["EchoOpenCL"]),
        tests("EchoGraphTests", ["EchoGraph"]),
        tests("EchoBackendTests", ["EchoVerify", "EchoCPUVectors"]),
        tests("EchoFormatsTests", ["EchoFormats"]),
        tests("EchoModelTests", ["EchoModel"]),
        tests("EchoSignalTests", ["EchoSignal"]),
        tests("EchoStoreTests", ["EchoStore"]),
        tests("EchoHubTests", ["EchoHub", "EchoExtract"]),
        tests("EchoExtractTests", ["EchoExtract", "EchoGPU"]),
        tests("EchoCLITests", ["echo-gpu"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)
