// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
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
        // For C and every language that calls it: `make library` links it.
        .library(name: "echo_gpu", type: .dynamic, targets: ["EchoC"]),
        .executable(name: "echo-gpu", targets: ["echo-gpu"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
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
            name: "CHDF5", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CSoxr", pkgConfig: "soxr", providers: [.apt(["libsoxr-dev"])]),
        .systemLibrary(
            name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(
            name: "CKissFFT", providers: [.apt(["libkissfft-dev"])]),
        .systemLibrary(
            name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(
            name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),

        // The kernels: OpenCL C, embedded in the binary, compiled on the user's device.
        .target(
            name: "EchoKernels", path: "Kernels",
            exclude: [
                "attend.cl",
                "attend_fragments.cl",
                "attend_group.cl",
                "attend_matrix.cl",
                "attention.cl",
                "attention_pool.cl",
                "butterfly.cl",
                "common.cl",
                "convert.cl",
                "encoder_layer.cl",
                "encoder_stack.cl",
                "fft.cl",
                "fft_group.cl",
                "fragment.cl",
                "fragment_cdna.cl",
                "fragment_emulated.cl",
                "fragment_nvidia.cl",
                "fragment_rdna.cl",
                "fragment_rows.cl",
                "fragment_xmx.cl",
                "gather.cl",
                "gelu_half.cl",
                "layer_norm.cl",
                "matmul.cl",
                "matmul_norm.cl",
                "mlp.cl",
                "normalise.cl",
                "normalise_matrix.cl",
                "patch_embed.cl",
                "pcm.cl",
                "probe.cl",
                "product.cl",
                "product_group.cl",
                "product_matrix.cl",
                "roofline.cl",
                "slots.cl",
                "stft.cl",
                "stream.cl",
                "top_k.cl",
            ]),

        // Loops of the CPU path in C, compiled for several processors.
        .target(name: "EchoCPUVectors"),

        // The system's libcurl, loaded where a model is fetched: its headers, of libcurl4-openssl-dev, are all that a
        // build needs.
        .target(name: "CCurl"),

        // What ends the program where it is wrong about itself; every room may.
        room("EchoInvariant"),

        // The rooms, in the order that data walks through them. What a room imports it declares
        // (`make lint`).
        room("EchoTensor", ["EchoInvariant"]),
        room("EchoOpenCL", ["EchoInvariant", "COpenCL"]),
        room("EchoGraph", ["EchoInvariant", "EchoTensor"]),
        room(
            "EchoCPU",
            [
                "EchoInvariant", "EchoTensor", "EchoGraph", "EchoCPUVectors", "COneDNN",
                "CKissFFT",
            ]),
        room(
            "EchoGPU",
            [
                "EchoInvariant", "EchoTensor", "EchoGraph", "EchoOpenCL", "EchoFormats",
                "EchoKernels",
            ]),
        room("EchoFormats", ["EchoInvariant", "EchoTensor", "CNettle"]),
        room("EchoModel", ["EchoInvariant", "EchoTensor", "EchoGraph", "EchoFormats"]),
        room(
            "EchoVerify",
            [
                "EchoInvariant", "EchoTensor", "EchoOpenCL", "EchoGraph", "EchoCPU", "EchoGPU",
                "EchoModel",
            ]),
        room(
            "EchoSignal",
            [
                "EchoInvariant", "EchoTensor", "EchoFormats", "CSndFile", "CLibArchive", "CHDF5",
                "CZlib", "CSoxr",
            ]),
        room("EchoStore", ["EchoInvariant", "EchoTensor", "EchoFormats"]),
        room(
            "EchoScore",
            [
                "EchoInvariant", "EchoTensor", "EchoGraph", "EchoFormats", "EchoStore",
                "EchoCPUVectors",
            ]),
        // The style sheet and the script of its page, embedded in the binary.
        .target(
            name: "EchoReportPage",
            exclude: [
                "colours.css", "colours.js", "drawings.css", "layout.css", "map.js", "page.js",
                "players.js",
            ]),
        room(
            "EchoReport",
            [
                "EchoInvariant", "EchoFormats", "EchoStore", "EchoScore", "EchoReportPage", "CPNG",
            ]),
        room("EchoHub", ["EchoInvariant", "EchoFormats", "CCurl"]),
        room(
            "EchoExtract",
            [
                "EchoInvariant", "EchoTensor", "EchoOpenCL", "EchoGraph", "EchoCPU", "EchoGPU",
                "EchoFormats", "EchoModel", "EchoVerify", "EchoSignal", "EchoStore", "EchoScore",
                "EchoReport", "EchoHub", logging,
            ]),
        room(
            "EchoCLI",
            [
                "EchoInvariant", "EchoTensor", "EchoGPU", "EchoFormats", "EchoVerify", "EchoSignal",
                "EchoStore", "EchoScore", "EchoReport", "EchoExtract", argumentParser, logging,
            ]),
        .executableTarget(name: "echo-gpu", dependencies: ["EchoCLI"], swiftSettings: strict),
        // The C library: the header that it implements, and its functions.
        .systemLibrary(name: "CEchoGPU", path: "Sources/EchoC/include"),
        .target(
            name: "EchoC",
            dependencies: [
                "EchoInvariant", "EchoOpenCL", "EchoFormats", "EchoGPU", "EchoSignal",
                "EchoExtract", "EchoCLI", "CEchoGPU", logging,
            ],
            exclude: ["include", "launcher", "glibc", "exported.map"], swiftSettings: strict),

        .executableTarget(
            name: "echo-bench",
            dependencies: [
                "EchoInvariant", "EchoTensor", "EchoOpenCL", "EchoGraph", "EchoCPU", "EchoGPU",
                "EchoModel", "EchoVerify", "EchoStore", "EchoScore", "EchoExtract",
                argumentParser,
            ],
            path: "Benchmarks/EchoBench", swiftSettings: strict),

        .target(
            name: "EchoTestSupport",
            dependencies: [
                "EchoInvariant", "EchoTensor", "EchoFormats", "EchoModel", "EchoStore",
                "EchoSignal", "CSndFile",
            ],
            path: "Tests/EchoTestSupport", swiftSettings: strict),
        tests("EchoInvariantTests", ["EchoInvariant"]),
        tests("EchoTensorTests", ["EchoTensor"]),
        tests("EchoOpenCLTests", ["EchoOpenCL"]),
        tests("EchoGraphTests", ["EchoTensor", "EchoGraph"]),
        tests(
            "EchoBackendTests",
            [
                "EchoTensor", "EchoOpenCL", "EchoGraph", "EchoCPUVectors", "EchoCPU", "EchoGPU",
                "EchoKernels", "EchoModel", "EchoVerify",
            ]),
        tests("EchoFormatsTests", ["EchoFormats"]),
        tests("EchoModelTests", ["EchoTensor", "EchoGraph", "EchoModel"]),
        tests("EchoSignalTests", ["EchoFormats", "EchoSignal"]),
        tests("EchoStoreTests", ["EchoTensor", "EchoFormats", "EchoStore"]),
        tests(
            "EchoScoreTests",
            [
                "EchoInvariant", "EchoFormats", "EchoOpenCL", "EchoGraph", "EchoCPU", "EchoGPU",
                "EchoStore",
                "EchoScore",
            ]),
        tests(
            "EchoReportTests",
            ["EchoFormats", "EchoSignal", "EchoStore", "EchoScore", "EchoReport"]),
        tests("EchoHubTests", ["EchoHub", "EchoExtract"]),
        tests(
            "EchoExtractTests",
            [
                "EchoTensor", "EchoOpenCL", "EchoGraph", "EchoKernels", "EchoGPU", "EchoModel",
                "EchoVerify", "EchoSignal", "EchoStore", "EchoScore", "EchoReport", "EchoExtract",
            ]),
        tests(
            "EchoCTests",
            [
                "CEchoGPU", "EchoC", "EchoTensor", "EchoModel", "EchoSignal", "EchoExtract",
            ]),
        tests(
            "EchoCLITests",
            ["echo-gpu", "EchoTensor", "EchoFormats", "EchoModel", "EchoStore", "EchoScore"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)
