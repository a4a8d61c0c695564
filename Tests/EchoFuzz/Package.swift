// swift-tools-version: 6.2
import PackageDescription

// The fuzzers of `make fuzz`: a package of their own, so that a sanitizer builds what reads files and
// what that needs, and nothing else of the repository. `Sources` is a link to the repository's.

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
    name: "echo-fuzz",
    targets: [
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
            name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),

        .target(name: "EchoInvariant", swiftSettings: strict),
        .target(name: "EchoTensor", dependencies: ["EchoInvariant"], swiftSettings: strict),
        .target(
            name: "EchoFormats", dependencies: ["EchoInvariant", "EchoTensor", "CNettle"],
            swiftSettings: strict),
        .target(
            name: "EchoGraph", dependencies: ["EchoInvariant", "EchoTensor"],
            swiftSettings: strict),
        .target(
            name: "EchoModel",
            dependencies: ["EchoInvariant", "EchoTensor", "EchoFormats", "EchoGraph"],
            swiftSettings: strict),
        .target(
            name: "EchoStore", dependencies: ["EchoInvariant", "EchoTensor", "EchoFormats"],
            swiftSettings: strict),
        .target(
            name: "EchoSignal",
            dependencies: [
                "EchoInvariant", "EchoTensor", "EchoFormats", "CSndFile", "CLibArchive",
                "CHDF5", "CZlib", "CSoxr",
            ], swiftSettings: strict),
        .executableTarget(
            name: "echo-fuzz",
            dependencies: [
                "EchoInvariant", "EchoTensor", "EchoModel", "EchoStore", "EchoSignal",
            ],
            path: "Harness", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
