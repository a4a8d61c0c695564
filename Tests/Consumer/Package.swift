// swift-tools-version: 6.2
import PackageDescription

// A stranger's package: it depends on echo-gpu and imports EchoExtract alone. `make test-consumer` builds and
// runs it, and makes sure that it names every public type.

let echoExtract = Target.Dependency.product(name: "EchoExtract", package: "echo-gpu")
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// The last step of a tutorial: its `main.swift` is a link into the documentation's catalogue.
func tutorial(_ name: String) -> Target {
    .executableTarget(name: name, dependencies: [echoExtract], swiftSettings: strict)
}

let package = Package(
    name: "consumer",
    dependencies: [.package(name: "echo-gpu", path: "../..")],
    targets: [
        .executableTarget(
            name: "Consumer", dependencies: [echoExtract], swiftSettings: strict),
        tutorial("EmbedARecording"),
        tutorial("MakeAnArchive"),
    ],
    swiftLanguageModes: [.v6]
)
